/**
 * @file feed.h  Call events in, each with all that is known of its call so far;
 *               events of one's own out.
 *
 * A consumer of the stream CALLS that any replica can go on with. An event that
 * matters is put into the call's log (calllog.h) before it is looked at, and
 * acknowledged when what it led to is stored; before that any replica may do
 * the same again, with the same ids. Events that came while Redis is away are
 * given back. Loop thread.
 */
#ifndef YH_FEED_H
#define YH_FEED_H

#include "bus/bus.h"
#include "calllog/calllog.h"
#include "metrics/metrics.h"

struct yh_feed;
struct yh_feed_work; /**< An event under way */

enum yh_feed_need {
	YH_FEED_IGNORE, /**< Not ours */
	YH_FEED_KEEP,	/**< For what is judged later */
	YH_FEED_JUDGE,	/**< And look at the call now */
};
typedef enum yh_feed_need yh_feed_need_cb(const Yinhu__V1__CallEvent *e);

/** Look at a call. Ends, now or later, with exactly one of yh_feed_done and
 * yh_feed_again.
 * @param events Borrowed until this returns, shape (n), in order */
typedef void yh_feed_judge_cb(void *arg, struct yh_feed_work *w,
			      Yinhu__V1__CallEvent *const *events, size_t n);

/** A service's own of these; see its metrics.def. */
struct yh_feed_meters {
	struct yh_metric *events, *bad_events, *retries, *in_flight;
};

struct yh_feed_conf {
	const char *durable;	/**< Of the consumer: all replicas' */
	const char *owner;	/**< Of the log's keys; static */
	const char *redis_url;	/**< Borrowed for the call */
	uint32_t ack_wait_ms;	/**< An event comes again after this [ms] */
	uint32_t max_in_flight; /**< Most events of all replicas under way */
	uint32_t call_ttl_s;	/**< A call is forgotten after this [s] */
	struct yh_feed_meters meters;
	yh_feed_need_cb *need;
	yh_feed_judge_cb *judge;
	void *arg;
};

/** The settings that such a service has; members of its struct. */
#define YH_FEED_CONF_KEYS(s)                                                   \
	YH_CONF_UINT(s, ack_wait_ms, "5000", 1000, 60000,                      \
		     "An event is delivered again after this [ms]"),           \
		YH_CONF_UINT(s, max_in_flight, "1000", 1, 10000,               \
			     "Most events of all replicas under way"),         \
		YH_CONF_UINT(s, call_ttl_s, "3600", 600, 86400,                \
			     "A call's events are kept so long in Redis [s]")

/** Begin. Makes the stream if it is not there: blocks up to 10 s, at start
 * only.
 * @param[out] out Closed with yh_feed_close @param bus Kept
 * @param conf Borrowed, copied
 * @return 0, -EINVAL, -ENOMEM, the bus's or redis.h's error */
int yh_feed_open(struct yh_feed **out, struct yh_bus *bus, uv_loop_t *loop,
		 const struct yh_feed_conf *conf);
/** Take no more. @param feed May be NULL */
void yh_feed_stop(struct yh_feed *feed);
/** Is nothing under way? @param feed May be NULL */
bool yh_feed_idle(const struct yh_feed *feed);
/** Is Redis there? @param feed May be NULL */
bool yh_feed_is_up(const struct yh_feed *feed);
/** @param feed Taken, may be NULL; what is under way comes again elsewhere */
void yh_feed_close(struct yh_feed *feed);

/** The event; borrowed until the work ends. */
const Yinhu__V1__CallEvent *yh_feed_event(const struct yh_feed_work *w);
/** How often has it been delivered? From 1. */
uint64_t yh_feed_tries(const struct yh_feed_work *w);
/** Store an event of one's own and note it in the log; the work ends after
 * that.
 * @param e Borrowed, event_id and call_id set @return 0, -ENOMEM, bus.h's */
int yh_feed_publish(struct yh_feed_work *w, const Yinhu__V1__CallEvent *e);
/** Over, when what was published is stored. @param err 0; else it comes again
 * @param w Taken */
void yh_feed_done(struct yh_feed_work *w, int err);
/** Too early: it comes again in half a second. @param w Taken; nothing was
 * published */
void yh_feed_again(struct yh_feed_work *w);

#endif
