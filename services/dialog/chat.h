/**
 * @file chat.h  A conversation by text, for authors: the pure engine is
 *               stepped, nobody is called and nothing is kept.
 */
#ifndef DLG_CHAT_H
#define DLG_CHAT_H

#include "app.h"

/** The service's method. */
void dlg_chat_script(Yinhu__V1__DialogService_Service *rpc,
		     const Yinhu__V1__ChatScriptRequest *req,
		     Yinhu__V1__ChatScriptResponse_Closure closure, void *data);

#endif
