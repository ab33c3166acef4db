/**
 * @file main.c  dialog: wiring and life cycle.
 *
 * Loop thread only. calls.c takes events in, turn.c decides (pure), session.c
 * keeps, library.c has the scripts.
 */
#include <errno.h>
#include <string.h>

#include "app.h"
#include "base/log.h"
#include "base/mem.h"
#include "chat.h"
#include "check.h"

enum { INSPECTOR_MS = 5000 };

static const struct yh_conf_key keys[] = {
	YH_SVC_CONF_KEYS(struct dlg_conf),
	YH_CONF_STRING(struct dlg_conf, general_intents,
		       "build/share/general_intents.yaml",
		       "General intents with their examples, YAML"),
	YH_CONF_STRING(struct dlg_conf, intent_corpus,
		       "build/share/intent_corpus.yaml",
		       "Further sentences with these intents, YAML"),
	YH_CONF_STRING(struct dlg_conf, concepts, "build/share/concepts.yaml",
		       "Words by what they mean, YAML"),
	YH_CONF_UINT(struct dlg_conf, ack_wait_ms, "3000", 500, 60000,
		     "An event is delivered again after this [ms]"),
	YH_CONF_UINT(struct dlg_conf, session_ttl_s, "3600", 600, 86400,
		     "A session is kept so long in Redis [s]"),
	YH_CONF_STRING(
		struct dlg_conf, opinion_url, "",
		"OpenAI-compatible chat completions for a second opinion "
		"on doubtful sentences (classification only); empty: "
		"none"),
	YH_CONF_STRING(
		struct dlg_conf, opinion_hosts, "",
		"Hosts that opinion_url may have: \"a.bank,b.bank:8443\""),
	YH_CONF_STRING(struct dlg_conf, opinion_model, "default",
		       "The model's name there"),
	YH_CONF_STRING(struct dlg_conf, opinion_key_file, "",
		       "File with the bearer key; empty: none"),
	YH_CONF_UINT(struct dlg_conf, opinion_timeout_ms, "800", 50, 800,
		     "Then the local answer stands [ms]"),
	YH_CONF_UINT(
		struct dlg_conf, opinion_most, "32", 1, 1000,
		"Most opinions under way; beyond, the local answer stands"),
	YH_CONF_UINT(struct dlg_conf, opinion_below_percent, "50", 0, 100,
		     "Confidence below which a second opinion is asked for"),
};

/* ---- ClassifyIntent
 * ---------------------------------------------------------------- */

struct classify {
	char text[YH_SENTENCE_MAX];
	Yinhu__V1__ClassifyIntentResponse_Closure closure;
	void *data;
};

static void on_classify_book(void *arg, int err, const struct dlg_book *book)
{
	struct classify *q = arg;
	Yinhu__V1__ClassifyIntentResponse res =
		YINHU__V1__CLASSIFY_INTENT_RESPONSE__INIT;

	if (err) {
		yh_rpc_fail((ProtobufCClosure)q->closure, q->data,
			    yh_err_status(err), "the script: %s",
			    yh_err_text(err));
	} else {
		res.intent = (char *)yh_classify(book->classifier, q->text,
						 &res.confidence);
		q->closure(&res, q->data);
	}
	yh_free(q);
}

static void classify_intent(Yinhu__V1__DialogService_Service *rpc,
			    const Yinhu__V1__ClassifyIntentRequest *req,
			    Yinhu__V1__ClassifyIntentResponse_Closure closure,
			    void *data)
{
	struct dlg_app *app = (struct dlg_app *)rpc;
	struct classify *q = NULL;
	static const char prefix[] = "scripts/";

	if (!strncmp(req->script, prefix, sizeof(prefix) - 1) &&
	    strlen(req->text) < YH_SENTENCE_MAX)
		q = yh_zalloc(sizeof(*q));
	if (!q) {
		yh_rpc_fail((ProtobufCClosure)closure, data,
			    YH_INVALID_ARGUMENT,
			    "script must be scripts/<id>@<version>, text at "
			    "most %d bytes",
			    YH_SENTENCE_MAX - 1);
		return;
	}
	strcpy(q->text, req->text);
	q->closure = closure;
	q->data = data;
	dlg_library_get(app->library, req->script + sizeof(prefix) - 1,
			on_classify_book, q);
}

/* ---- life cycle
 * ---------------------------------------------------------------------- */

