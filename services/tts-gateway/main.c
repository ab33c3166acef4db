/** @file main.c  tts-gateway: settings, wiring and life cycle */
#include <errno.h>
#include <stdio.h>

#include "app.h"
#include "audio/aigc.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "tts_metrics.h"

static const struct yh_conf_key keys[] = {
	YH_SVC_CONF_KEYS(struct tts_conf),
	YH_CONF_STRING(struct tts_conf, voices_file, "",
		       "YAML: engines and voices; empty: espeak-ng alone"),
	YH_CONF_STRING(struct tts_conf, recorded_dir, "",
		       "Folder of prompts that people have recorded, with "
		       "index.yaml; empty: none"),
	YH_CONF_STRING(struct tts_conf, aigc_producer, "Yinhu",
		       "Who answers for synthetic speech, by name or code, in "
		       "the label of exported prompts"),
	YH_CONF_UINT(struct tts_conf, speech_level_db, "20", 10, 40,
		     "Active speech level of prompts, dB below full scale"),
	YH_CONF_UINT(struct tts_conf, cache_ttl_s, "604800", 60, 31536000,
		     "How long a rendered clause stays in Redis [s]"),
	YH_CONF_UINT(struct tts_conf, max_jobs, "500", 1, 100000,
		     "Most clauses that wait for espeak-ng"),
};

static int check_producer(const struct tts_conf *conf)
{
	if (yh_aigc_text_ok(conf->aigc_producer))
		return 0;
	yh_error("tts.conf",
		 "key=aigc_producer rule=\"1 to %d bytes, no control "
		 "character, quotation mark or backslash\"",
		 YH_AIGC_TEXT_MAX);

	return YH_ERR_BAD_CONFIG;
}

static int load_recorded(struct tts_app *app, float level_dbov)
{
	char error[512];
	int err = tts_recorded_load(&app->recorded, app->conf->recorded_dir,
				    level_dbov, error, sizeof(error));

	if (err == YH_ERR_BAD_CONFIG)
		yh_error("tts.recorded", "dir=%s msg=\"%s\"",
			 app->conf->recorded_dir, error);

	return err;
}

static int open_studio(struct tts_app *app)
{
	const float level_dbov = -(float)app->conf->speech_level_db;
	const struct tts_voices_conf voices = {
		.file = app->conf->voices_file,
		.level_dbov = level_dbov,
		.max_jobs = app->conf->max_jobs,
	};
	const struct tts_speaker_conf speaker = {
		.level_dbov = level_dbov,
		.ttl_s = app->conf->cache_ttl_s,
	};
	int err = load_recorded(app, level_dbov);

	if (!err)
		err = tts_voices_open(&app->voices, app->svc->loop, &voices);
	if (!err)
		err = yh_redis_open(&app->redis, app->svc->loop,
				    app->svc->conf->redis_url);
	if (!err)
		err = tts_speaker_create(&app->speaker, app->redis, &speaker);
	app->studio = (struct tts_studio){app->speaker, app->recorded};

	return err;
}

static int start(struct yh_svc *svc, const void *conf)
{
	static struct tts_app app;
	int err;

	svc->app = &app;
	app.svc = svc;
	app.conf = conf;
	err = check_producer(conf);
	if (!err)
		err = open_studio(&app);
	if (err)
		return err;
	tts_methods_bind(&app);

	return yh_rpc_serve(&app.server, svc->bus, &app.rpc.base);
}

static bool idle(struct yh_svc *svc)
{
	const struct tts_app *app = svc->app;

	return !app->server || yh_rpc_server_running(app->server) == 0;
}

static void stop(struct yh_svc *svc)
{
	struct tts_app *app = svc->app;

	if (!app)
		return;
	tts_speaker_stop(app->speaker);
	tts_voices_close(app->voices);
	yh_redis_close(app->redis);
	tts_speaker_destroy(app->speaker);
	tts_recorded_destroy(app->recorded);
	yh_rpc_server_close(app->server);
}

int main(int argc, char *argv[])
{
	static struct tts_conf conf;
	const struct yh_svc_def def = {
		.name = "tts-gateway",
		.text = "renders prompts: recorded, cached, or by an engine",
		.keys = keys,
		.n_keys = YH_ARRAY_LEN(keys),
		.metrics = tts_m_table,
		.n_metrics = tts_m_count,
		.start = start,
		.idle = idle,
		.stop = stop,
	};

	return yh_svc_main(&def, &conf, argc, argv);
}
