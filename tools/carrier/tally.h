/*
 * What is measured in one call, and its lines in the truth log: turn latency,
 * barge-in, who cut in on whom, what the callee meant. Knows no SIP.
 */
#ifndef CAR_TALLY_H
#define CAR_TALLY_H

#include "mind.h"
#include "truth.h"

#include <stddef.h>

struct json_t;

/** RTP of a call, for its last line. */
struct car_rtp_counts {
	uint64_t packets_in, packets_out, lost_in;
	int64_t longest_gap_ms; /* between packets that arrived */
};

struct car_tally {
	struct car_truth *truth;
	const struct car_persona *persona;
	char call_id[128];
	char number[40];
	int64_t answered_ms;		/* 0: not answered */
	int64_t say_from_ms, say_to_ms; /* own speech; to is 0 while it lasts */
	int64_t barge_ms;		/* -1: not breaking in */
	bool awaits_reply;
	const struct car_line *line; /* being said, or said last */
	unsigned prompts, says, cut_ins;
	struct json_t *latencies, *barges, *meant, *said;
};

/** @param t  its call_id and number are set by the owner. */
void car_tally_init(struct car_tally *t, struct car_truth *truth,
		    const struct car_persona *persona);
void car_tally_fini(struct car_tally *t);

/** Log an event of this call; as car_truth_event(). */
#define CAR_TALLY_LOG(t, at_ms, ev, ...)                                       \
	do {                                                                   \
		struct car_who w_ = {(t)->call_id, (t)->number,                \
				     (t)->persona->name};                      \
		car_truth_event((t)->truth, (at_ms), (ev), &w_, __VA_ARGS__);  \
	} while (0)

/** The bot has begun a prompt, at onset_ms. */
void car_tally_prompt_start(struct car_tally *t, int64_t onset_ms);

/** Its prompt is over. @return true if we had broken into it. */
bool car_tally_prompt_end(struct car_tally *t, int64_t onset_ms,
			  int64_t last_loud_ms);

/** The callee begins to speak. @param onset_ms of the bot's last prompt. */
void car_tally_say(struct car_tally *t, const struct car_step *step,
		   int64_t now_ms, int64_t onset_ms);

/** Its last sound is sent. */
void car_tally_said(struct car_tally *t, int64_t now_ms);

/** The call is over. @param by "bot", "callee" or "carrier". */
void car_tally_end(struct car_tally *t, const char *by, const char *why,
		   const struct car_rtp_counts *rtp);

#endif
