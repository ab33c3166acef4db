/**
 * @file check.h  What a script must hold beside its shape. Private to
 *                lib/script.
 */
#ifndef YH_SCRIPT_CHECK_H
#define YH_SCRIPT_CHECK_H

#include "script/script.h"
#include "script/doc.h"

/** Bind transitions to states; find what cannot work: unknown and unreachable
 * states, unbound variables, states without a way out on silence or when
 * nothing is understood, a script without an end. */
void yh_script_check(struct yh_doc *d, struct yh_script *script);

#endif
