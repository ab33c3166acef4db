/** @file route.c  Which trunk takes the next calls, contract in route.h */
#include "route.h"

enum { STRIDE = 1000000 };

static void fill(struct dial_trunk *t, uint64_t now_ms)
{
	uint64_t most = t->cps * 1000ull, more;

	if (!t->filled_ms)
		t->filled_ms = now_ms > 1000 ? now_ms - 1000 : 0;
	more = now_ms > t->filled_ms ? (now_ms - t->filled_ms) * t->cps : 0;
	t->filled_ms = now_ms;
	more += t->tokens_milli;
	t->tokens_milli = (uint32_t)(more < most ? more : most);
}

uint32_t dial_route_room(struct dial_trunk *t, uint64_t now_ms)
{
	uint32_t free = t->channels > t->live ? t->channels - t->live : 0;

	fill(t, now_ms);
	if (!t->up || now_ms < t->closed_until_ms)
		return 0;

	return free < t->tokens_milli / 1000 ? free : t->tokens_milli / 1000;
}

struct dial_trunk *dial_route_next(struct dial_trunks *all, uint64_t now_ms)
{
	struct dial_trunk *best = NULL;

	for (unsigned i = 0; i < all->n; i++) {
		struct dial_trunk *t = &all->list[i];

		if (dial_route_room(t, now_ms) && (!best || t->due < best->due))
			best = t;
	}

	return best;
}

struct dial_trunk *dial_route_other(struct dial_trunks *all, const char *number,
				    uint32_t tried, uint64_t now_ms)
{
	struct dial_trunk *best = NULL;

	for (unsigned i = 0; i < all->n; i++) {
		struct dial_trunk *t = &all->list[i];

		if (!(tried >> i & 1) && dial_trunk_number(t, number) &&
		    dial_route_room(t, now_ms) && (!best || t->due < best->due))
			best = t;
	}

	return best;
}

void dial_route_take(struct dial_trunks *all, struct dial_trunk *t,
		     uint64_t now_ms)
{
	fill(t, now_ms);
	t->live++;
	t->tokens_milli -= t->tokens_milli < 1000 ? t->tokens_milli : 1000;
	if (t->due < all->clock) /* it was away: no claim for that time */
		t->due = all->clock;
	all->clock = t->due;
	t->due += STRIDE / t->weight;
}

void dial_route_leave(struct dial_trunk *t)
{
	if (t->live)
		t->live--;
}

void dial_route_close(struct dial_trunk *t, uint32_t after_s, uint64_t now_ms)
{
	uint64_t until;

	if (after_s > DIAL_CLOSED_MAX_S)
		after_s = DIAL_CLOSED_MAX_S;
	until = now_ms + after_s * 1000ull;
	if (until > t->closed_until_ms)
		t->closed_until_ms = until;
}

bool dial_route_any_up(const struct dial_trunks *all,
		       const struct dial_trunk **worst)
{
	*worst = &all->list[0];
	for (unsigned i = 0; i < all->n; i++) {
		if (all->list[i].up)
			return true;
	}

	return false;
}
