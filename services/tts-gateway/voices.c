/** @file voices.c  Voices and their engines, contract in voices.h */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "engine_http.h"
#include "engine_local.h"
#include "engine_sherpa.h"
#include "voices.h"

enum { TOKEN_MAX = 4096, LINE_JOBS = 1000 };

struct tts_voices {
	struct tts_config *config; /* owns the texts; NULL without a file */
	struct yh_fetcher *fetcher;
	struct yh_pool *pool;	     /* brings what was fetched to the line */
	struct tts_engine **engines; /* shape (n_engines); 0 is espeak-ng */
	char **tokens;		     /* same shape */
	size_t n_engines;
	struct tts_voice *voices; /* shape (n) */
	size_t n;
};

/* ---- engines ---------------------------------------------------------------
 */

/* The embedded engine has no breaker: it is what is left. */
static int open_espeak(struct tts_voices *v, uv_loop_t *loop,
		       const struct tts_voices_conf *conf)
{
	const struct tts_local_conf local_conf = {
		.name = "espeak-ng",
		.level_dbov = conf->level_dbov,
		.max_jobs = conf->max_jobs,
	};
	struct tts_local local;
	int err = tts_espeak_open(&local);

	if (err) {
		yh_error("tts.espeak", "msg=\"espeak-ng's data is missing; "
				       "install espeak-ng-data\"");
		return err;
	}
	err = tts_engine_local_create(&v->engines[0], loop, &local,
				      &local_conf);
	if (err)
		return err;
	v->engines[0]->limits =
		(struct yh_breaker_conf){.max_error = 2, .slow_ms = UINT32_MAX};
	v->n_engines = 1;

	return 0;
}

static int read_token(char **out, const char *path)
{
	char text[TOKEN_MAX] = "";
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;

	if (f)
		fclose(f);
	text[strcspn(text, "\r\n")] = '\0';
	if (!n || !text[0])
		return -ENOENT;
	*out = yh_strdup(text);

	return *out ? 0 : -ENOMEM;
}

static int open_http(struct tts_voices *v, const struct tts_engine_config *c,
		     float level_dbov)
{
	bool pcm = c->format && !strcmp(c->format, "pcm");
	struct tts_http_conf http = {
		.name = c->name,
		.url = c->url,
		.model = c->model,
		.ca_file = c->ca_file,
		.pcm_rate_hz = pcm ? c->rate_hz : 0,
		.connect_ms = c->connect_ms,
		.timeout_ms = c->timeout_ms,
		.level_dbov = level_dbov,
	};
	int err = 0;

	if (c->token_file)
		err = read_token(&v->tokens[v->n_engines], c->token_file);
	if (err) {
		yh_error("tts.engine", "engine=%s key=token_file err=%s",
			 c->name, yh_err_text(err));
		return err;
	}
	http.token = v->tokens[v->n_engines];

	return tts_engine_http_create(&v->engines[v->n_engines], v->fetcher,
				      v->pool, &http);
}

static int open_sherpa(struct tts_voices *v, uv_loop_t *loop,
		       const struct tts_engine_config *c,
		       const struct tts_voices_conf *conf)
{
	const struct tts_local_conf local_conf = {
		.name = c->name,
		.level_dbov = conf->level_dbov,
		.max_jobs = c->max_renders,
	};
	const struct tts_sherpa_conf sherpa = {
		.model_dir = c->model_dir,
		.library = c->library,
		.threads = c->threads,
	};
	struct tts_local local;
	char error[1024] = "";
	int err = tts_sherpa_open(&local, &sherpa, error, sizeof(error));

	if (err) {
		yh_error("tts.sherpa", "engine=%s msg=%s", c->name, error);
		return err;
	}

	return tts_engine_local_create(&v->engines[v->n_engines], loop, &local,
				       &local_conf);
}

static int open_engine(struct tts_voices *v, uv_loop_t *loop,
		       const struct tts_engine_config *c,
		       const struct tts_voices_conf *conf)
{
	struct tts_engine *e;
	int err = strcmp(c->engine, "http") == 0
			  ? open_http(v, c, conf->level_dbov)
			  : open_sherpa(v, loop, c, conf);

	if (err)
		return err;
	e = v->engines[v->n_engines++];
	e->max = c->max_renders;
	e->limits = (struct yh_breaker_conf){
		.max_error = (float)c->max_error_percent / 100.0f,
		.slow_ms = c->slow_ms,
		.min_asked = c->min_asked,
		.open_ms = c->open_ms,
		.max_open_ms = c->max_open_ms,
	};
	yh_info("tts.engine", "engine=%s kind=%s", c->name, c->engine);

	return 0;
}

