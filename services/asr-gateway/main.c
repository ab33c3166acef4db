/**
 * @file main.c  asr-gateway: wiring and life cycle.
 *
 * The loop owns the sessions (sessions.c) and the ladder of engines
 * (ladder.c); the embedded engine decodes on the pool's threads, a decoder
 * each (engine_pocketsphinx.c); one more thread measures emotions (mood.c).
 */
#include <errno.h>
#include <string.h>

#include "app.h"
#include "base/log.h"
#include "base/mem.h"
#include "rec_batch.h"

static const struct yh_conf_key keys[] = {
	YH_SVC_CONF_KEYS(struct asr_conf),
	YH_CONF_STRING(struct asr_conf, model_dir, "build/share/asr-model",
		       "Folder of the embedded engine's model"),
	YH_CONF_STRING(struct asr_conf, general_intents,
		       "build/share/general_intents.yaml",
		       "General intents: the phrases always listened for"),
	YH_CONF_STRING(struct asr_conf, engines_file, "",
		       "YAML: pools of other engines, dialects; empty: the "
		       "embedded engine alone"),
	YH_CONF_STRING(struct asr_conf, emotion_model,
		       "build/share/emotion/model.txt",
		       "Model of emotions; empty: nobody looks for any"),
	YH_CONF_STRING(struct asr_conf, emotion_words,
		       "build/share/emotion/words.yaml",
		       "What words say about emotions"),
	YH_CONF_UINT(struct asr_conf, workers, "2", 1, 64, "Decoding threads"),
	YH_CONF_UINT(struct asr_conf, max_streams, "1000", 1, 100000,
		     "Most calls at once; beyond, OpenStream is refused"),
	YH_CONF_UINT(struct asr_conf, idle_ms, "120000", 1000, 3600000,
		     "A stream without audio for so long is forgotten [ms]"),
	YH_CONF_UINT(struct asr_conf, confidence_percent, "50", 0, 100,
		     "A result below this is not understood [%]"),
	YH_CONF_UINT(struct asr_conf, audio_keep_ms, "60000", 30000, 86400000,
		     "Speech is in memory for so long at the most [ms]"),
};

static int load_phrases(struct asr_app *app, const char ***out, size_t *n)
{
	const struct yh_intents *in;
	char error[512];
	size_t total = 0;

	if (yh_intents_load(&app->intents, app->conf->general_intents, error,
			    sizeof(error))) {
		yh_error("asr.intents", "msg=%s", error);
		return YH_ERR_BAD_CONFIG;
	}
	in = app->intents;
	for (unsigned i = 0; i < in->n; i++)
		total += in->list[i].n_examples;
	*out = yh_calloc(total, sizeof(char *));
	if (!*out)
		return -ENOMEM;
	*n = 0;
	for (unsigned i = 0; i < in->n; i++) {
		if (!strcmp(in->list[i].id, "none"))
			continue; /* belongs to no intent: not listened for */
		for (unsigned k = 0; k < in->list[i].n_examples; k++)
			(*out)[(*n)++] = in->list[i].examples[k];
	}

	return 0;
}

static int open_engine(struct asr_app *app)
{
	struct asr_engine_conf conf = {.model_dir = app->conf->model_dir,
				       .beginnings = true,
				       .workers = app->conf->workers};
	const char **phrases = NULL;
	int err = load_phrases(app, &phrases, &conf.n_phrases);

	conf.phrases = phrases;
	if (!err)
		err = asr_engine_pocketsphinx.create(&app->engine, &conf);
	if (!err)
		yh_info("asr.engine", "engine=%s phrases=%zu workers=%u",
			asr_engine_pocketsphinx.name, conf.n_phrases,
			conf.workers);
	yh_free(phrases);

	return err;
}

/* The embedded engine becomes the last rung of the ladder. */
static int open_ladder(struct asr_app *app)
{
	uv_loop_t *loop = app->svc->loop;
	struct asr_recognizer *rec;
	int err = asr_rec_batch_create(&rec, &asr_engine_pocketsphinx,
				       app->engine, app->pool);

	if (err)
		return err;
	err = asr_engines_open(&app->engines, loop, app->conf->engines_file,
			       rec);
	if (err)
		return err;

	return asr_ladder_open(&app->ladder, loop, app->conf->audio_keep_ms);
}

/* An utterance that was decoded in its last pause waits for its emotion alone,
 * and not behind the decoding of others. */
static int open_moods(struct asr_app *app)
{
	const struct yh_pool_conf pool = {.threads = 1, .max_jobs = 512};
	int err = yh_pool_open(&app->mood_pool, app->svc->loop, &pool);

	return err ? err
		   : asr_moods_open(&app->moods, app->conf->emotion_model,
				    app->conf->emotion_words);
}

static int start(struct yh_svc *svc, const void *conf)
{
	static struct asr_app app;
	struct yh_pool_conf pool = {.max_jobs = 512};
	int err;

	svc->app = &app;
	app.svc = svc;
	app.conf = conf;
	pool.threads = app.conf->workers;
	err = open_engine(&app);
	if (!err)
		err = yh_pool_open(&app.pool, svc->loop, &pool);
	if (!err)
		err = open_ladder(&app);
	if (!err && app.conf->emotion_model[0])
		err = open_moods(&app);

	return err ? err : asr_sessions_open(&app);
}

static void drain(struct yh_svc *svc)
{
	asr_sessions_drain(svc->app);
}

static bool idle(struct yh_svc *svc)
{
	const struct asr_app *app = svc->app;

	return app->n_decoding == 0;
}

static void stop(struct yh_svc *svc)
{
	struct asr_app *app = svc->app;

	if (!app)
		return;
	yh_pool_close(app->pool);
	yh_pool_close(app->mood_pool);
	asr_sessions_close(app);
	asr_ladder_close(app->ladder);
	asr_engines_close(app->engines);
	asr_moods_close(app->moods);
	if (app->engine)
		asr_engine_pocketsphinx.destroy(app->engine);
	yh_intents_destroy(app->intents);
}

int main(int argc, char *argv[])
{
	static struct asr_conf conf;
	const struct yh_svc_def def = {
		.name = "asr-gateway",
		.text = "turns callees' speech into text",
		.keys = keys,
		.n_keys = YH_ARRAY_LEN(keys),
		.metrics = asr_m_table,
		.n_metrics = asr_m_count,
		.start = start,
		.drain = drain,
		.idle = idle,
		.stop = stop,
	};

	return yh_svc_main(&def, &conf, argc, argv);
}
