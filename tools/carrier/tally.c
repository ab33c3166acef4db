#include "tally.h"

#include "alaw.h"
#include "voice.h"

#include <jansson.h>
#include <string.h>

enum { NOTED_MAX = 100 }; /* of each list */

#define LOG CAR_TALLY_LOG

void car_tally_init(struct car_tally *t, struct car_truth *truth,
		    const struct car_persona *persona)
{
	t->truth = truth;
	t->persona = persona;
	t->barge_ms = -1;
	t->latencies = json_array();
	t->barges = json_array();
	t->meant = json_array();
	t->said = json_array();
}

void car_tally_fini(struct car_tally *t)
{
	json_decref(t->latencies);
	json_decref(t->barges);
	json_decref(t->meant);
	json_decref(t->said);
}

static void note(json_t *list, json_t *value)
{
	if (json_array_size(list) < NOTED_MAX)
		json_array_append_new(list, value);
	else
		json_decref(value);
}

void car_tally_prompt_start(struct car_tally *t, int64_t onset_ms)
{
	bool during_speech = t->says && onset_ms > t->say_from_ms &&
			     (!t->say_to_ms || onset_ms < t->say_to_ms);
	json_int_t latency_ms = onset_ms - t->say_to_ms;

	t->prompts++;
	if (during_speech) {
		t->cut_ins++;
		LOG(t, onset_ms, "prompt_start", "{s:i,s:b}", "n",
		    (int)t->prompts, "cut_in", 1);
	} else if (t->awaits_reply) {
		LOG(t, onset_ms, "prompt_start", "{s:i,s:I}", "n",
		    (int)t->prompts, "latency_ms", latency_ms);
		note(t->latencies, json_integer(latency_ms));
	} else {
		LOG(t, onset_ms, "prompt_start", "{s:i}", "n", (int)t->prompts);
	}
	t->awaits_reply = false;
}

bool car_tally_prompt_end(struct car_tally *t, int64_t onset_ms,
			  int64_t last_loud_ms)
{
	json_int_t dur_ms = last_loud_ms + CAR_FRAME_MS - onset_ms;
	json_int_t silent_ms = last_loud_ms - t->barge_ms;

	LOG(t, last_loud_ms, "prompt_end", "{s:i,s:I}", "n", (int)t->prompts,
	    "dur_ms", dur_ms);
	if (t->barge_ms < 0)
		return false;
	if (silent_ms < 0)
		silent_ms = 0;
	LOG(t, last_loud_ms, "barge_in_stop", "{s:I}", "ms", silent_ms);
	note(t->barges, json_integer(silent_ms));
	t->barge_ms = -1;
	return true;
}

static size_t dur_ms(const struct car_line *line)
{
	return line->is_keys ? strlen(line->text) * CAR_KEY_MS
			     : line->clip->n * 1000 / CAR_RATE_HZ;
}

void car_tally_say(struct car_tally *t, const struct car_step *step,
		   int64_t now_ms, int64_t onset_ms)
{
	const struct car_line *line = step->line;

	LOG(t, now_ms, "say", "{s:i,s:s,s:s,s:s,s:I}", "turn", (int)step->turn,
	    "why", car_why_name(step->why), "text", line->text, "means",
	    line->means, "dur_ms", (json_int_t)dur_ms(line));
	t->says++;
	t->line = line;
	t->say_from_ms = now_ms;
	t->say_to_ms = 0;
	t->awaits_reply = false;
	if (step->why != CAR_WHY_BARGE_IN)
		return;
	t->barge_ms = now_ms;
	LOG(t, now_ms, "barge_in", "{s:i,s:I}", "prompt", (int)t->prompts,
	    "into_ms", (json_int_t)(now_ms - onset_ms));
}

void car_tally_said(struct car_tally *t, int64_t now_ms)
{
	t->say_to_ms = now_ms;
	t->awaits_reply = true;
	note(t->said, json_string(t->line->text));
	if (*t->line->means)
		note(t->meant, json_string(t->line->means));
	LOG(t, now_ms, "said", "{s:s,s:s,s:I}", "text", t->line->text, "means",
	    t->line->means, "dur_ms", (json_int_t)(now_ms - t->say_from_ms));
}

void car_tally_end(struct car_tally *t, const char *by, const char *why,
		   const struct car_rtp_counts *rtp)
{
	int64_t now_ms = car_now_ms();
	bool answered = t->answered_ms != 0;

	if (answered)
		LOG(t, now_ms, "bye", "{s:s,s:s}", "by", by, "why", why);
	LOG(t, now_ms, "call",
	    "{s:s,s:s,s:b,s:s,s:s,s:I,s:i,s:i,s:i,s:O,s:O,s:O,s:O}", "kind",
	    car_kind_name(t->persona->kind), "expect", t->persona->expect,
	    "answered", (int)answered, "ended_by", by, "why", why, "talk_ms",
	    (json_int_t)(answered ? now_ms - t->answered_ms : 0), "prompts",
	    (int)t->prompts, "says", (int)t->says, "cut_ins", (int)t->cut_ins,
	    "meant", t->meant, "said", t->said, "latency_ms", t->latencies,
	    "barge_silent_ms", t->barges);
	LOG(t, now_ms, "rtp", "{s:I,s:I,s:I,s:I}", "in",
	    (json_int_t)rtp->packets_in, "out", (json_int_t)rtp->packets_out,
	    "lost", (json_int_t)rtp->lost_in, "gap_max_ms",
	    (json_int_t)rtp->longest_gap_ms);
}
