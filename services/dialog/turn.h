/**
 * @file turn.h  One step of a conversation: session and call event in, session
 *               with its outbox out.
 *
 * Pure: what it decides depends on its arguments only. The session is the
 * protobuf message that is kept in Redis; it is changed in place.
 */
#ifndef DLG_TURN_H
#define DLG_TURN_H

#include <stdbool.h>

#include "library.h"
#include "yinhu/v1/dialog.pb-c.h"

/** Is this an event that a conversation steps on? */
bool dlg_turn_concerns(const Yinhu__V1__CallEvent *ev);

/** A new session from the answered event. @return NULL when out of memory;
 * free with yinhu__v1__dialog_session__free_unpacked(s, NULL) */
Yinhu__V1__DialogSession *dlg_turn_begin(const Yinhu__V1__CallEvent *ev);

/** Has the session stepped on this event already? */
bool dlg_turn_is_applied(const Yinhu__V1__DialogSession *s,
			 const char *event_id);

/** Step: the turn counts up, state and outbox are replaced.
 * @return 0, -ENOMEM, -ENOSPC (a prompt is too long) */
int dlg_turn_step(Yinhu__V1__DialogSession *s, const struct dlg_book *book,
		  const Yinhu__V1__CallEvent *ev);
/** The same with another opinion on what a transcript means.
 * @param intent Borrowed; NULL = the classifier's */
int dlg_turn_step_as(Yinhu__V1__DialogSession *s, const struct dlg_book *book,
		     const Yinhu__V1__CallEvent *ev, const char *intent);

/** The callee's day.
 * @param wall_us Since 1970 UTC [us]
 * @param zone_s  Their clock is so far ahead, yh_zone_s() */
struct yh_day dlg_turn_day(int64_t wall_us, int64_t zone_s);

#endif
