/** @file admit.c  May another call be placed? Contract in admit.h */
#include "admit.h"

static uint32_t left(uint32_t of, uint32_t taken)
{
	return of > taken ? of - taken : 0;
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static void look_at_late(struct dial_admit *a,
			 const struct dial_admit_load *load, uint64_t now_ms)
{
	uint64_t sent = load->sent - a->sent, late = load->late - a->late;

	if (now_ms < a->look_ms)
		return;
	a->look_ms = now_ms + DIAL_ADMIT_LOOK_MS;
	a->sent = load->sent;
	a->late = load->late;
	if (late >= DIAL_ADMIT_LATE_MIN &&
	    late * 1000000 > sent * DIAL_ADMIT_LATE_PPM)
		a->late_until_ms = now_ms + DIAL_ADMIT_LATE_MS;
}

/* As many as would bring the core to its limit, if they cost what the present
 * ones do; at least one, so that an idle core begins. */
static uint32_t cpu_room(const struct dial_admit_limits *limits,
			 const struct dial_admit_load *load)
{
	uint32_t spare = left(limits->cpu_permille, load->busy_permille);
	uint64_t n;

	if (!spare || !load->busy_permille)
		return spare ? UINT32_MAX : 0;
	n = (uint64_t)load->calls * spare / load->busy_permille + 1;

	return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

uint32_t dial_admit_room(struct dial_admit *a,
			 const struct dial_admit_limits *limits,
			 const struct dial_admit_load *load, uint64_t now_ms)
{
	uint32_t room[DIAL_SHEDS] = {
		[DIAL_SHED_NOT] = UINT32_MAX,
		[DIAL_SHED_CPU] = cpu_room(limits, load),
		[DIAL_SHED_PORTS] = left(limits->ports, load->calls),
		[DIAL_SHED_CALLS] = left(limits->calls, load->calls),
		[DIAL_SHED_CPS] = load->tokens,
	};
	uint32_t n = UINT32_MAX;

	look_at_late(a, load, now_ms);
	room[DIAL_SHED_LATE] = now_ms < a->late_until_ms ? 0 : UINT32_MAX;
	a->why = DIAL_SHED_NOT;
	for (unsigned i = DIAL_SHEDS; i-- > 1;) {
		n = least(n, room[i]);
		if (!room[i])
			a->why = (enum dial_shed)i;
	}

	return n;
}

const char *dial_shed_name(enum dial_shed why)
{
	static const char *const names[] = {"",	     "late",  "cpu",
					    "ports", "calls", "cps"};

	return names[why];
}
