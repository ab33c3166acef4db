/**
 * @file bench_speech.c  yinhuctl bench speech: callees who speak to a running
 *                       asr-gateway, as the dialer's would.
 *
 * Each stream is a call: silence, an utterance of the file, silence, another
 * one, in real time. The voice detector, the end of a turn (talk.h) and the way
 * to recognition (speech.h) are the dialer's own. Where the speech really ends
 * is known from the file: a turn that ends before has been cut in on; the
 * latency is from there to the transcript's event.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#include "../../services/dialer/speech.h"
#include "../../services/dialer/talk.h"
#include "audio/g711.h"
#include "base/clock.h"
#include "base/mem.h"
#include "commands.h"
#include "eval_times.h"
#include "metrics/metrics.h"
#include "speech_set.h"
#include "text/utf8.h"
#include "yinhu/v1/call.pb-c.h"

enum {
	MAX_STREAMS = 2000,
	RING_FRAMES = 40,
	PREROLL_MS = 300,
	GAP_MIN_MS = 800, /* between utterances: the bot speaks */
	GAP_MAX_MS = 3000,
	GIVE_UP_MS = 12000, /* after the end: the dialer has before */
	CUT_MS = 3000,	    /* the same of one that was cut in on */
};

/* Of services/dialer/metrics.def: utterances that were sent again. */
extern struct yh_metric dial_m_resends;

struct bench;

struct stream {
	struct bench *b;
	char call_id[32];
	struct dial_ears *ears;
	struct dial_talk talk;
	struct yh_vad vad;
	uint8_t ring[RING_FRAMES][YH_FRAME_SAMPLES];
	uint32_t n_heard, seq;
	const struct yc_speech_item *item; /* NULL: in a gap */
	size_t at;	  /* frames of the item, or left of the gap */
	uint64_t end_us;  /* of its speech; 0: it goes on */
	uint32_t awaited; /* utterance whose transcript comes; 0 = none */
	bool cut;
};

struct bench {
	const char *nats, *tsv;
	unsigned n_streams, seconds, fixed_ms, gap_ms;
	struct yc_speech_set set;
	uv_loop_t loop;
	uv_timer_t beat;
	struct yh_bus *bus;
	struct yh_sub *events;
	struct dial_speech *speech;
	struct stream *streams; /* shape (n_streams) */
	uint64_t began_us;
	uint32_t seed;
	struct yc_times final, wait;
	unsigned said, cut, right, lost, failed;
	uint64_t spoken_ms;
};

static uint32_t draw(struct bench *b, uint32_t n)
{
	b->seed = b->seed * 1664525u + 1013904223u;

	return (b->seed >> 8) % n;
}

/* ---- a callee ---- */

static void begin_gap(struct stream *s)
{
	s->item = NULL;
	s->at = (GAP_MIN_MS + draw(s->b, s->b->gap_ms)) / YH_FRAME_MS;
}

static void begin_item(struct stream *s, uint64_t now_us)
{
	struct bench *b = s->b;
	const struct yc_speech_item *it = &b->set.items[draw(b, b->set.n)];
	struct dial_prompt question = {.seq = ++s->seq, .expect = it->expect};
	char *hint = (char *)yc_expect_rule(it->expect);
	const uint8_t *out;
	unsigned acts;

	s->item = it;
	s->at = 0;
	s->end_us = 0;
	s->awaited = 0;
	s->cut = false;
	dial_ears_expect(s->ears, &hint, hint != NULL);
	(void)dial_talk_play(&s->talk, now_us, &question, &acts);
	(void)dial_talk_tick(&s->talk, now_us, &out);
}

/* The item is over, heard or not. */
static void end_item(struct stream *s)
{
	struct bench *b = s->b;

	b->said++;
	b->cut += s->cut;
	b->spoken_ms += s->item->end_ms;
	b->lost += !s->cut && s->awaited != UINT32_MAX;
	begin_gap(s);
}

static void on_event(void *arg, struct yh_msg *msg)
{
	struct bench *b = arg;
	Yinhu__V1__CallEvent *ev = yinhu__v1__call_event__unpack(
		NULL, yh_msg_len(msg), yh_msg_data(msg));
	unsigned i = 0;

	yh_msg_free(msg);
	if (ev && ev->body_case == YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT &&
	    sscanf(ev->call_id, "bench-%u", &i) == 1 && i < b->n_streams) {
		struct stream *s = &b->streams[i];

		if (s->item && ev->transcript->utterance == s->awaited) {
			char want[512], got[512];

			yh_utf8_spoken(s->item->text, want, sizeof(want));
			yh_utf8_spoken(ev->transcript->text, got, sizeof(got));
			b->right += !strcmp(want, got);
			(void)yc_times_add(&b->final,
					   (double)(yh_now_us() - s->end_us) /
						   1000);
			s->awaited = UINT32_MAX;
			end_item(s);
		}
	}
	if (ev)
		yinhu__v1__call_event__free_unpacked(ev, NULL);
}

