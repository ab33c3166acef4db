/** @file redis.c  Redis on the loop, contract in redis.h */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <hiredis/hiredis.h>
#include <hiredis/async.h>
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include <hiredis/adapters/libuv.h>
#pragma GCC diagnostic pop

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "redis/redis.h"

enum {
	MAX_COMMANDS = 10000,
	DEADLINE_MS = 2000,
	RETRY_MIN_MS = 100,
	RETRY_MAX_MS = 2000,
	TICK_MS = 100,
};

/* A command under way; the list is in the order of the deadlines. */
struct command {
	struct yh_redis *redis; /* NULL: its owner has been told the end */
	struct command *next, **prev;
	uint64_t due_ms;
	yh_redis_cb *cb;
	void *arg;
};

struct yh_redis {
	uv_loop_t *loop;
	uv_timer_t tick;
	redisAsyncContext *ctx;
	struct command *first, **last;
	char *host; /* NULL: `path` is a unix socket */
	char *path;
	int port;
	unsigned running, retry_ms;
	uint64_t retry_at_ms;
	bool up, closing;
};

/* ---- commands ---------------------------------------------------------------
 */

/* Tell the owner, once. The reply that hiredis still owes finds redis NULL. */
static void end(struct command *c, int err, const struct yh_redis_reply *r)
{
	*c->prev = c->next;
	if (c->next)
		c->next->prev = c->prev;
	else
		c->redis->last = c->prev;
	c->redis->running--;
	c->redis = NULL;
	c->cb(c->arg, err, r);
}

static void end_all(struct yh_redis *redis, int err)
{
	while (redis->first)
		end(redis->first, err, NULL);
}

enum { MAX_ELEMENTS = 4096, MAX_DEPTH = 4 };

static void free_reply(struct yh_redis_reply *r)
{
	struct yh_redis_reply **list = (struct yh_redis_reply **)r->elements;

	for (size_t i = 0; i < r->n; i++) {
		free_reply(list[i]);
		yh_free(list[i]);
	}
	yh_free(list);
}

/* @return 0, -EIO (an error reply), -ENOMEM; partly filled then */
static int fill(struct yh_redis_reply *out, const redisReply *in, int depth)
{
	struct yh_redis_reply **list;

	out->str = in->str;
	out->len = (size_t)in->len;
	out->integer = in->integer;
	switch (in->type) {
	case REDIS_REPLY_STRING:
		out->type = YH_REDIS_STRING;
		return 0;
	case REDIS_REPLY_STATUS:
		out->type = YH_REDIS_STATUS;
		return 0;
	case REDIS_REPLY_INTEGER:
		out->type = YH_REDIS_INT;
		return 0;
	case REDIS_REPLY_NIL:
		out->type = YH_REDIS_NIL;
		return 0;
	case REDIS_REPLY_ARRAY:
		break;
	default:
		return -EIO;
	}
	out->type = YH_REDIS_ARRAY;
	if (depth == MAX_DEPTH || in->elements > MAX_ELEMENTS)
		return -ENOMEM;
	list = yh_calloc(in->elements, sizeof(*list));
	if (!list)
		return -ENOMEM;
	out->elements = (const struct yh_redis_reply *const *)list;
	for (size_t i = 0; i < in->elements; i++) {
		list[i] = yh_zalloc(sizeof(**list));
		if (!list[i])
			return -ENOMEM;
		out->n++;
		if (fill(list[i], in->element[i], depth + 1) == -ENOMEM)
			return -ENOMEM;
	}

	return 0;
}

static void on_reply(redisAsyncContext *ctx, void *reply, void *arg)
{
	struct command *c = arg;
	struct yh_redis_reply out = {0};
	int err;

	(void)ctx;
	if (c->redis && !reply) {
		end(c, c->redis->closing ? -ECANCELED : YH_ERR_CACHE_DOWN,
		    NULL);
	} else if (c->redis) {
		err = fill(&out, reply, 0);
		end(c, err, err == -ENOMEM ? NULL : &out);
		free_reply(&out);
	}
	yh_free(c);
}

int yh_redis_command(struct yh_redis *redis, int argc, const char **argv,
		     const size_t *lens, yh_redis_cb *cb, void *arg)
{
	struct command *c;

	if (!redis->up)
		return YH_ERR_CACHE_DOWN;
	if (redis->running == MAX_COMMANDS)
		return YH_ERR_QUEUE_FULL;
	c = yh_zalloc(sizeof(*c));
	if (!c)
		return -ENOMEM;
	if (redisAsyncCommandArgv(redis->ctx, on_reply, c, argc, argv, lens) !=
	    REDIS_OK) {
		yh_free(c);
		return YH_ERR_CACHE_DOWN;
	}
	c->redis = redis;
	c->due_ms = yh_now_ms() + DEADLINE_MS;
	c->cb = cb;
	c->arg = arg;
	c->prev = redis->last;
	*redis->last = c;
	redis->last = &c->next;
	redis->running++;

	return 0;
}

