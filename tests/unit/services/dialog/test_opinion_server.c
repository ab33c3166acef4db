/** @file test_opinion_server.c  Mirrors services/dialog/opinion.c: an
 *                               OpenAI-compatible server on this host, and one
 *                               that is slow, mad or dead. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "http/http.h"
#include "opinion.h"

static char *yes[] = {(char *)"好的"};
static struct yh_intent list[] = {{(char *)"affirm", yes, 1}};
static const struct yh_intents general = {list, 1}, own = {NULL, 0};
static const struct dlg_choices choices = {{&general, &own}};

static uv_loop_t loop;
static struct yh_http *http;
static struct dlg_opinion *opinion;

/* What the server does, and what came of it. */
static struct {
	const char *says; /* NULL: nothing, ever */
	int status;
	unsigned asked;
	struct yh_http_req *parked[8];
	unsigned n_parked;
} at;
static struct {
	unsigned n;
	char id[32];
	uint64_t ms;
} got;

static void on_request(void *arg, struct yh_http_req *req)
{
	char body[300];

	(void)arg;
	at.asked++;
	if (!at.says) {
		at.parked[at.n_parked++] = req;
		return;
	}
	snprintf(body, sizeof(body), "%s", at.says);
	yh_http_reply(req, at.status, "application/json", body, strlen(body));
}

static void setup(void)
{
	static char url[64];
	const struct yh_http_conf conf = {.addr = "127.0.0.1:0",
					  .max_body_bytes = 65536};
	const struct dlg_opinion_conf o = {.url = url,
					   .hosts = "127.0.0.1:1",
					   .model = "m",
					   .key_file = "",
					   .timeout_ms = DLG_OPINION_MS,
					   .most = 4,
					   .below = 0.7};
	struct dlg_opinion_conf with = o;
	char hosts[32];

	uv_loop_init(&loop);
	at.status = 200;
	cr_assert_eq(yh_http_open(&http, &loop, &conf, on_request, NULL), 0);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/v1/chat/completions",
		 yh_http_port(http));
	snprintf(hosts, sizeof(hosts), "127.0.0.1:%u", yh_http_port(http));
	with.hosts = hosts;
	cr_assert_eq(dlg_opinion_open(&opinion, &loop, &with), 0);
	cr_assert_not_null(opinion);
}

static void finish(void)
{
	dlg_opinion_close(opinion);
	for (unsigned i = 0; i < at.n_parked; i++)
		yh_http_reply(at.parked[i], 500, "text/plain", "", 0);
	yh_http_close(http);
	uv_run(&loop, UV_RUN_DEFAULT);
	cr_assert_eq(uv_loop_close(&loop), 0);
}

TestSuite(opinion_server, .init = setup, .timeout = 20);

static void on_opinion(void *arg, const char *intent)
{
	got.n++;
	got.ms = yh_now_ms() - *(uint64_t *)arg;
	snprintf(got.id, sizeof(got.id), "%s", intent ? intent : "");
}

/* @return The opinion; "": the local answer stands */
static const char *ask(void)
{
	uint64_t began_ms = yh_now_ms();
	unsigned before = got.n;

	if (dlg_opinion_ask(opinion, "要吗？", "行吧行吧", &choices, on_opinion,
			    &began_ms))
		return "not asked";
	while (got.n == before)
		uv_run(&loop, UV_RUN_ONCE);

	return got.id;
}

#define SAYS(content)                                                          \
	"{\"choices\":[{\"message\":{\"content\":\"" content "\"}}]}"

Test(opinion_server, an_intent_that_may_be_chosen_is_taken)
{
	at.says = SAYS("affirm");
	cr_expect_str_eq(ask(), "affirm");
	finish();
}

Test(opinion_server, anything_else_leaves_the_local_answer)
{
	static const char *const answers[] = {
		SAYS("transfer_money"), SAYS("好的，我帮您办理"), "<html>", ""};

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		at.says = answers[i];
		cr_expect_str_eq(ask(), "", "%s", answers[i]);
	}
	finish();
}

Test(opinion_server, an_error_leaves_the_local_answer)
{
	at.says = SAYS("affirm");
	at.status = 503;
	cr_expect_str_eq(ask(), "");
	finish();
}

Test(opinion_server, a_silent_one_is_waited_for_800_ms)
{
	cr_expect_str_eq(ask(), "");
	cr_expect_geq(got.ms, DLG_OPINION_MS - 50);
	cr_expect_lt(got.ms, DLG_OPINION_MS + 500, "%u ms", (unsigned)got.ms);
	finish();
}

Test(opinion_server, a_dead_one_is_not_waited_for_and_soon_not_asked)
{
	unsigned refused = 0;

	yh_http_close(http);
	http = NULL;
	for (int i = 0; i < 8; i++)
		refused += !strcmp(ask(), "not asked");
	cr_expect_gt(got.n, 0);
	cr_expect_lt(got.ms, DLG_OPINION_MS);
	cr_expect_gt(refused, 0, "the breaker opens");
	finish();
}