static void on_heard(void *arg, const struct dial_heard *heard)
{
	struct stream *s = arg;

	s->b->failed += heard->failed;
	dial_talk_resolved(&s->talk, yh_now_us());
}

static void on_so_far(void *arg, const struct dial_so_far *so_far)
{
	struct stream *s = arg;

	dial_talk_judged(
		&s->talk, so_far->utterance,
		yh_turn_judge(s->talk.expect, so_far->text, so_far->phrase));
}

static void begin_words(struct stream *s)
{
	uint32_t k = (s->vad.spurt_ms + PREROLL_MS) / YH_FRAME_MS;

	if (k > RING_FRAMES)
		k = RING_FRAMES;
	if (k > s->n_heard)
		k = s->n_heard;
	(void)dial_ears_begin(s->ears, s->talk.utterance, 0, false);
	for (; k; k--)
		dial_ears_add(s->ears, s->ring[(s->n_heard - k) % RING_FRAMES],
			      YH_FRAME_SAMPLES);
}

static void end_words(struct stream *s, uint64_t now_us)
{
	dial_ears_end(s->ears, 0, yh_wall_us() - (int64_t)(now_us - s->end_us));
	if (!s->item)
		return;
	if (!s->end_us) {
		s->cut = true;
		return;
	}
	if (s->cut)
		return;
	s->awaited = s->talk.utterance;
	(void)yc_times_add(&s->b->wait, (double)(now_us - s->end_us) / 1000);
}

static void hear(struct stream *s, uint64_t now_us, const uint8_t *alaw)
{
	bool spoke = s->talk.speaking;
	enum yh_vad_event ev;
	unsigned acts;

	memcpy(s->ring[s->n_heard++ % RING_FRAMES], alaw, YH_FRAME_SAMPLES);
	s->vad.conf.end_ms = s->talk.end_ms;
	ev = yh_vad_push_level(
		&s->vad, yh_energy_dbov(yh_alaw_energy(alaw, YH_FRAME_SAMPLES),
					YH_FRAME_SAMPLES));
	if (spoke)
		dial_ears_add(s->ears, alaw, YH_FRAME_SAMPLES);
	acts = dial_talk_heard(&s->talk, now_us, ev, &s->vad);
	if (acts & DIAL_TALK_SPEECH_START)
		begin_words(s);
	if (acts & DIAL_TALK_PAUSE)
		dial_ears_pause(s->ears);
	if (acts & DIAL_TALK_RESUME)
		dial_ears_resume(s->ears);
	if (acts & DIAL_TALK_SPEECH_END)
		end_words(s, now_us);
}

static void beat_stream(struct stream *s, uint64_t now_us)
{
	static const uint8_t quiet[YH_FRAME_SAMPLES] = {
		[0 ... YH_FRAME_SAMPLES - 1] = YH_ALAW_SILENCE};
	const size_t waits =
		(size_t)(s->cut ? CUT_MS : GIVE_UP_MS) / YH_FRAME_MS;
	const struct yc_speech_item *it = s->item;
	bool speaks = it && s->at < it->frames;

	hear(s, now_us, speaks ? it->alaw + s->at * YH_FRAME_SAMPLES : quiet);
	dial_ears_tick(s->ears, now_us / 1000);
	if (!it) {
		if (!s->at || !--s->at)
			begin_item(s, now_us);
		return;
	}
	s->at++;
	if (!s->end_us && s->at * YH_FRAME_MS >= it->end_ms)
		s->end_us = now_us;
	if (s->item && s->at > it->frames + waits)
		end_item(s);
}

/* ---- the run ---- */

static void on_beat(uv_timer_t *t)
{
	struct bench *b = t->data;
	uint64_t now = yh_now_us();

	for (unsigned i = 0; i < b->n_streams; i++)
		beat_stream(&b->streams[i], now);
	if (now - b->began_us > b->seconds * 1000000ull)
		uv_stop(&b->loop);
}

static int open_stream(struct bench *b, unsigned i)
{
	const uint32_t fixed = b->fixed_ms;
	const struct yh_endpoint_conf ours = {240, 440, 900},
				      same = {fixed, fixed, fixed};
	const struct dial_talk_conf talk = {.barge_ms = 160,
					    .lost_ms = UINT32_MAX,
					    .pause_ms = 120,
					    .endpoint = fixed ? same : ours};
	const struct yh_vad_conf vad = {.start_ms = 100,
					.end_ms = 400,
					.floor_dbov = -48,
					.margin_db = 12,
					.max_ms = 20000};
	struct stream *s = &b->streams[i];
	const struct dial_ears_conf ears = {.call_id = s->call_id,
					    .script = "bench@1",
					    .region = "",
					    .heard = on_heard,
					    .so_far = on_so_far,
					    .arg = s};

	s->b = b;
	snprintf(s->call_id, sizeof(s->call_id), "bench-%u-%u", i,
		 (unsigned)(b->began_us / 1000 % 1000000));
	yh_vad_init(&s->vad, &vad);
	dial_talk_init(&s->talk, &talk, b->began_us);
	begin_gap(s);

	return dial_ears_open(&s->ears, b->speech, &ears);
}