static int load_intents(struct dlg_app *app)
{
	char error[512];
	int err = yh_understanding_load(
		&app->understanding, app->conf->general_intents,
		app->conf->intent_corpus, app->conf->concepts, error,
		sizeof(error));

	if (err)
		yh_error("dialog.intents", "msg=%s", error);

	return err;
}

static int consume(struct dlg_app *app)
{
	const struct yh_consumer_conf conf = {
		.stream = "CALLS",
		.durable = "dialog",
		.filter = "yinhu.call.>",
		.ack_wait_ms = app->conf->ack_wait_ms,
		.max_ack_pending = 4096,
	};
	int err = yh_calls_ensure(app->svc->bus);

	return err ? err
		   : yh_stream_consume(app->svc->bus, &conf, dlg_on_event, app,
				       &app->events);
}

static int open_opinion(struct dlg_app *app)
{
	const struct dlg_opinion_conf conf = {
		.url = app->conf->opinion_url,
		.hosts = app->conf->opinion_hosts,
		.model = app->conf->opinion_model,
		.key_file = app->conf->opinion_key_file,
		.timeout_ms = app->conf->opinion_timeout_ms,
		.most = app->conf->opinion_most,
		.below = app->conf->opinion_below_percent / 100.0,
	};

	return dlg_opinion_open(&app->opinion, app->svc->loop, &conf);
}

static int open_authoring(struct dlg_app *app)
{
	const struct yh_pool_conf pool = {.threads = 1, .max_jobs = 16};

	app->inspector = yh_rpc_client_create(
		app->svc->bus, &yinhu__v1__inspection_service__descriptor,
		INSPECTOR_MS);
	if (!app->inspector)
		return -ENOMEM;

	return yh_pool_open(&app->pool, app->svc->loop, &pool);
}

static int start(struct yh_svc *svc, const void *conf)
{
	static struct dlg_app app;
	int err;

	svc->app = &app;
	app.svc = svc;
	app.conf = conf;
	err = load_intents(&app);
	if (!err)
		err = yh_redis_open(&app.redis, svc->loop,
				    svc->conf->redis_url);
	if (!err)
		err = dlg_held_create(&app.held, svc->bus);
	if (!err)
		err = dlg_library_create(&app.library, svc->bus,
					 app.understanding.base);
	if (!err)
		err = open_authoring(&app);
	if (!err)
		err = open_opinion(&app);
	if (err)
		return err;
	yinhu__v1__dialog_service__init(&app.rpc, NULL);
	app.rpc.classify_intent = classify_intent;
	app.rpc.check_script = dlg_check_script;
	app.rpc.chat_script = dlg_chat_script;
	err = yh_rpc_serve(&app.server, svc->bus, &app.rpc.base);

	return err ? err : consume(&app);
}

static const char *ready(struct yh_svc *svc)
{
	const struct dlg_app *app = svc->app;

	return yh_redis_is_up(app->redis) ? NULL : "redis down";
}

static void drain(struct yh_svc *svc)
{
	struct dlg_app *app = svc->app;

	yh_rpc_server_close(app->server);
	app->server = NULL;
	yh_sub_close(app->events);
	app->events = NULL;
}

static bool idle(struct yh_svc *svc)
{
	const struct dlg_app *app = svc->app;

	return app->n_calls == 0 && app->n_jobs == 0;
}

static void stop(struct yh_svc *svc)
{
	struct dlg_app *app = svc->app;

	if (!app)
		return;
	drain(svc);
	app->closing = true;
	dlg_opinion_close(app->opinion);
	app->opinion = NULL;
	dlg_calls_close(app);
	dlg_held_destroy(app->held);
	yh_redis_close(app->redis);
	yh_pool_close(app->pool);
	app->pool = NULL;
	if (app->inspector)
		protobuf_c_service_destroy(app->inspector);
	app->inspector = NULL;
	dlg_library_destroy(app->library);
	yh_understanding_close(&app->understanding);
}

int main(int argc, char *argv[])
{
	static struct dlg_conf conf;
	static struct yh_svc_def def = {
		.name = "dialog",
		.text = "runs the scripts: what to say or do next",
		.keys = keys,
		.n_keys = YH_ARRAY_LEN(keys),
		.metrics = dlg_m_table,
		.start = start,
		.ready = ready,
		.drain = drain,
		.idle = idle,
		.stop = stop,
	};

	def.n_metrics = dlg_m_count;

	return yh_svc_main(&def, &conf, argc, argv);
}
