/**
 * @file main.c  tts-gateway: wiring, and the one method: cache first, engine
 *               second.
 *
 * Loop thread; the engine runs on one worker (espeak-ng is not reentrant).
 * Without Redis it renders every time.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <openssl/sha.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "engine.h"
#include "loop/pool.h"
#include "redis/redis.h"
#include "rpc/rpc.h"
#include "svc/svc.h"
#include "clean.h"
#include "reading.h"
#include "yinhu/v1/speech.pb-c.h"

#define YH_METRICS_DEFINE
#define YH_METRICS_PREFIX tts_m_
#define YH_METRICS_FILE	  "metrics.def"
#include "metrics/define.h"

enum { TEXT_MAX = 2000, SPOKEN_MAX = 8000, KEY_BYTES = 96 };

struct conf {
	struct yh_svc_conf common;
	uint32_t cache_ttl_s;
	uint32_t max_jobs;
};

struct app {
	/* First: protobuf-c hands it to the method. */
	Yinhu__V1__SynthesisService_Service rpc;
	struct yh_svc *svc;
	const struct conf *conf;
	struct yh_redis *redis;
	struct yh_pool *pool;
	struct yh_rpc_server *server;
};

struct job {
	struct app *app;
	char text[SPOKEN_MAX];
	char voice[64];
	char key[KEY_BYTES];
	uint8_t *alaw;
	size_t n;
	int err;
	uint64_t took_us;
	Yinhu__V1__SynthesizeResponse_Closure closure;
	void *data;
};

static const struct yh_conf_key keys[] = {
	YH_SVC_CONF_KEYS(struct conf),
	YH_CONF_UINT(struct conf, cache_ttl_s, "604800", 60, 31536000,
		     "How long a rendered prompt stays in Redis [s]"),
	YH_CONF_UINT(struct conf, max_jobs, "500", 1, 100000,
		     "Most prompts that wait for the engine"),
};

/* yinhu:tts:<sha256 of engine, voice, text> */
static void make_key(struct job *job)
{
	unsigned char sum[SHA256_DIGEST_LENGTH];
	char all[SPOKEN_MAX + 128];
	size_t at;

	snprintf(all, sizeof(all), "%s|%s|%s", tts_engine_espeak.name,
		 job->voice, job->text);
	SHA256((const unsigned char *)all, strlen(all), sum);
	at = (size_t)snprintf(job->key, KEY_BYTES, "yinhu:tts:");
	for (size_t i = 0; i < sizeof(sum); i++)
		at += (size_t)snprintf(job->key + at, KEY_BYTES - at, "%02x",
				       sum[i]);
}

static void reply(struct job *job, const uint8_t *alaw, size_t n, bool cached)
{
	Yinhu__V1__SynthesizeResponse res =
		YINHU__V1__SYNTHESIZE_RESPONSE__INIT;

	res.alaw.data = (uint8_t *)alaw;
	res.alaw.len = n;
	res.duration_ms = (uint32_t)(n / 8);
	res.cached = cached;
	res.engine = (char *)tts_engine_espeak.name;
	job->closure(&res, job->data);
}

static void free_job(struct job *job)
{
	yh_free(job->alaw);
	yh_free(job);
}

/* ---- miss: render, answer, keep
 * ------------------------------------------------ */

static void ignore(void *arg, int err, const struct yh_redis_reply *r)
{
	(void)arg;
	(void)err;
	(void)r;
}

static void keep(struct job *job)
{
	char ttl[16];
	const char *argv[] = {"SET", job->key, (const char *)job->alaw, "EX",
			      ttl};
	size_t lens[] = {3, strlen(job->key), job->n, 2, 0};

	snprintf(ttl, sizeof(ttl), "%u", job->app->conf->cache_ttl_s);
	lens[4] = strlen(ttl);
	(void)yh_redis_command(job->app->redis, 5, argv, lens, ignore, NULL);
}

static void work(void *arg, unsigned worker)
{
	struct job *job = arg;
	uint64_t begin = yh_now_us();

	(void)worker;
	job->err = tts_engine_espeak.render(job->text, job->voice, &job->alaw,
					    &job->n);
	job->took_us = yh_now_us() - begin;
}

static void on_rendered(void *arg)
{
	struct job *job = arg;

	if (job->err) {
		yh_metric_add(&tts_m_failures, 1);
		yh_warn("tts.render", "err=%s", yh_err_text(job->err));
		yh_rpc_fail((ProtobufCClosure)job->closure, job->data,
			    yh_err_status(job->err), "cannot render: %s",
			    yh_err_text(job->err));
	} else {
		yh_metric_observe(&tts_m_render, (double)job->took_us / 1e6);
		reply(job, job->alaw, job->n, false);
		keep(job);
	}
	free_job(job);
}

