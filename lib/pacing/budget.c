/** @file budget.c  What may be abandoned, contract in budget.h */
#include <math.h>
#include <string.h>

#include "pacing/budget.h"

/* Share of the pace seen that is counted on for the next half hour; less two
 * deviations of a renewal process whose times vary by 0.7 of their mean. */
static const double CERTAIN = 0.8;
enum { PACE_MS = YH_BUDGET_WINDOW_MS / 2 };

void yh_budget_init(struct yh_budget *b, double cap, uint64_t now_ms)
{
	memset(b, 0, sizeof(*b));
	b->cap = cap;
	b->bin = now_ms / YH_BUDGET_BIN_MS;
}

void yh_budget_day(struct yh_budget *b)
{
	b->day_answers = 0;
	b->day_abandoned = 0;
}

static void advance(struct yh_budget *b, uint64_t now_ms)
{
	uint64_t bin = now_ms / YH_BUDGET_BIN_MS;

	for (unsigned n = 0; b->bin < bin && n < YH_BUDGET_BINS; n++) {
		unsigned i = (unsigned)(++b->bin % YH_BUDGET_BINS);

		b->window_answers -= b->answers[i];
		b->window_abandoned -= b->abandoned[i];
		b->answers[i] = 0;
		b->abandoned[i] = 0;
	}
	if (b->bin < bin)
		b->bin = bin;
}

void yh_budget_answer(struct yh_budget *b, uint64_t now_ms)
{
	advance(b, now_ms);
	if (!b->first_ms)
		b->first_ms = now_ms;
	b->answers[b->bin % YH_BUDGET_BINS]++;
	b->window_answers++;
	b->day_answers++;
}

void yh_budget_abandon(struct yh_budget *b, uint64_t now_ms)
{
	advance(b, now_ms);
	b->abandoned[b->bin % YH_BUDGET_BINS]++;
	b->window_abandoned++;
	b->day_abandoned++;
}

/* Answers a bin to count on. */
static double pace(const struct yh_budget *b, uint64_t now_ms)
{
	uint64_t ms = b->first_ms ? now_ms - b->first_ms : 0;

	if (ms > YH_BUDGET_WINDOW_MS)
		ms = YH_BUDGET_WINDOW_MS;
	if (ms < PACE_MS) /* a morning's first rush is no pace */
		ms = PACE_MS;

	return CERTAIN * b->window_answers * YH_BUDGET_BIN_MS / (double)ms;
}

unsigned yh_budget_left(struct yh_budget *b, uint64_t now_ms)
{
	double answers, abandoned, left, more, come = 0;

	advance(b, now_ms);
	more = pace(b, now_ms);
	answers = b->window_answers;
	abandoned = b->window_abandoned;
	left = b->cap * b->day_answers - b->day_abandoned;
	for (unsigned i = 0; i <= YH_BUDGET_BINS; i++) {
		unsigned at = (unsigned)((b->bin + 1 + i) % YH_BUDGET_BINS);

		/* The oldest bin is partly out of the window: its answers do
		 * not count any more, what was abandoned in it does. */
		answers -= b->answers[at];
		left = fmin(left, b->cap * (answers + come - sqrt(2 * come)) -
					  abandoned);
		come += more;
		abandoned -= b->abandoned[at];
	}

	return left > 0 ? (unsigned)left : 0;
}

double yh_budget_whole(const struct yh_budget *b)
{
	return b->cap * b->window_answers;
}

bool yh_budget_open(const struct yh_budget *b)
{
	return b->day_abandoned + 1 <= b->cap * b->day_answers;
}
