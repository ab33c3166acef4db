/**
 * @file bus.h  NATS: publish, subscribe, request, JetStream. The one wrapper
 *              of nats.c; nobody else includes its header.
 *
 * Every function is called on, and every callback comes on, the loop thread;
 * nothing blocks but yh_bus_open (bounded). nats.c delivers on its own
 * threads: there a message is only pushed to a bounded inbox.
 *
 * Source: nats.c 3.4.1 (its known faults are worked around here: a
 * subscription is never destroyed in a callback but drained, the connection
 * reconnects for ever with bounded steps).
 */
#ifndef YH_BUS_H
#define YH_BUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

struct yh_bus;
struct yh_sub;
struct yh_msg;

/** A message. @param msg Taken: end it with yh_msg_free, or for a stream with
 * yh_msg_ack / yh_msg_nak, which free it too */
typedef void yh_msg_cb(void *arg, struct yh_msg *msg);

/** The end of a publish to a stream: 0 = stored (or known as a duplicate),
 * -ETIMEDOUT after all tries, -ECANCELED at close */
typedef void yh_stored_cb(void *arg, int err);

/** The answer to a request. @param err 0, YH_ERR_NO_RESPONDERS, -ETIMEDOUT,
 * YH_ERR_BUS_DOWN, -ECANCELED @param msg Borrowed, NULL on error */
typedef void yh_reply_cb(void *arg, int err, const struct yh_msg *msg);

/** Connect: one attempt, 2 s at most. @param url Borrowed @param name Borrowed,
 * shown in the server's list of connections
 * @return 0, YH_ERR_BUS_DOWN, -ENOMEM */
int yh_bus_open(struct yh_bus **out, uv_loop_t *loop, const char *url,
		const char *name) __attribute__((warn_unused_result));

/** Drain subscriptions, flush (bounded by 2 s), close; requests end with
 * -ECANCELED before it returns. @param bus Taken, may be NULL */
void yh_bus_close(struct yh_bus *bus);

/** Wait until the server knows of all subscriptions so far, 10 s at most: what
 * is asked before then is lost. For the start of a service.
 * @return 0, YH_ERR_BUS_DOWN */
int yh_bus_settle(struct yh_bus *bus) __attribute__((warn_unused_result));

/** Is the connection up now? */
bool yh_bus_is_up(const struct yh_bus *bus);

/** Publish, at most once. @return 0, -EINVAL, YH_ERR_BUS_DOWN, -EMSGSIZE (over
 * the server's max_payload) */
int yh_bus_publish(struct yh_bus *bus, const char *subject, const void *data,
		   size_t len);

/** Subscribe. @param queue Queue group or NULL @param[out] out May be NULL */
int yh_bus_subscribe(struct yh_bus *bus, const char *subject, const char *queue,
		     yh_msg_cb *cb, void *arg, struct yh_sub **out);

/** End a subscription; its callback does not come any more. @param sub Taken,
 * may be NULL */
void yh_sub_close(struct yh_sub *sub);

/** Ask and wait without blocking. At most 65536 at a time.
 * @param timeout_ms [1..60000]
 * @return 0 and cb comes exactly once, later; or an error and it never comes:
 * YH_ERR_QUEUE_FULL, YH_ERR_BUS_DOWN, -ENOMEM, -EINVAL, -EMSGSIZE */
int yh_bus_request(struct yh_bus *bus, const char *subject, const void *data,
		   size_t len, unsigned timeout_ms, yh_reply_cb *cb, void *arg);

/** For adapters: let cb come with err, later, as if a request had failed.
 * @return 0; else cb never comes: YH_ERR_BUS_DOWN (closing), -ENOMEM */
int yh_bus_fail_later(struct yh_bus *bus, int err, yh_reply_cb *cb, void *arg);

/** Answer a request. @param msg Borrowed @return 0, -EINVAL (no reply
 * subject), YH_ERR_BUS_DOWN, -EMSGSIZE */
int yh_bus_reply(struct yh_bus *bus, const struct yh_msg *msg, const void *data,
		 size_t len);

const char *yh_msg_subject(const struct yh_msg *msg);
const uint8_t *yh_msg_data(const struct yh_msg *msg);
size_t yh_msg_len(const struct yh_msg *msg);
/** @return false when nobody waits for an answer */
bool yh_msg_wants_reply(const struct yh_msg *msg);
/** How often a stream has delivered it, 1 = first; 0 for core messages. */
uint64_t yh_msg_delivered(const struct yh_msg *msg);
void yh_msg_free(struct yh_msg *msg);
/** Tell the stream that it is done. @param msg Taken */
void yh_msg_ack(struct yh_msg *msg);
/** Ask the stream for it again, after delay. @param msg Taken
 * @param delay_ms [0..60000] */
void yh_msg_nak(struct yh_msg *msg, unsigned delay_ms);

/** Make sure that a stream exists (limits retention, file storage).
 * Blocks up to 10 s: at start only.
 * @param name e.g. "CALLS" @param subjects e.g. "yinhu.call.>"
 * @param max_age_s 0 = for ever */
int yh_stream_ensure(struct yh_bus *bus, const char *name, const char *subjects,
		     uint64_t max_age_s);

/**
 * Store a message in a stream, tried again (same id) until 10 s have gone or
 * it is confirmed. At most 100000 wait.
 *
 * @param msg_id De-duplication id, see CallEvent.event_id
 * @param cb     May be NULL; exactly once, later
 * @return 0, YH_ERR_QUEUE_FULL, -ENOMEM (cb never comes)
 */
int yh_stream_publish(struct yh_bus *bus, const char *subject,
		      const char *msg_id, const void *data, size_t len,
		      yh_stored_cb *cb, void *arg);

struct yh_consumer_conf {
	const char *stream;   /**< "CALLS" */
	const char *durable;  /**< "dialog": shared by all replicas */
	const char *filter;   /**< "yinhu.call.>" */
	unsigned ack_wait_ms; /**< Delivered again after this without an ack */
	unsigned max_ack_pending; /**< Most messages out at once */
};

/** Consume with explicit acknowledgement, every replica with the same durable
 * shares the work. Blocks up to 10 s: at start only. The message is delivered
 * until it is acknowledged. */
int yh_stream_consume(struct yh_bus *bus, const struct yh_consumer_conf *conf,
		      yh_msg_cb *cb, void *arg, struct yh_sub **out);

#endif
