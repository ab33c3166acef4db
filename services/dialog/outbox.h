/**
 * @file outbox.h  What a step of a conversation sends: commands to the dialer,
 *                 events to the stream.
 *
 * They are kept in the session, so that a replica that takes over can send them
 * again: commands are numbered, events have fixed ids. Pure. The functions
 * return 0, or -ENOMEM, which is also said when a step wants to send more than
 * six of either. `cause` is the event that is stepped on.
 */
#ifndef DLG_OUTBOX_H
#define DLG_OUTBOX_H

#include "library.h"
#include "script/engine.h"
#include "yinhu/v1/dialog.pb-c.h"

/** Empty it, with room for a step. */
int dlg_outbox_clear(Yinhu__V1__DialogSession *s);

/** @param cmd Copied; gets the call's id and the next number */
int dlg_post_command(Yinhu__V1__DialogSession *s, Yinhu__V1__CallCommand *cmd);
/** The prompt of `a`, with what the state that was reached listens for. */
int dlg_post_say(Yinhu__V1__DialogSession *s, const struct dlg_book *book,
		 const Yinhu__V1__CallEvent *cause,
		 const struct yh_dialog_actions *a);

/** @param from State before the step @param confidence [0..1] */
int dlg_post_turn(Yinhu__V1__DialogSession *s,
		  const Yinhu__V1__CallEvent *cause, const char *from,
		  const char *intent, float confidence);
int dlg_post_do_not_call(Yinhu__V1__DialogSession *s,
			 const Yinhu__V1__CallEvent *cause);
/** To the channel of `a`; a person gets summary and last lines as well. */
int dlg_post_handover(Yinhu__V1__DialogSession *s,
		      const Yinhu__V1__CallEvent *cause,
		      const struct yh_dialog_actions *a);
/** Connect the callee with an agent, while the prompt is still heard. The
 * INVITE carries the handover's id, where the script stands, and slots that
 * tell nobody who somebody is; transcript and summary come with the handover.
 * @param agent As in Transfer */
int dlg_post_transfer(Yinhu__V1__DialogSession *s, const struct dlg_book *book,
		      const char *agent);
/** The session has ended. */
int dlg_post_end(Yinhu__V1__DialogSession *s, const Yinhu__V1__CallEvent *cause,
		 const char *disposition);

#endif
