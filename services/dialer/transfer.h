/**
 * @file transfer.h  A call is handed to a human agent.
 *
 *   STARTED (stored) -> INVITE to the agent -> RINGING -> CONNECTED
 *                                            \-> FAILED: the bot goes on
 *
 * The agent's leg has an id, a SIP dialog, media and a channel of the trunk of
 * its own. What the agent must know is stored as an event, and stands in the
 * INVITE, before the phone rings. Loop thread. Source: own design; RFC 3515 for
 * the transfer by the trunk.
 */
#ifndef DIAL_TRANSFER_H
#define DIAL_TRANSFER_H

#include "call.h"

struct dial_transfer;

/** Begin. What cannot be is told as FAILED.
 * @param seq Of the command @param cmd Borrowed */
void dial_transfer_start(struct dial_call *c, uint32_t seq,
			 const Yinhu__V1__Transfer *cmd);
/** Do the callee and an agent hear each other? */
bool dial_transfer_connected(const struct dial_call *c);
/** Is an agent being reached, or there? */
bool dial_transfer_exists(const struct dial_call *c);
/** The call is over: the agent's leg ends too. */
void dial_transfer_call_ended(struct dial_call *c);

/** Events, news and the beat of agents' legs. @return Was it one's? */
bool dial_transfer_on_sip(struct dial_app *app,
			  const struct dial_sip_event *ev);
bool dial_transfer_on_news(struct dial_app *app, const struct dial_news *news);
void dial_transfer_tick(struct dial_app *app, uint64_t now_us);
/** Free all that there are: at stop. */
void dial_transfer_free_all(struct dial_app *app);

#endif
