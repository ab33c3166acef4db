/** @file app.c  One hand-over's way, contract in app.h */
#include "app.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "ntf_metrics.h"
#include "webhook.h"

enum { RETRY_MS = 1000 };

/* A hand-over under way. */
struct job {
	struct ntf_app *app;
	struct yh_msg *msg;
	Yinhu__V1__CallEvent *event;
	char *body;
	char header[32 + NTF_SIGNATURE_BYTES];
	/* Written by the worker, read after it. */
	bool delivered;
	long status;
	double duration_s;
	char reason[96];
};

enum fate { ACK, AGAIN, LATER };

static void job_end(struct job *j, enum fate fate)
{
	struct ntf_app *app = j->app;

	if (fate == ACK)
		yh_msg_ack(j->msg);
	else
		yh_msg_nak(j->msg, fate == AGAIN
					   ? ntf_webhook_backoff_ms(
						     yh_msg_delivered(j->msg))
					   : RETRY_MS);
	app->in_flight--;
	yh_metric_set(&ntf_m_in_flight, app->in_flight);
	yinhu__v1__call_event__free_unpacked(j->event, NULL);
	yh_free(j->body);
	yh_free(j);
}

/* ---- HTTP, on a worker --------------------------------------------------- */

static size_t ignore_body(char *p, size_t size, size_t n, void *arg)
{
	(void)p;
	(void)arg;

	return size * n;
}

static void set_options(CURL *curl, struct job *j, struct curl_slist *headers)
{
	curl_easy_setopt(curl, CURLOPT_URL, j->app->url);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, j->body);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)j->app->timeout_ms);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	/* An endpoint must not lead us elsewhere. */
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore_body);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "yinhu-notifier");
}

static void post(CURL *curl, struct job *j, struct curl_slist *headers)
{
	CURLcode code;

	set_options(curl, j, headers);
	code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &j->status);
	curl_easy_getinfo(curl, CURLINFO_TOTAL_TIME, &j->duration_s);
	j->delivered = !code && j->status >= 200 && j->status < 300;
	snprintf(j->reason, sizeof(j->reason), "%s",
		 code ? curl_easy_strerror(code) : "refused by the endpoint");
}

static void do_work(void *job, unsigned worker)
{
	struct job *j = job;
	CURL *curl = curl_easy_init();
	struct curl_slist *headers, *more;

	(void)worker;
	headers = curl_slist_append(NULL, "Content-Type: application/json");
	more = curl_slist_append(headers, j->header);
	if (curl && headers && more)
		post(curl, j, more);
	else
		snprintf(j->reason, sizeof(j->reason), "out of memory");
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
}

/* ---- after it, on the loop ----------------------------------------------- */

static void on_dead_stored(void *arg, int err)
{
	struct job *j = arg;

	if (!err) {
		yh_metric_add(&ntf_m_dead, 1);
		yh_error("notifier.dead", "call_id=%s event_id=%s",
			 j->event->call_id, j->event->event_id);
	}
	job_end(j, err ? LATER : ACK);
}

static void bury(struct job *j)
{
	char subject[160], id[160];
	int err;

	/* The call's id is fit for a subject, a hand-over's need not be. */
	snprintf(subject, sizeof(subject), "yinhu.dead.notify.%s",
		 j->event->call_id);
	snprintf(id, sizeof(id), "%s.dead", j->event->event_id);
	err = yh_stream_publish(j->app->svc->bus, subject, id,
				yh_msg_data(j->msg), yh_msg_len(j->msg),
				on_dead_stored, j);
	if (err)
		job_end(j, LATER);
}

static void on_done(void *job)
{
	struct job *j = job;
	uint64_t tries = yh_msg_delivered(j->msg);

	yh_metric_observe(&ntf_m_duration, j->duration_s);
	if (j->delivered) {
		yh_metric_add(&ntf_m_delivered, 1);
		yh_info("notifier.delivered", "call_id=%s status=%ld",
			j->event->call_id, j->status);
		job_end(j, ACK);
		return;
	}
	yh_metric_add(&ntf_m_failures, 1);
	yh_warn("notifier.failed",
		"call_id=%s try=%llu status=%ld reason=\"%s\"",
		j->event->call_id, (unsigned long long)tries, j->status,
		j->reason);
	if (tries >= j->app->max_tries)
		bury(j);
	else
		job_end(j, AGAIN);
}

/* ---- in ------------------------------------------------------------------ */

static int prepare(struct job *j)
{
	char signature[NTF_SIGNATURE_BYTES];
	int err;

	j->body = ntf_webhook_body(j->event);
	if (!j->body)
		return -ENOMEM;
	err = ntf_webhook_sign(j->app->key, j->app->key_len, j->body,
			       signature);
	snprintf(j->header, sizeof(j->header), "Yinhu-Signature: %s",
		 signature);

	return err;
}

static void deliver(struct job *j)
{
	struct ntf_app *app = j->app;

	if (!app->url[0]) {
		yh_metric_add(&ntf_m_undeliverable, 1);
		yh_warn("notifier.undeliverable",
			"call_id=%s advice=\"set webhook_url\"",
			j->event->call_id);
		job_end(j, ACK);
		return;
	}
	if (prepare(j) || yh_pool_submit(app->pool, j, do_work, on_done))
		job_end(j, LATER);
}

void ntf_on_event(void *arg, struct yh_msg *msg)
{
	struct ntf_app *app = arg;
	Yinhu__V1__CallEvent *e;
	struct job *j = NULL;

	e = yinhu__v1__call_event__unpack(NULL, yh_msg_len(msg),
					  yh_msg_data(msg));
	if (!e || e->body_case != YINHU__V1__CALL_EVENT__BODY_HANDOVER) {
		yh_metric_add(&ntf_m_bad_events, 1);
		if (e)
			yinhu__v1__call_event__free_unpacked(e, NULL);
		yh_msg_ack(msg);
		return;
	}
	j = yh_zalloc(sizeof(*j));
	if (!j) {
		yinhu__v1__call_event__free_unpacked(e, NULL);
		yh_msg_nak(msg, RETRY_MS);
		return;
	}

	j->app = app;
	j->msg = msg;
	j->event = e;
	app->in_flight++;
	yh_metric_add(&ntf_m_handovers, 1);
	yh_metric_set(&ntf_m_in_flight, app->in_flight);
	deliver(j);
}
