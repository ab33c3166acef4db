#include "mind.h"

enum { NEVER = -1 };

const char *car_why_name(enum car_why why)
{
	static const char *const names[] = {
		"turn",	   "barge_in", "asked_again",
		"silence", "patience", "max_call",
	};
	return names[why];
}

static const struct car_turn *next_turn(const struct car_mind *mind)
{
	return mind->next < mind->p->n_turns ? &mind->p->turns[mind->next]
					     : NULL;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

void car_mind_init(struct car_mind *mind, const struct car_persona *p,
		   int64_t now_ms)
{
	*mind = (struct car_mind){
		.p = p,
		.answered_ms = now_ms,
		.active_ms = now_ms,
		.due_ms = NEVER,
		.again_left = p->when_asked_again.times,
		.silent_left = p->when_silent.times,
	};
	const struct car_turn *turn = next_turn(mind);
	if (turn && turn->when == CAR_ON_ANSWER)
		mind->due_ms = now_ms + turn->delay_ms;
}

void car_mind_prompt_start(struct car_mind *mind, int64_t onset_ms)
{
	const struct car_turn *turn = next_turn(mind);

	mind->bot_talks = true;
	mind->active_ms = later(mind->active_ms, onset_ms);
	mind->due_ms = NEVER;
	if (turn && turn->when == CAR_ON_PROMPT_START)
		mind->due_ms = onset_ms + turn->after_ms + turn->delay_ms;
}

void car_mind_prompt_end(struct car_mind *mind, int64_t last_loud_ms,
			 int64_t now_ms)
{
	const struct car_turn *turn = next_turn(mind);
	bool cut_short = mind->broke_in;

	mind->bot_talks = false;
	mind->broke_in = false;
	mind->active_ms = later(mind->active_ms, last_loud_ms);
	if (cut_short)
		return; /* the bot is to answer, not we */
	if (!turn) {
		if (mind->again_left && mind->last)
			mind->due_ms =
				now_ms + mind->p->when_asked_again.after_ms;
	} else if (turn->when == CAR_ON_PROMPT_START && !turn->line.text) {
		mind->due_ms = NEVER; /* too short a prompt to hang up in */
	} else {
		mind->due_ms = now_ms + turn->delay_ms;
	}
}

void car_mind_said(struct car_mind *mind, int64_t now_ms)
{
	mind->talks = false;
	mind->active_ms = later(mind->active_ms, now_ms);
}

static struct car_step say(struct car_mind *mind, const struct car_line *line,
			   enum car_why why)
{
	mind->talks = true;
	mind->broke_in = mind->bot_talks;
	mind->last = line;
	mind->due_ms = NEVER;
	return (struct car_step){CAR_ACT_SAY, why, line, mind->next};
}

static struct car_step hang_up(const struct car_mind *mind, enum car_why why)
{
	return (struct car_step){CAR_ACT_HANGUP, why, NULL, mind->next};
}

static struct car_step take_turn(struct car_mind *mind)
{
	const struct car_turn *turn = next_turn(mind);

	if (!turn) {
		const struct car_line *again = &mind->p->when_asked_again.line;
		mind->again_left--;
		return say(mind, again->text ? again : mind->last,
			   CAR_WHY_ASKED_AGAIN);
	}
	mind->hangs_up = turn->hangup;
	if (!turn->line.text) {
		mind->due_ms = NEVER;
		mind->next++;
		return hang_up(mind, CAR_WHY_TURN);
	}
	struct car_step step =
		say(mind, &turn->line,
		    mind->bot_talks ? CAR_WHY_BARGE_IN : CAR_WHY_TURN);
	mind->next++;
	if (mind->p->loop && mind->next == mind->p->n_turns)
		mind->next = mind->p->turns[0].when == CAR_ON_ANSWER;
	return step;
}

struct car_step car_mind_tick(struct car_mind *mind, int64_t now_ms)
{
	const struct car_persona *p = mind->p;
	int64_t quiet_ms = now_ms - mind->active_ms;

	if (now_ms - mind->answered_ms >= p->max_call_ms)
		return hang_up(mind, CAR_WHY_MAX_CALL);
	if (mind->talks)
		return (struct car_step){.act = CAR_ACT_NONE};
	if (mind->hangs_up)
		return hang_up(mind, CAR_WHY_TURN);
	if (mind->due_ms != NEVER && now_ms >= mind->due_ms)
		return take_turn(mind);
	if (mind->bot_talks || mind->due_ms != NEVER)
		return (struct car_step){.act = CAR_ACT_NONE};
	if (mind->silent_left && quiet_ms >= p->when_silent.after_ms) {
		mind->silent_left--;
		return say(mind, &p->when_silent.line, CAR_WHY_SILENCE);
	}
	if (quiet_ms >= p->patience_ms)
		return hang_up(mind, CAR_WHY_PATIENCE);
	return (struct car_step){.act = CAR_ACT_NONE};
}