static int open_all(struct bench *b)
{
	int err = yh_bus_open(&b->bus, &b->loop, b->nats, "bench");

	if (!err)
		err = yh_bus_subscribe(b->bus, "yinhu.call.*.transcript", NULL,
				       on_event, b, &b->events);
	if (!err)
		err = dial_speech_open(&b->speech, b->bus);
	b->began_us = yh_now_us();
	for (unsigned i = 0; i < b->n_streams && !err; i++)
		err = open_stream(b, i);
	if (err) {
		fprintf(stderr, "yinhuctl: %s: %s\n", b->nats, strerror(-err));
		return err;
	}
	uv_timer_init(&b->loop, &b->beat);
	b->beat.data = b;

	return uv_timer_start(&b->beat, on_beat, YH_FRAME_MS, YH_FRAME_MS);
}

static void close_all(struct bench *b)
{
	for (unsigned i = 0; i < b->n_streams; i++)
		dial_ears_close(b->streams[i].ears);
	yh_sub_close(b->events);
	yh_bus_close(b->bus);
	dial_speech_close(b->speech);
	yc_speech_set_clear(&b->set);
	yh_free(b->streams);
	yc_times_clear(&b->final);
	yc_times_clear(&b->wait);
}

static void print(struct bench *b)
{
	const double n = b->said ? b->said : 1;
	json_t *o = json_pack(
		"{s:i, s:i, s:i, s:i, s:o, s:o, s:f, s:f, s:i, s:i, s:i, s:f}",
		"streams", (int)b->n_streams, "seconds", (int)b->seconds,
		"fixed_ms", (int)b->fixed_ms, "n", (int)b->said, "final_ms",
		yc_times_json(&b->final), "endpoint_ms",
		yc_times_json(&b->wait), "cut_in_rate", b->cut / n,
		"sentences_right", b->right / n, "lost", (int)b->lost, "failed",
		(int)b->failed, "resends",
		(int)yh_metric_value(&dial_m_resends), "speech_share",
		(double)b->spoken_ms / 1000 /
			((double)b->seconds * b->n_streams));

	json_dumpf(o, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(5));
	putchar('\n');
	json_decref(o);
}

static int run(struct bench *b)
{
	int rc = YC_FAILED;

	uv_loop_init(&b->loop);
	b->streams = yh_calloc(b->n_streams, sizeof(*b->streams));
	if (b->streams && !yc_speech_set_read(&b->set, b->tsv) &&
	    !open_all(b)) {
		uv_run(&b->loop, UV_RUN_DEFAULT);
		print(b);
		rc = YC_OK;
	}
	close_all(b);

	return rc;
}

static bool read_options(struct bench *b, int argc, char **argv)
{
	static const struct option OPTIONS[] = {
		{"nats", required_argument, NULL, 'n'},
		{"streams", required_argument, NULL, 's'},
		{"seconds", required_argument, NULL, 't'},
		{"fixed", required_argument, NULL, 'f'},
		{"gap", required_argument, NULL, 'g'},
		{0}};
	int opt;

	while ((opt = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
		unsigned value =
			optarg ? (unsigned)strtoul(optarg, NULL, 10) : 0;

		if (opt == 'n')
			b->nats = optarg;
		else if (opt == 's')
			b->n_streams = value;
		else if (opt == 't')
			b->seconds = value;
		else if (opt == 'f')
			b->fixed_ms = value;
		else if (opt == 'g')
			b->gap_ms = value;
		else
			return false;
	}
	if (optind + 1 != argc)
		return false;
	b->tsv = argv[optind];

	return b->n_streams && b->n_streams <= MAX_STREAMS && b->seconds &&
	       b->seconds <= 3600 && b->gap_ms && b->gap_ms <= 60000;
}

int yc_bench_speech(int argc, char **argv)
{
	struct bench *b = yh_zalloc(sizeof(*b));
	int rc = YC_USAGE;

	if (!b)
		return YC_FAILED;
	b->nats = "nats://127.0.0.1:4222";
	b->n_streams = 50;
	b->seconds = 60;
	b->gap_ms = GAP_MAX_MS - GAP_MIN_MS;
	b->seed = 1;
	if (read_options(b, argc, argv))
		rc = run(b);
	yh_free(b);

	return rc;
}