static void render(struct job *job)
{
	int err = yh_pool_submit(job->app->pool, job, work, on_rendered);

	if (!err)
		return;
	yh_metric_add(&tts_m_shed, 1);
	yh_rpc_fail((ProtobufCClosure)job->closure, job->data,
		    YH_RESOURCE_EXHAUSTED, "%u prompts wait already",
		    job->app->conf->max_jobs);
	free_job(job);
}

static void on_cached(void *arg, int err, const struct yh_redis_reply *r)
{
	struct job *job = arg;

	if (err == -ECANCELED) {
		yh_rpc_fail((ProtobufCClosure)job->closure, job->data,
			    YH_UNAVAILABLE, "shutting down");
		free_job(job);
	} else if (!err && r->type == YH_REDIS_STRING && r->len) {
		yh_metric_add(&tts_m_hits, 1);
		reply(job, (const uint8_t *)r->str, r->len, true);
		free_job(job);
	} else {
		render(job);
	}
}

/* ---- the method
 * -------------------------------------------------------------------- */

static const char *fault_of(const Yinhu__V1__SynthesizeRequest *req)
{
	if (!req->text[0])
		return "text is empty";
	if (strlen(req->text) > TEXT_MAX)
		return "text is longer than 2000 bytes; split the prompt";
	if (strlen(req->voice) > 63)
		return "voice is longer than 63 bytes";

	return NULL;
}

static void synthesize(Yinhu__V1__SynthesisService_Service *rpc,
		       const Yinhu__V1__SynthesizeRequest *req,
		       Yinhu__V1__SynthesizeResponse_Closure closure,
		       void *data)
{
	struct app *app = (struct app *)rpc;
	const char *fault = fault_of(req);
	struct job *job = fault ? NULL : yh_zalloc(sizeof(*job));
	const char *argv[2] = {"GET", NULL};
	size_t lens[2] = {3, 0};
	char clean[TEXT_MAX + 1];

	yh_metric_add(&tts_m_requests, 1);
	if (!job) {
		yh_rpc_fail((ProtobufCClosure)closure, data,
			    fault ? YH_INVALID_ARGUMENT : YH_RESOURCE_EXHAUSTED,
			    "%s", fault ? fault : "out of memory");
		return;
	}
	job->app = app;
	job->closure = closure;
	job->data = data;
	snprintf(job->voice, sizeof(job->voice), "%s", req->voice);
	if (tts_clean(req->text, clean, sizeof(clean)) ||
	    tts_reading(clean, job->text, sizeof(job->text))) {
		yh_rpc_fail((ProtobufCClosure)closure, data,
			    YH_INVALID_ARGUMENT, "text is too long to say");
		free_job(job);
		return;
	}
	make_key(job);
	argv[1] = job->key;
	lens[1] = strlen(job->key);
	if (yh_redis_command(app->redis, 2, argv, lens, on_cached, job))
		render(job); /* without a cache it still speaks */
}

/* ---- life cycle
 * ---------------------------------------------------------------------- */

static int start(struct yh_svc *svc, const void *conf)
{
	static struct app app;
	struct yh_pool_conf pool = {.threads = 1};
	int err;

	svc->app = &app;
	app.svc = svc;
	app.conf = conf;
	pool.max_jobs = app.conf->max_jobs;
	err = tts_engine_espeak.open();
	if (!err)
		err = yh_pool_open(&app.pool, svc->loop, &pool);
	if (!err)
		err = yh_redis_open(&app.redis, svc->loop,
				    svc->conf->redis_url);
	if (err)
		return err;
	yinhu__v1__synthesis_service__init(&app.rpc, NULL);
	app.rpc.synthesize = synthesize;

	return yh_rpc_serve(&app.server, svc->bus, &app.rpc.base);
}

static bool idle(struct yh_svc *svc)
{
	const struct app *app = svc->app;

	return !app->server || yh_rpc_server_running(app->server) == 0;
}

static void stop(struct yh_svc *svc)
{
	struct app *app = svc->app;

	if (!app)
		return;
	yh_pool_close(app->pool);
	yh_redis_close(app->redis);
	yh_rpc_server_close(app->server);
}

int main(int argc, char *argv[])
{
	static struct conf conf;
	static const struct yh_svc_def def = {
		.name = "tts-gateway",
		.text = "renders prompts: cache first, engine second",
		.keys = keys,
		.n_keys = YH_ARRAY_LEN(keys),
		.metrics = tts_m_table,
		.n_metrics = YH_ARRAY_LEN(tts_m_table),
		.start = start,
		.idle = idle,
		.stop = stop,
	};

	return yh_svc_main(&def, &conf, argc, argv);
}
