/**
 * @file session.c  Sessions in Redis, by compare-and-set on the turn.
 *
 * Hash yinhu:dialog:<call_id>: turn, body (DialogSession, packed).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "base/mem.h"

static const char cas[] =
	"local t = redis.call('HGET', KEYS[1], 'turn') "
	"t = t and tonumber(t) or 0 "
	"local to = tonumber(ARGV[1]) "
	"if t ~= to - 1 and (ARGV[4] == '0' or t >= to) then return 0 end "
	"redis.call('HSET', KEYS[1], 'turn', ARGV[1], 'body', ARGV[2]) "
	"redis.call('EXPIRE', KEYS[1], ARGV[3]) return 1";

struct op {
	dlg_session_cb *cb;
	void *arg;
};

static struct op *op_new(dlg_session_cb *cb, void *arg)
{
	struct op *op = yh_zalloc(sizeof(*op));

	if (op)
		*op = (struct op){cb, arg};

	return op;
}

static void key_of(const char *call_id, char key[128])
{
	snprintf(key, 128, "yinhu:dialog:%s", call_id);
}

static void on_loaded(void *arg, int err, const struct yh_redis_reply *r)
{
	struct op *op = arg;
	Yinhu__V1__DialogSession *s = NULL;

	if (!err && r->type == YH_REDIS_STRING) {
		s = yinhu__v1__dialog_session__unpack(NULL, r->len,
						      (const uint8_t *)r->str);
		err = s ? 0 : YH_ERR_BAD_MESSAGE;
	}
	op->cb(op->arg, err, s);
	yh_free(op);
}

int dlg_session_load(struct dlg_app *app, const char *call_id,
		     dlg_session_cb *cb, void *arg)
{
	struct op *op = op_new(cb, arg);
	char key[128];
	const char *argv[] = {"HGET", key, "body"};
	size_t lens[] = {4, 0, 4};
	int err;

	if (!op)
		return -ENOMEM;
	key_of(call_id, key);
	lens[1] = strlen(key);
	err = yh_redis_command(app->redis, 3, argv, lens, on_loaded, op);
	if (err)
		yh_free(op);

	return err;
}

static void on_saved(void *arg, int err, const struct yh_redis_reply *r)
{
	struct op *op = arg;

	if (!err && (r->type != YH_REDIS_INT || r->integer != 1))
		err = YH_ERR_CONFLICT;
	op->cb(op->arg, err, NULL);
	yh_free(op);
}

int dlg_session_save(struct dlg_app *app,
		     const Yinhu__V1__DialogSession *session, bool ahead,
		     dlg_session_cb *cb, void *arg)
{
	struct op *op = op_new(cb, arg);
	size_t n = yinhu__v1__dialog_session__get_packed_size(session);
	uint8_t *body = yh_zalloc(n);
	char key[128], turn[16], ttl[16];
	const char *argv[] = {
		"EVAL",		  cas, "1", key, turn, (const char *)body, ttl,
		ahead ? "1" : "0"};
	size_t lens[8];
	int err = op && body ? 0 : -ENOMEM;

	if (!err) {
		key_of(session->call_id, key);
		snprintf(turn, sizeof(turn), "%u", session->turn);
		snprintf(ttl, sizeof(ttl), "%u", app->conf->session_ttl_s);
		yinhu__v1__dialog_session__pack(session, body);
		for (size_t i = 0; i < YH_ARRAY_LEN(argv); i++)
			lens[i] = i == 5 ? n : strlen(argv[i]);
		err = yh_redis_command(app->redis, (int)YH_ARRAY_LEN(argv),
				       argv, lens, on_saved, op);
	}
	if (err)
		yh_free(op);
	yh_free(body);

	return err;
}
