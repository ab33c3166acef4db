/** @file opinion.c  A second opinion, contract in opinion.h */
#include "opinion.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "breaker/breaker.h"
#include "fetch/fetch.h"
#include "metrics.h"
#include "script/engine.h"

enum { MAX_ANSWER_BYTES = 64 * 1024, MAX_KEY = 512 };

static const struct yh_breaker_conf breaker_conf = {.max_error = 0.5f,
						    .slow_ms = DLG_OPINION_MS,
						    .min_asked = 5,
						    .open_ms = 5000,
						    .max_open_ms = 60000};

struct dlg_opinion {
	struct dlg_opinion_conf conf;
	struct yh_fetcher *fetcher;
	struct yh_breaker breaker;
	unsigned n; /* under way */
	char authorization[MAX_KEY + 32];
};

struct asked {
	struct dlg_opinion *o;
	struct dlg_choices choices;
	dlg_opinion_cb *cb;
	void *arg;
	uint64_t began_ms;
};

static int read_key(struct dlg_opinion *o)
{
	char key[MAX_KEY] = "";
	FILE *f;

	if (!*o->conf.key_file)
		return 0;
	f = fopen(o->conf.key_file, "r");
	if (!f || !fgets(key, sizeof(key), f)) {
		yh_error("opinion.key", "file=%s error=\"cannot be read\"",
			 o->conf.key_file);
		if (f)
			fclose(f);
		return YH_ERR_BAD_CONFIG;
	}
	fclose(f);
	key[strcspn(key, "\r\n")] = '\0';
	snprintf(o->authorization, sizeof(o->authorization),
		 "Authorization: Bearer %s", key);
	explicit_bzero(key, sizeof(key));

	return 0;
}

int dlg_opinion_open(struct dlg_opinion **out, uv_loop_t *loop,
		     const struct dlg_opinion_conf *conf)
{
	struct dlg_opinion *o;
	int err;

	*out = NULL;
	if (!*conf->url)
		return 0;
	if (!dlg_opinion_host_ok(conf->url, conf->hosts)) {
		yh_error("opinion.host",
			 "error=\"the host of opinion_url is not in "
			 "opinion_hosts\"");
		return YH_ERR_BAD_CONFIG;
	}
	o = yh_zalloc(sizeof(*o));
	if (!o)
		return -ENOMEM;
	o->conf = *conf;
	err = read_key(o);
	if (!err)
		err = yh_fetcher_open(&o->fetcher, loop);
	if (err)
		yh_free(o);
	else
		*out = o;

	return err;
}

void dlg_opinion_close(struct dlg_opinion *o)
{
	if (!o)
		return;
	yh_fetcher_close(o->fetcher);
	explicit_bzero(o->authorization, sizeof(o->authorization));
	yh_free(o);
}

bool dlg_opinion_wanted(const struct dlg_opinion *o, const char *intent,
			float confidence)
{
	if (!o || yh_dialog_is_demand(intent))
		return false;

	return !strcmp(intent, "none") || (double)confidence < o->conf.below;
}

static void on_answer(void *arg, int err, struct yh_fetched *res)
{
	struct asked *a = arg;
	struct dlg_opinion *o = a->o;
	const char *id = NULL;
	uint64_t now = yh_now_ms();

	o->n--;
	if (!err && res->status == 200)
		id = dlg_opinion_choice((const char *)res->body, res->len,
					&a->choices);
	yh_breaker_done(&o->breaker, &breaker_conf, now, id,
			(uint32_t)(now - a->began_ms));
	yh_metric_add(id ? &dlg_m_opinions : &dlg_m_opinions_failed, 1);
	a->cb(a->arg, id);
	yh_free(a);
}

static int post(struct dlg_opinion *o, const char *body, struct asked *a)
{
	const char *headers[] = {"Content-Type: application/json",
				 o->authorization};
	const struct yh_fetch req = {
		.url = o->conf.url,
		.headers = headers,
		.n_headers = *o->authorization ? 2 : 1,
		.body = body,
		.len = strlen(body),
		.connect_ms = o->conf.timeout_ms,
		.timeout_ms = o->conf.timeout_ms,
		.max_bytes = MAX_ANSWER_BYTES,
	};

	return yh_fetch_post(o->fetcher, &req, on_answer, a);
}

int dlg_opinion_ask(struct dlg_opinion *o, const char *question,
		    const char *text, const struct dlg_choices *choices,
		    dlg_opinion_cb *cb, void *arg)
{
	struct asked *a;
	char *body;
	int err;

	if (o->n >= o->conf.most || !yh_breaker_allow(&o->breaker, yh_now_ms()))
		return -EAGAIN;
	a = yh_zalloc(sizeof(*a));
	body = dlg_opinion_body(o->conf.model, question, text, choices);
	err = a && body ? 0 : -ENOMEM;
	if (!err) {
		*a = (struct asked){o, *choices, cb, arg, yh_now_ms()};
		err = post(o, body, a);
	}
	free(body);
	if (err) {
		yh_breaker_cancel(&o->breaker);
		yh_free(a);
	} else {
		o->n++;
	}

	return err;
}
