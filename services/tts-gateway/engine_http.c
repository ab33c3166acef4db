/** @file engine_http.c  A speech server, contract in engine_http.h */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/g711.h"
#include "audio/wav_read.h"
#include "base/mem.h"
#include "engine_http.h"

/* 60 s of 48 kHz in 16 bits and a header. */
enum { MOST = TTS_MAX_SECONDS * 48000 * 2 + 4096 };

struct http {
	struct tts_engine base;
	struct tts_http_conf conf;
	char *authorization;
	struct yh_fetcher *fetcher;
	struct yh_pool *pool;
};

struct job {
	struct http *engine;
	struct yh_fetched got; /* its body is the job's */
	struct tts_sound *sound;
	int err;
	tts_sound_cb *cb;
	void *arg;
};

static void finish(struct job *job)
{
	job->cb(job->arg, job->err, job->sound);
	tts_sound_unref(job->sound);
	yh_free(job->got.body);
	yh_free(job);
}

/* ---- the answer: on a worker ----------------------------------------------
 */

static int samples_of(const struct job *job, struct tts_pcm *pcm)
{
	const struct yh_fetched *got = &job->got;

	pcm->rate_hz = job->engine->conf.pcm_rate_hz;
	if (!pcm->rate_hz) {
		pcm->rate_hz = YH_RATE_HZ;
		return yh_wav_parse(got->body, got->len, &pcm->samples,
				    &pcm->n);
	}
	pcm->n = got->len / 2;
	pcm->samples = yh_calloc(pcm->n + 1, 2);
	if (!pcm->samples)
		return -ENOMEM;
	for (size_t i = 0; i < pcm->n; i++)
		pcm->samples[i] =
			(int16_t)(got->body[2 * i] | got->body[2 * i + 1] << 8);

	return 0;
}

/* What is no sound is the server's failure, not the text's. */
static void work(void *arg, unsigned worker)
{
	struct job *job = arg;
	struct tts_pcm pcm = {0};

	(void)worker;
	job->err = samples_of(job, &pcm);
	if (!job->err)
		job->err = tts_to_line(&pcm, job->engine->conf.level_dbov,
				       &job->sound);
	if (job->err == -EINVAL)
		job->err = -EIO;
	yh_free(pcm.samples);
}

static void on_line(void *arg)
{
	finish(arg);
}

static void on_answer(void *arg, int err, struct yh_fetched *res)
{
	struct job *job = arg;

	if (!err && (res->status != 200 || !res->len))
		err = -EIO;
	if (!err) {
		job->got = *res;
		res->body = NULL;
		/* When it is taken, it is the worker's. */
		err = yh_pool_submit(job->engine->pool, job, work, on_line);
		if (!err)
			return;
	}
	job->err = err;
	finish(job);
}

/* ---- the request -----------------------------------------------------------
 */

static char *body_of(const struct http *h, const char *text, const char *voice)
{
	json_t *j = json_pack("{ss ss ss ss}", "model", h->conf.model, "input",
			      text, "voice", voice, "response_format",
			      h->conf.pcm_rate_hz ? "pcm" : "wav");
	char *body = j ? json_dumps(j, JSON_COMPACT) : NULL;

	json_decref(j);

	return body;
}

static int render(struct tts_engine *e, const char *text, const char *voice,
		  tts_sound_cb *cb, void *arg)
{
	struct http *h = (struct http *)e;
	const char *headers[] = {"Content-Type: application/json",
				 h->authorization};
	struct job *job = yh_zalloc(sizeof(*job));
	char *body = job ? body_of(h, text, voice) : NULL;
	int err = -ENOMEM;

	if (body) {
		const struct yh_fetch req = {
			.url = h->conf.url,
			.headers = headers,
			.n_headers = h->authorization ? 2 : 1,
			.body = body,
			.len = strlen(body),
			.ca_file = h->conf.ca_file,
			.connect_ms = h->conf.connect_ms,
			.timeout_ms = h->conf.timeout_ms,
			.max_bytes = MOST,
		};

		*job = (struct job){.engine = h, .cb = cb, .arg = arg};
		err = yh_fetch_post(h->fetcher, &req, on_answer, job);
	}
	free(body); /* jansson's */
	if (err)
		yh_free(job);

	return err;
}

/* The fetcher and the pool are closed before. */
static void destroy(struct tts_engine *e)
{
	struct http *h = (struct http *)e;

	yh_free(h->authorization);
	yh_free(h);
}

int tts_engine_http_create(struct tts_engine **out, struct yh_fetcher *fetcher,
			   struct yh_pool *pool,
			   const struct tts_http_conf *conf)
{
	static const struct tts_engine_ops ops = {render, destroy};
	struct http *h = yh_zalloc(sizeof(*h));
	size_t n;

	if (!h)
		return -ENOMEM;
	h->base.ops = &ops;
	h->base.name = conf->name;
	h->conf = *conf;
	h->fetcher = fetcher;
	h->pool = pool;
	n = (size_t)snprintf(h->base.version, TTS_VERSION_MAX, "http %s",
			     conf->model);
	if (n >= TTS_VERSION_MAX) {
		yh_free(h);
		return -EINVAL;
	}
	if (conf->token) {
		h->authorization =
			yh_asprintf("Authorization: Bearer %s", conf->token);
		if (!h->authorization) {
			yh_free(h);
			return -ENOMEM;
		}
	}
	*out = &h->base;

	return 0;
}
