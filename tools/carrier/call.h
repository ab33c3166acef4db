/*
 * One call: INVITE to BYE, its media, its persona's mind, its lines in the
 * truth log. libre's thread.
 */
#ifndef CAR_CALL_H
#define CAR_CALL_H

#include "server.h"

struct car_call;

/**
 * Take an INVITE for a persona; the call enters server->calls and leaves by
 * itself.
 *
 * @param number  borrowed, as dialled
 * @return 0; -ENOTSUP if its SDP has no A-law (488); -EBADMSG for broken SDP
 *         (400); -EADDRINUSE if no RTP port is free; -ENOMEM
 */
int car_call_open(struct car_server *server, const struct sip_msg *msg,
		  const struct car_persona *persona, const char *number);

/** 20 ms have passed. The call may be gone after this. */
void car_call_tick(struct car_call *call, int64_t now_ms);

/** End the call from the carrier's side. It is gone after this. */
void car_call_shut(struct car_call *call, const char *why);

/** @return the call in a member of server->calls. */
struct car_call *car_call_of(struct le *le);

#endif
