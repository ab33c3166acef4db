/** @file speaker.c  One clause by one engine, contract in speaker.h */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "crypto/crypto.h"
#include "speaker.h"
#include "tts_metrics.h"

enum { KEY_BYTES = 96 };

struct waiter {
	struct waiter *next;
	tts_clause_cb *cb;
	void *arg;
};

/* A clause that somebody waits for. */
struct clause {
	struct clause *next;
	struct tts_speaker *s;
	const struct tts_rung *rung;
	char key[KEY_BYTES];
	char *text;
	uint64_t asked_ms; /* the engine */
	struct waiter *waiters;
};

struct tts_speaker {
	struct yh_redis *redis;
	struct tts_speaker_conf conf;
	struct clause *all;
	bool stopped;
};

/* ---- the cache -------------------------------------------------------------
 */

/* yinhu:tts:<sha256 of everything that makes the sound> */
static int make_key(char key[KEY_BYTES], const struct tts_speaker *s,
		    const struct tts_rung *rung, const char *text)
{
	char sha256[YH_SHA256_HEX];
	char *all = yh_asprintf("%s\n%s\n%s\n%.1f\n%s", rung->engine->name,
				rung->engine->version, rung->voice,
				(double)s->conf.level_dbov, text);

	if (!all || yh_sha256_hex(all, strlen(all), sha256)) {
		yh_free(all);
		return -ENOMEM;
	}
	yh_free(all);
	snprintf(key, KEY_BYTES, "yinhu:tts:%s", sha256);

	return 0;
}

static void ignore(void *arg, int err, const struct yh_redis_reply *r)
{
	(void)arg;
	(void)err;
	(void)r;
}

static void keep(const struct clause *c, const struct tts_sound *sound)
{
	char ttl[16];
	const char *argv[] = {"SET", c->key, (const char *)sound->alaw, "EX",
			      ttl};
	size_t lens[] = {3, strlen(c->key), sound->n, 2, 0};

	lens[4] = (size_t)snprintf(ttl, sizeof(ttl), "%u", c->s->conf.ttl_s);
	(void)yh_redis_command(c->s->redis, 5, argv, lens, ignore, NULL);
}

/* ---- the end ---------------------------------------------------------------
 */

static void finish(struct clause *c, int err, struct tts_sound *sound,
		   bool cached)
{
	struct clause **at = &c->s->all;
	struct waiter *w, *next;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	for (w = c->waiters; w; w = next) {
		next = w->next;
		w->cb(w->arg, err, err ? NULL : sound, cached);
		yh_free(w);
	}
	yh_free(c->text);
	yh_free(c);
}

/* ---- the engine ------------------------------------------------------------
 */

static void tell_breaker(const struct tts_engine *e)
{
	bool open = e->breaker.state != YH_BREAKER_CLOSED;

	yh_metric_set_l(&tts_m_breakers, e->name, open);
	yh_warn("tts.breaker", "engine=%s open=%d", e->name, open);
}

/* A text that cannot be said says nothing about the engine. */
static void judge(struct tts_engine *e, int err, uint64_t took_ms)
{
	if (err == -EINVAL || err == -E2BIG || err == -ECANCELED)
		yh_breaker_cancel(&e->breaker);
	else if (yh_breaker_done(&e->breaker, &e->limits, yh_now_ms(), !err,
				 (uint32_t)took_ms))
		tell_breaker(e);
}

static void on_rendered(void *arg, int err, struct tts_sound *sound)
{
	struct clause *c = arg;
	struct tts_engine *e = c->rung->engine;
	uint64_t took_ms = yh_now_ms() - c->asked_ms;

	e->in_use--;
	judge(e, err, took_ms);
	if (err) {
		yh_metric_add_l(&tts_m_engine_failures, e->name, 1);
		if (err != -ECANCELED)
			yh_warn("tts.render", "engine=%s err=\"%s\"", e->name,
				yh_err_text(err));
	} else {
		yh_metric_add_l(&tts_m_renders, e->name, 1);
		yh_metric_observe(&tts_m_render, (double)took_ms / 1e3);
		keep(c, sound);
	}
	finish(c, err, sound, false);
}

