/** @file test_ladder.c  From engine to engine without losing a sample. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "ladder.h"
#include "pcm.h"

/* A recognizer whose text is the number of samples it got. */
struct fake {
	struct asr_recognizer base;
	int open_err;
	size_t die_at;	 /* samples; 0 = never */
	bool dumb;	 /* no answer to finish */
	unsigned opened; /* streams so far */
};

struct fake_stream {
	struct asr_stream base;
	struct fake *fake;
	size_t n;
	uv_timer_t soon;
	int err;
};

static uv_loop_t loop;
static struct asr_ladder *ladder;
static struct fake fakes[3];
static struct asr_end ends[3];
static struct asr_pool pools[3];
static struct asr_route route;
static struct asr_hearing *hearing;
static struct asr_outcome got;
static unsigned n_got;

static void on_soon(uv_timer_t *t)
{
	struct fake_stream *s = t->data;
	struct asr_result r = {.confidence = 1};

	snprintf(r.text, sizeof(r.text), "%zu", s->n);
	s->base.listener.final(s->base.listener.arg, s->err,
			       s->err ? NULL : &r);
}

static int fake_open(struct asr_recognizer *rec, const struct asr_hints *hints,
		     const struct asr_listener *l, struct asr_stream **out)
{
	struct fake *f = (struct fake *)rec;
	struct fake_stream *s;

	(void)hints;
	f->opened++;
	if (f->open_err)
		return f->open_err;
	s = yh_zalloc(sizeof(*s));
	s->base.ops = rec->ops;
	s->base.listener = *l;
	s->fake = f;
	uv_timer_init(&loop, &s->soon);
	s->soon.data = s;
	*out = &s->base;

	return 0;
}

static int fake_feed(struct asr_stream *base, const int16_t *pcm, size_t n)
{
	struct fake_stream *s = (struct fake_stream *)base;

	(void)pcm;
	s->n += n;
	if (s->fake->die_at && s->n >= s->fake->die_at) {
		s->err = -ECONNRESET;
		uv_timer_start(&s->soon, on_soon, 0, 0);
	}

	return 0;
}

static int fake_finish(struct asr_stream *base)
{
	struct fake_stream *s = (struct fake_stream *)base;

	if (!s->fake->dumb)
		uv_timer_start(&s->soon, on_soon, 0, 0);

	return 0;
}

static void fake_gone(uv_handle_t *h)
{
	yh_free(h->data);
}

static void fake_close(struct asr_stream *base)
{
	uv_close((uv_handle_t *)&((struct fake_stream *)base)->soon, fake_gone);
}

static const struct asr_recognizer_ops fake_ops = {
	.open = fake_open,
	.feed = fake_feed,
	.finish = fake_finish,
	.close = fake_close,
};

static void on_done(void *arg, const struct asr_outcome *o)
{
	(void)arg;
	got = *o;
	n_got++;
	asr_hearing_close(hearing);
	hearing = NULL;
}

static const struct asr_hearing_cb cb = {.done = on_done};
static const struct asr_hints no_hints;

static void setup(void)
{
	static const char *const names[] = {"a", "b", "embedded"};

	uv_loop_init(&loop);
	(void)asr_ladder_open(&ladder, &loop, 60000);
	for (int i = 0; i < 3; i++) {
		fakes[i].base.ops = &fake_ops;
		fakes[i].base.engine = names[i];
		ends[i].rec = &fakes[i].base;
		pools[i] = (struct asr_pool){
			.name = names[i],
			.ends = &ends[i],
			.n_ends = 1,
			.final_ms = 40,
			.max_streams = 100,
			.breaker = {.max_error = 0.5f,
				    .slow_ms = 1000,
				    .min_asked = 4,
				    .open_ms = 60000,
				    .max_open_ms = 60000},
		};
		route.rungs[i] = &pools[i];
	}
}

static void teardown(void)
{
	asr_ladder_close(ladder);
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
}

TestSuite(ladder, .init = setup, .fini = teardown, .timeout = 20);

