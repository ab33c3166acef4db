/** @file calllog.c  Events of live calls in Redis, contract in calllog.h */
#include "calllog/calllog.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"

struct op {
	yh_calllog_put_cb *put_cb;
	yh_calllog_get_cb *get_cb;
	void *arg;
};

static void make_key(const struct yh_calllog *log, const char *call_id,
		     char *buf, size_t size)
{
	snprintf(buf, size, "yinhu:%s:%s", log->owner, call_id);
}

static void on_expire(void *arg, int err, const struct yh_redis_reply *reply)
{
	(void)arg;
	(void)err;
	(void)reply;
}

static void on_put(void *arg, int err, const struct yh_redis_reply *reply)
{
	struct op *op = arg;

	(void)reply;
	op->put_cb(op->arg, err);
	yh_free(op);
}

int yh_calllog_put(struct yh_calllog *log, const char *call_id,
		   const char *event_id, const void *data, size_t len,
		   yh_calllog_put_cb *cb, void *arg)
{
	char key[128], ttl[16];
	const char *set[] = {"HSET", key, event_id, data};
	const char *expire[] = {"EXPIRE", key, ttl};
	size_t set_lens[4], expire_lens[3];
	struct op *op;
	int err;

	if (!log || !call_id || !event_id || !data || !cb)
		return -EINVAL;

	make_key(log, call_id, key, sizeof(key));
	snprintf(ttl, sizeof(ttl), "%u", log->ttl_s);
	for (size_t i = 0; i < 3; i++) {
		set_lens[i] = strlen(set[i]);
		expire_lens[i] = strlen(expire[i]);
	}
	set_lens[3] = len;
	op = yh_zalloc(sizeof(*op));
	if (!op)
		return -ENOMEM;

	*op = (struct op){.put_cb = cb, .arg = arg};
	err = yh_redis_command(log->redis, 4, set, set_lens, on_put, op);
	if (err) {
		yh_free(op);
		return err;
	}
	/* Without it the key only stays longer; the next put sets it. */
	err = yh_redis_command(log->redis, 3, expire, expire_lens, on_expire,
			       NULL);
	if (err)
		yh_debug("calllog.expire", "error=\"%s\"", yh_err_text(err));

	return 0;
}

static int by_time(const void *a, const void *b)
{
	const Yinhu__V1__CallEvent *x = *(Yinhu__V1__CallEvent *const *)a;
	const Yinhu__V1__CallEvent *y = *(Yinhu__V1__CallEvent *const *)b;

	if (x->offset_ms != y->offset_ms)
		return x->offset_ms < y->offset_ms ? -1 : 1;
	if (x->time_us != y->time_us)
		return x->time_us < y->time_us ? -1 : 1;

	return strcmp(x->event_id, y->event_id);
}

static int unpack_all(Yinhu__V1__CallEvent **events, size_t *n,
		      const struct yh_redis_reply *reply)
{
	for (size_t i = 0; i < reply->n; i++) {
		const struct yh_redis_reply *e = reply->elements[i];

		events[*n] = yinhu__v1__call_event__unpack(
			NULL, e->len, (const uint8_t *)e->str);
		if (!events[*n])
			return YH_ERR_BAD_MESSAGE;
		++*n;
	}

	return 0;
}

static void on_get(void *arg, int err, const struct yh_redis_reply *reply)
{
	struct op *op = arg;
	Yinhu__V1__CallEvent **events = NULL;
	size_t n = 0;

	if (!err && (!reply || reply->type != YH_REDIS_ARRAY))
		err = -EIO;
	if (!err) {
		events = yh_calloc(reply->n + 1, sizeof(*events));
		err = events ? unpack_all(events, &n, reply) : -ENOMEM;
	}
	if (n)
		qsort(events, n, sizeof(*events), by_time);
	op->get_cb(op->arg, err, events, err ? 0 : n);
	for (size_t i = 0; i < n; i++)
		yinhu__v1__call_event__free_unpacked(events[i], NULL);
	yh_free(events);
	yh_free(op);
}

int yh_calllog_get(struct yh_calllog *log, const char *call_id,
		   yh_calllog_get_cb *cb, void *arg)
{
	char key[128];
	const char *argv[] = {"HVALS", key};
	size_t lens[2];
	struct op *op;
	int err;

	if (!log || !call_id || !cb)
		return -EINVAL;

	make_key(log, call_id, key, sizeof(key));
	lens[0] = 5;
	lens[1] = strlen(key);
	op = yh_zalloc(sizeof(*op));
	if (!op)
		return -ENOMEM;

	*op = (struct op){.get_cb = cb, .arg = arg};
	err = yh_redis_command(log->redis, 2, argv, lens, on_get, op);
	if (err)
		yh_free(op);

	return err;
}

const Yinhu__V1__CallEvent *yh_calllog_find(Yinhu__V1__CallEvent *const *events,
					    size_t n,
					    Yinhu__V1__CallEvent__BodyCase body)
{
	for (size_t i = 0; i < n; i++) {
		if (events[i]->body_case == body)
			return events[i];
	}

	return NULL;
}

bool yh_calllog_answered(Yinhu__V1__CallEvent *const *events, size_t n)
{
	const Yinhu__V1__CallEvent *ended =
		yh_calllog_find(events, n, YINHU__V1__CALL_EVENT__BODY_ENDED);

	if (yh_calllog_find(events, n, YINHU__V1__CALL_EVENT__BODY_ANSWERED))
		return true;

	return ended &&
	       (ended->ended->outcome == YINHU__V1__CALL_OUTCOME__ANSWERED ||
		ended->ended->talk_ms);
}
