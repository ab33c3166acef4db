/**
 * @file calllog.h  The events of live calls in Redis, a hash a call, so that
 *                  any replica of a consumer can go on with any call.
 *
 * Key yinhu:<owner>:<call_id>, field event id, value the packed CallEvent.
 * Putting the same event again changes nothing. Loop thread.
 */
#ifndef YH_CALLLOG_H
#define YH_CALLLOG_H

#include "redis/redis.h"
#include "yinhu/v1/call.pb-c.h"

struct yh_calllog {
	struct yh_redis *redis; /**< Kept */
	const char *owner;	/**< "qa", static */
	uint32_t ttl_s;		/**< A call is forgotten after this [s] */
};

/** @param err 0 or redis.h's error */
typedef void yh_calllog_put_cb(void *arg, int err);

/** @param events Borrowed, shape (n), ordered by offset_ms, then time_us */
typedef void yh_calllog_get_cb(void *arg, int err,
			       Yinhu__V1__CallEvent *const *events, size_t n);

/** Keep an event. @param data Borrowed: the packed event
 * @return 0 and cb comes exactly once, later; else an error and never */
int yh_calllog_put(struct yh_calllog *log, const char *call_id,
		   const char *event_id, const void *data, size_t len,
		   yh_calllog_put_cb *cb, void *arg);

/** All events of a call; an unknown call has none. Same contract. */
int yh_calllog_get(struct yh_calllog *log, const char *call_id,
		   yh_calllog_get_cb *cb, void *arg);

/** Is the call up to be judged as answered? Looks at answered and ended. */
bool yh_calllog_answered(Yinhu__V1__CallEvent *const *events, size_t n);

/** The first event with this body, or NULL. */
const Yinhu__V1__CallEvent *
yh_calllog_find(Yinhu__V1__CallEvent *const *events, size_t n,
		Yinhu__V1__CallEvent__BodyCase body);

#endif
