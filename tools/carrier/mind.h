/*
 * What a callee does next: turns of a persona against what it hears. Pure:
 * time and events come in, steps come out.
 *
 * A turn that waits for the end of a prompt is taken back if the prompt goes
 * on before the turn is due: a callee does not speak over the bot, unless the
 * turn is of the kind that breaks in (prompt_start).
 */
#ifndef CAR_MIND_H
#define CAR_MIND_H

#include "ear.h"
#include "persona.h"

enum car_act { CAR_ACT_NONE, CAR_ACT_SAY, CAR_ACT_HANGUP };

/** Why a step is done; also the word in the log. */
enum car_why {
	CAR_WHY_TURN,
	CAR_WHY_BARGE_IN,
	CAR_WHY_ASKED_AGAIN,
	CAR_WHY_SILENCE,
	CAR_WHY_PATIENCE,
	CAR_WHY_MAX_CALL,
};

struct car_step {
	enum car_act act;
	enum car_why why;
	const struct car_line *line; /* CAR_ACT_SAY; borrowed from the cast */
	size_t turn;		     /* index from 0, for the log */
};

struct car_mind {
	const struct car_persona *p;
	int64_t answered_ms;
	int64_t active_ms; /* when either side was last heard */
	int64_t due_ms;	   /* of the next turn; -1: not armed */
	size_t next;	   /* turn */
	uint32_t again_left, silent_left;
	const struct car_line *last;
	bool bot_talks;
	bool talks;    /* the callee */
	bool hangs_up; /* once it has said its line */
	bool broke_in; /* into the prompt that is on */
};

/** The call is answered. @param p borrowed for the mind's life. */
void car_mind_init(struct car_mind *mind, const struct car_persona *p,
		   int64_t now_ms);

/** The bot began to speak, at onset_ms. */
void car_mind_prompt_start(struct car_mind *mind, int64_t onset_ms);

/** The bot's prompt has ended, its last sound at last_loud_ms. */
void car_mind_prompt_end(struct car_mind *mind, int64_t last_loud_ms,
			 int64_t now_ms);

/** The line of the last CAR_ACT_SAY has been said. */
void car_mind_said(struct car_mind *mind, int64_t now_ms);

/** @return what to do now; at most one thing. */
struct car_step car_mind_tick(struct car_mind *mind, int64_t now_ms);

/** @return the word for the log. */
const char *car_why_name(enum car_why why);

#endif