/* ---- connection
 * --------------------------------------------------------------- */

static void lost(struct yh_redis *redis)
{
	redis->ctx = NULL;
	redis->up = false;
	redis->retry_at_ms = yh_now_ms() + redis->retry_ms;
	redis->retry_ms = redis->retry_ms * 2 > RETRY_MAX_MS
				  ? RETRY_MAX_MS
				  : redis->retry_ms * 2;
	end_all(redis, redis->closing ? -ECANCELED : YH_ERR_CACHE_DOWN);
}

static void on_connect(const redisAsyncContext *ctx, int status)
{
	struct yh_redis *redis = ctx->data;

	if (status != REDIS_OK) {
		yh_warn("redis.down", "err=%s", ctx->errstr);
		lost(redis);
		return;
	}
	yh_info("redis.up", "retry_ms=%u", redis->retry_ms);
	redis->up = true;
	redis->retry_ms = RETRY_MIN_MS;
}

static void on_disconnect(const redisAsyncContext *ctx, int status)
{
	struct yh_redis *redis = ctx->data;

	if (!redis)
		return;
	if (status != REDIS_OK)
		yh_warn("redis.down", "err=%s", ctx->errstr);
	lost(redis);
}

static void connect_now(struct yh_redis *redis)
{
	redisAsyncContext *ctx =
		redis->host ? redisAsyncConnect(redis->host, redis->port)
			    : redisAsyncConnectUnix(redis->path);

	if (!ctx || ctx->err) {
		if (ctx) {
			yh_warn("redis.down", "err=%s", ctx->errstr);
			redisAsyncFree(ctx);
		}
		lost(redis);
		return;
	}
	ctx->data = redis;
	redis->ctx = ctx;
	redisLibuvAttach(ctx, redis->loop);
	redisAsyncSetConnectCallback(ctx, on_connect);
	redisAsyncSetDisconnectCallback(ctx, on_disconnect);
}

static void on_tick(uv_timer_t *t)
{
	struct yh_redis *redis = t->data;
	uint64_t now = yh_now_ms();

	while (redis->first && redis->first->due_ms <= now)
		end(redis->first, -ETIMEDOUT, NULL);
	if (!redis->ctx && now >= redis->retry_at_ms)
		connect_now(redis);
}

/* "redis://host:port" or "unix:/path" */
static int parse_url(struct yh_redis *redis, const char *url)
{
	static const char tcp[] = "redis://", local[] = "unix:";
	const char *colon;

	if (!strncmp(url, local, sizeof(local) - 1)) {
		redis->path = yh_strdup(url + sizeof(local) - 1);
		return redis->path ? 0 : -ENOMEM;
	}
	if (strncmp(url, tcp, sizeof(tcp) - 1))
		return -EINVAL;
	url += sizeof(tcp) - 1;
	colon = strrchr(url, ':');
	redis->port = colon ? atoi(colon + 1) : 6379;
	redis->host =
		yh_strndup(url, colon ? (size_t)(colon - url) : strlen(url));
	if (!redis->host)
		return -ENOMEM;

	return redis->port > 0 && redis->port < 65536 ? 0 : -EINVAL;
}

static void free_redis(struct yh_redis *redis)
{
	yh_free(redis->host);
	yh_free(redis->path);
	yh_free(redis);
}

int yh_redis_open(struct yh_redis **out, uv_loop_t *loop, const char *url)
{
	struct yh_redis *redis;
	int err;

	if (!out || !loop || !url)
		return -EINVAL;
	redis = yh_zalloc(sizeof(*redis));
	if (!redis)
		return -ENOMEM;
	err = parse_url(redis, url);
	if (err) {
		free_redis(redis);
		return err;
	}
	redis->loop = loop;
	redis->last = &redis->first;
	redis->retry_ms = RETRY_MIN_MS;
	uv_timer_init(loop, &redis->tick);
	redis->tick.data = redis;
	uv_timer_start(&redis->tick, on_tick, TICK_MS, TICK_MS);
	connect_now(redis);
	*out = redis;

	return 0;
}

bool yh_redis_is_up(const struct yh_redis *redis)
{
	return redis && redis->up;
}

static void on_closed(uv_handle_t *h)
{
	free_redis(h->data);
}

void yh_redis_close(struct yh_redis *redis)
{
	redisAsyncContext *ctx;

	if (!redis)
		return;
	redis->closing = true;
	redis->up = false;
	ctx = redis->ctx;
	redis->ctx = NULL;
	end_all(redis, -ECANCELED);
	if (ctx) {
		ctx->data = NULL;
		ctx->onConnect = NULL;
		redisAsyncFree(ctx);
	}
	uv_close((uv_handle_t *)&redis->tick, on_closed);
}