static void speak(unsigned frames)
{
	static const int16_t frame[160];

	cr_assert_eq(asr_hearing_open(&hearing, ladder, &route, &no_hints, &cb),
		     0);
	for (unsigned i = 0; i < frames && hearing; i++) {
		cr_assert_eq(asr_hearing_feed(hearing, frame, 160), 0);
		uv_run(&loop, UV_RUN_NOWAIT);
	}
	asr_hearing_finish(hearing);
	while (hearing)
		uv_run(&loop, UV_RUN_ONCE);
}

Test(ladder, a_healthy_primary_hears_all)
{
	speak(50);
	cr_expect_eq(got.level, ASR_PRIMARY);
	cr_expect_str_eq(got.result.text, "8000");
	cr_expect_str_eq(got.pool, "a");
	cr_expect_eq(fakes[1].opened, 0);
}

Test(ladder, a_death_in_the_middle_replays_from_the_beginning)
{
	fakes[0].die_at = 4000;
	speak(50);
	cr_expect_eq(got.level, ASR_SECONDARY);
	cr_expect_str_eq(got.result.text, "8000");
}

Test(ladder, two_deaths_end_at_the_embedded_engine)
{
	fakes[0].die_at = 4000;
	fakes[1].die_at = 6000;
	speak(50);
	cr_expect_eq(got.level, ASR_EMBEDDED);
	cr_expect_str_eq(got.result.text, "8000");
}

Test(ladder, a_server_that_stalls_at_the_end_is_left)
{
	fakes[0].dumb = true;
	speak(10);
	cr_expect_eq(got.level, ASR_SECONDARY);
	cr_expect_str_eq(got.result.text, "1600");
}

Test(ladder, a_server_that_cannot_be_opened_is_passed_over)
{
	fakes[0].open_err = -ECONNREFUSED;
	speak(10);
	cr_expect_eq(got.level, ASR_SECONDARY);
}

Test(ladder, with_nothing_left_it_says_so_once)
{
	for (int i = 0; i < 3; i++)
		fakes[i].open_err = YH_ERR_QUEUE_FULL;
	speak(10);
	cr_expect_eq(got.level, ASR_DTMF);
	cr_expect_eq(got.err, YH_ERR_QUEUE_FULL);
	cr_expect_eq(n_got, 1);
}

Test(ladder, an_open_breaker_is_not_asked)
{
	fakes[0].open_err = -ECONNREFUSED;
	for (int i = 0; i < 10; i++)
		speak(2);
	cr_expect_eq(fakes[0].opened, 4, "asked %u times", fakes[0].opened);
	cr_expect_eq(got.level, ASR_SECONDARY);
}

Test(ladder, a_server_is_not_given_more_streams_than_it_takes)
{
	struct asr_hearing *other;

	pools[0].max_streams = 1;
	cr_assert_eq(asr_hearing_open(&other, ladder, &route, &no_hints, &cb),
		     0);
	speak(2);
	cr_expect_eq(got.level, ASR_SECONDARY);
	asr_hearing_close(other);
	speak(2);
	cr_expect_eq(got.level, ASR_PRIMARY);
}

Test(ladder, a_route_without_servers_uses_the_embedded_engine)
{
	route.rungs[0] = route.rungs[1] = NULL;
	speak(2);
	cr_expect_eq(got.level, ASR_EMBEDDED);
}

Test(ladder, speech_is_wiped_when_it_is_too_old)
{
	struct asr_ladder *brief;
	static const int16_t frame[160];

	cr_assert_eq(asr_ladder_open(&brief, &loop, 30), 0);
	cr_assert_eq(asr_hearing_open(&hearing, brief, &route, &no_hints, &cb),
		     0);
	cr_assert_eq(asr_hearing_feed(hearing, frame, 160), 0);
	cr_expect_gt(asr_pcm_held(), 0);
	while (hearing)
		uv_run(&loop, UV_RUN_ONCE);
	cr_expect_eq(got.err, -ETIME);
	cr_expect_eq(asr_pcm_held(), 0);
	asr_ladder_close(brief);
}
