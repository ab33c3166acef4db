/**
 * @file redis.h  Redis on the loop; the one wrapper of hiredis' async API.
 *
 * Reconnects for ever with bounded steps (100 ms .. 2 s). Commands while it is
 * down fail at once with YH_ERR_CACHE_DOWN; at most 10000 are under way, each
 * ends within 2 s.
 */
#ifndef YH_REDIS_H
#define YH_REDIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

struct yh_redis;

enum yh_redis_type {
	YH_REDIS_NIL,
	YH_REDIS_STRING,
	YH_REDIS_INT,
	YH_REDIS_ARRAY,
	YH_REDIS_STATUS
};

/** A reply, borrowed during the callback. */
struct yh_redis_reply {
	enum yh_redis_type type;
	const char *str; /**< STRING, STATUS; may hold NUL bytes */
	size_t len;
	int64_t integer;
	const struct yh_redis_reply *const *elements; /**< shape (n) */
	size_t n;
};

/** @param err 0, YH_ERR_CACHE_DOWN, -ETIMEDOUT, -EIO (an error reply: its text
 * is in reply->str), -ECANCELED (closed) */
typedef void yh_redis_cb(void *arg, int err,
			 const struct yh_redis_reply *reply);

/** Start connecting. @param url "redis://host:port" or "unix:/path"
 * @return 0, -EINVAL (url), -ENOMEM */
int yh_redis_open(struct yh_redis **out, uv_loop_t *loop, const char *url);
bool yh_redis_is_up(const struct yh_redis *redis);
/** Close; waiting commands end with -ECANCELED. @param redis Taken or NULL */
void yh_redis_close(struct yh_redis *redis);

/** Send a command. @param argv, lens Borrowed, shape (argc)
 * @return 0 and cb comes exactly once, later; else an error and it never
 * comes: YH_ERR_CACHE_DOWN, YH_ERR_QUEUE_FULL, -ENOMEM */
int yh_redis_command(struct yh_redis *redis, int argc, const char **argv,
		     const size_t *lens, yh_redis_cb *cb, void *arg);

#endif