static int open_engines(struct tts_voices *v, uv_loop_t *loop,
			const struct tts_voices_conf *conf)
{
	const struct yh_pool_conf pool = {1, LINE_JOBS};
	size_t n = v->config ? v->config->n_engines : 0;
	int err;

	v->engines = yh_calloc(n + 1, sizeof(*v->engines));
	v->tokens = yh_calloc(n + 1, sizeof(*v->tokens));
	if (!v->engines || !v->tokens)
		return -ENOMEM;
	err = open_espeak(v, loop, conf);
	if (!err && n)
		err = yh_fetcher_open(&v->fetcher, loop);
	if (!err && n)
		err = yh_pool_open(&v->pool, loop, &pool);
	for (size_t i = 0; i < n && !err; i++)
		err = open_engine(v, loop, &v->config->engines[i], conf);

	return err;
}

/* ---- voices ----------------------------------------------------------------
 */

static void set_voice(const struct tts_voices *v, struct tts_voice *out,
		      const struct tts_voice_config *c)
{
	out->name = c->name;
	for (unsigned i = 0; i < c->n_ladder; i++) {
		int e = tts_config_engine(v->config, c->ladder[i].engine);

		out->rungs[out->n++] = (struct tts_rung){v->engines[e + 1],
							 c->ladder[i].voice};
	}
	out->rungs[out->n++] = (struct tts_rung){v->engines[0], c->embedded};
}

static int set_voices(struct tts_voices *v)
{
	static char mandarin[] = "mandarin", pinyin[] = "cmn-latn-pinyin";
	static char cantonese[] = "cantonese", yue[] = "yue";
	static const struct tts_voice_config own[] = {
		{.name = mandarin, .embedded = pinyin},
		{.name = cantonese, .embedded = yue},
	};
	const struct tts_voice_config *list =
		v->config ? v->config->voices : own;

	v->n = v->config ? v->config->n_voices : YH_ARRAY_LEN(own);
	v->voices = yh_calloc(v->n, sizeof(*v->voices));
	if (!v->voices)
		return -ENOMEM;
	for (size_t i = 0; i < v->n; i++)
		set_voice(v, &v->voices[i], &list[i]);

	return 0;
}

const struct tts_voice *tts_voices_find(const struct tts_voices *v,
					const char *name)
{
	for (size_t i = 0; i < v->n; i++) {
		if (!name[0] || !strcmp(v->voices[i].name, name))
			return &v->voices[i];
	}

	return NULL;
}

/* ---- life cycle ------------------------------------------------------------
 */

int tts_voices_open(struct tts_voices **out, uv_loop_t *loop,
		    const struct tts_voices_conf *conf)
{
	struct tts_voices *v = yh_zalloc(sizeof(*v));
	char error[512];
	int err = v ? 0 : -ENOMEM;

	if (!err && conf->file[0])
		err = tts_config_load(&v->config, conf->file, error,
				      sizeof(error));
	if (err == YH_ERR_BAD_CONFIG)
		yh_error("tts.voices", "msg=%s", error);
	if (!err)
		err = open_engines(v, loop, conf);
	if (!err)
		err = set_voices(v);
	if (err)
		tts_voices_close(v);
	else
		*out = v;

	return err;
}

void tts_voices_close(struct tts_voices *v)
{
	if (!v)
		return;
	yh_fetcher_close(v->fetcher);
	yh_pool_close(v->pool);
	for (size_t i = 0; i < v->n_engines; i++)
		v->engines[i]->ops->destroy(v->engines[i]);
	for (size_t i = 0; v->tokens && v->config && i <= v->config->n_engines;
	     i++)
		yh_free(v->tokens[i]);
	yh_free(v->tokens);
	yh_free(v->engines);
	yh_free(v->voices);
	tts_config_free(v->config);
	yh_free(v);
}