static void render(struct clause *c)
{
	struct tts_engine *e = c->rung->engine;
	int err;

	if (e->in_use >= e->max) {
		yh_metric_add(&tts_m_shed, 1);
		finish(c, YH_ERR_QUEUE_FULL, NULL, false);
		return;
	}
	if (!yh_breaker_allow(&e->breaker, yh_now_ms())) {
		finish(c, -EHOSTDOWN, NULL, false);
		return;
	}
	c->asked_ms = yh_now_ms();
	err = e->ops->render(e, c->text, c->rung->voice, on_rendered, c);
	if (!err) {
		e->in_use++;
		return;
	}
	yh_breaker_cancel(&e->breaker);
	yh_metric_add(&tts_m_shed, 1);
	finish(c, err, NULL, false);
}

static void on_cached(void *arg, int err, const struct yh_redis_reply *r)
{
	struct clause *c = arg;
	struct tts_sound *sound = NULL;

	if (err == -ECANCELED) {
		finish(c, err, NULL, false);
		return;
	}
	if (!err && r->type == YH_REDIS_STRING)
		sound = tts_sound_of((const uint8_t *)r->str, r->len);
	if (!sound) {
		render(c);
		return;
	}
	yh_metric_add(&tts_m_hits, 1);
	finish(c, 0, sound, true);
	tts_sound_unref(sound);
}

/* ---- asking ----------------------------------------------------------------
 */

static struct clause *find(const struct tts_speaker *s, const char *key)
{
	struct clause *c = s->all;

	while (c && strcmp(c->key, key) != 0)
		c = c->next;

	return c;
}

static struct clause *create(struct tts_speaker *s, const struct tts_rung *rung,
			     const char *key, const char *text)
{
	struct clause *c = yh_zalloc(sizeof(*c));

	if (c)
		c->text = yh_strdup(text);
	if (!c || !c->text) {
		yh_free(c);
		return NULL;
	}
	c->s = s;
	c->rung = rung;
	snprintf(c->key, KEY_BYTES, "%s", key);
	c->next = s->all;
	s->all = c;

	return c;
}

int tts_speaker_get(struct tts_speaker *s, const struct tts_rung *rung,
		    const char *text, tts_clause_cb *cb, void *arg)
{
	struct waiter *w = s->stopped ? NULL : yh_zalloc(sizeof(*w));
	char key[KEY_BYTES];
	struct clause *c;
	const char *argv[2] = {"GET", key};
	size_t lens[2] = {3, 0};

	if (!w || make_key(key, s, rung, text)) {
		yh_free(w);
		return s->stopped ? -ECANCELED : -ENOMEM;
	}
	w->cb = cb;
	w->arg = arg;
	c = find(s, key);
	if (c) {
		w->next = c->waiters;
		c->waiters = w;
		return 0;
	}
	c = create(s, rung, key, text);
	if (!c) {
		yh_free(w);
		return -ENOMEM;
	}
	c->waiters = w;
	lens[1] = strlen(key);
	if (yh_redis_command(s->redis, 2, argv, lens, on_cached, c))
		render(c); /* without a cache it still speaks */

	return 0;
}

int tts_speaker_create(struct tts_speaker **out, struct yh_redis *redis,
		       const struct tts_speaker_conf *conf)
{
	struct tts_speaker *s = yh_zalloc(sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->redis = redis;
	s->conf = *conf;
	*out = s;

	return 0;
}

void tts_speaker_stop(struct tts_speaker *s)
{
	if (s)
		s->stopped = true;
}

void tts_speaker_destroy(struct tts_speaker *s)
{
	yh_free(s);
}
