/**
 * @file check.h  A script put to the proof: does it hold together, do its
 *                tests pass, what does the inspector say of each prompt?
 *
 * The work is done by a worker; the inspector is asked from the loop between
 * two runs: the first notes every conversation of the tests, the second knows
 * what was found in each (the same script and turns give the same words).
 */
#ifndef DLG_CHECK_H
#define DLG_CHECK_H

#include "app.h"

/** The service's method. */
void dlg_check_script(Yinhu__V1__DialogService_Service *rpc,
		      const Yinhu__V1__CheckScriptRequest *req,
		      Yinhu__V1__ScriptCheck_Closure closure, void *data);

#endif
