/** @file test_rec_batch.c  A CPU engine as a recognizer: pauses and ends. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <uv.h>

#include "base/mem.h"
#include "pcm.h"
#include "rec_batch.h"

/* Its text is the number of samples. */
struct asr_engine {
	atomic_uint decoded;
	atomic_bool hold; /* a worker waits as long as it is set */
};

static struct asr_engine engine;
static uv_loop_t loop;
static struct yh_pool *pool;
static struct asr_recognizer *rec;
static struct asr_stream *stream;
static char partial[64], final[64];
static unsigned partials, finals;
static const int16_t sound[800];

static int decode(struct asr_engine *e, unsigned worker,
		  const struct asr_utterance *u, struct asr_result *r)
{
	(void)worker;
	while (atomic_load(&e->hold))
		uv_sleep(1);
	atomic_fetch_add(&e->decoded, 1);
	snprintf(r->text, sizeof(r->text), "%zu", u->n);
	r->confidence = 1;

	return 0;
}

static const struct asr_engine_ops ops = {.name = "made-up", .decode = decode};

static void on_partial(void *arg, const struct asr_result *r)
{
	(void)arg;
	partials++;
	snprintf(partial, sizeof(partial), "%.60s", r->text);
}

static void on_final(void *arg, int err, const struct asr_result *r)
{
	(void)arg;
	cr_assert_eq(err, 0);
	finals++;
	snprintf(final, sizeof(final), "%.60s", r->text);
}

static void setup(void)
{
	const struct yh_pool_conf conf = {.threads = 1, .max_jobs = 16};
	const struct asr_listener l = {on_partial, on_final, NULL};
	const struct asr_hints hints = {0};

	uv_loop_init(&loop);
	cr_assert_eq(yh_pool_open(&pool, &loop, &conf), 0);
	cr_assert_eq(asr_rec_batch_create(&rec, &ops, &engine, pool), 0);
	cr_assert_eq(rec->ops->open(rec, &hints, &l, &stream), 0);
}

static void teardown(void)
{
	if (stream)
		rec->ops->close(stream);
	atomic_store(&engine.hold, false);
	yh_pool_close(pool);
	rec->ops->destroy(rec);
	uv_run(&loop, UV_RUN_DEFAULT);
	cr_expect_eq(uv_loop_close(&loop), 0);
	cr_expect_eq(asr_pcm_held(), 0u);
}

static void feed(size_t n)
{
	cr_assert_eq(rec->ops->feed(stream, sound, n), 0);
}

static void wait_for(const unsigned *count, unsigned n)
{
	for (int i = 0; i < 2000 && *count < n; i++) {
		uv_run(&loop, UV_RUN_NOWAIT);
		uv_sleep(1);
	}
	cr_assert_eq(*count, n);
}

TestSuite(rec_batch, .init = setup, .fini = teardown, .timeout = 20);

Test(rec_batch, the_end_is_decoded)
{
	feed(300);
	cr_assert_eq(rec->ops->finish(stream), 0);
	wait_for(&finals, 1);
	cr_expect_str_eq(final, "300");
	cr_expect_eq(partials, 0u);
}

Test(rec_batch, a_pause_tells_what_there_is_and_that_stands_if_no_more_comes)
{
	feed(300);
	cr_expect_null(rec->ops->settled(stream));
	cr_assert_eq(rec->ops->pause(stream), 0);
	wait_for(&partials, 1);
	cr_expect_str_eq(partial, "300");
	feed(0);
	cr_assert_not_null(rec->ops->settled(stream));
	cr_expect_str_eq(rec->ops->settled(stream)->text, "300");
	cr_expect_eq(atomic_load(&engine.decoded), 1u);
}

Test(rec_batch, more_speech_after_a_pause_is_decoded_with_it)
{
	feed(300);
	cr_assert_eq(rec->ops->pause(stream), 0);
	wait_for(&partials, 1);
	feed(100);
	cr_expect_null(rec->ops->settled(stream));
	cr_assert_eq(rec->ops->finish(stream), 0);
	wait_for(&finals, 1);
	cr_expect_str_eq(final, "400");
}

Test(rec_batch, an_end_while_the_pause_is_decoded_is_not_decoded_twice)
{
	atomic_store(&engine.hold, true);
	feed(300);
	cr_assert_eq(rec->ops->pause(stream), 0);
	cr_assert_eq(rec->ops->finish(stream), 0);
	atomic_store(&engine.hold, false);
	wait_for(&finals, 1);
	cr_expect_str_eq(final, "300");
	cr_expect_eq(partials, 0u);
	cr_expect_eq(atomic_load(&engine.decoded), 1u);
}

Test(rec_batch, a_pause_that_is_over_before_its_turn_is_left_out)
{
	atomic_store(&engine.hold, true);
	feed(100);
	cr_assert_eq(rec->ops->pause(stream), 0); /* the worker has it */
	feed(100);
	cr_assert_eq(rec->ops->pause(stream), 0); /* waits */
	feed(100);
	cr_assert_eq(rec->ops->finish(stream), 0);
	atomic_store(&engine.hold, false);
	wait_for(&finals, 1);
	cr_expect_str_eq(final, "300");
	cr_expect_eq(partials, 0u, "both were void");
	cr_expect_leq(atomic_load(&engine.decoded), 2u);
}

Test(rec_batch, a_stream_may_be_closed_while_it_is_decoded)
{
	atomic_store(&engine.hold, true);
	feed(300);
	cr_assert_eq(rec->ops->pause(stream), 0);
	rec->ops->close(stream);
	stream = NULL;
	atomic_store(&engine.hold, false);
	for (int i = 0; i < 2000 && asr_pcm_held(); i++) {
		uv_run(&loop, UV_RUN_NOWAIT);
		uv_sleep(1);
	}
	cr_expect_eq(partials + finals, 0u);
}
