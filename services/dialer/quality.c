/** @file quality.c  How good a call sounded, contract in quality.h */
#include "audio/emodel.h"
#include "quality.h"

static float ratio(uint32_t lost, uint32_t of)
{
	return of ? (float)lost / (float)of : 0.0f;
}

static float mos(float loss, uint32_t round_trip_us, uint32_t jitter_us)
{
	float delay_ms = yh_emodel_delay_ms(round_trip_us, jitter_us);

	return yh_emodel_mos(yh_emodel_r(loss, delay_ms));
}

struct dial_quality dial_quality_of(const struct dial_leg_stats *s)
{
	struct dial_quality q = {.loss = ratio(s->lost, s->received + s->lost)};
	float theirs = ratio(s->peer_lost, s->sent);

	if (s->received)
		q.mos = mos(q.loss, s->round_trip_us, s->jitter_us);
	if (s->reports)
		q.mos_peer = mos(theirs < 1.0f ? theirs : 1.0f,
				 s->round_trip_us, s->peer_jitter_us);

	return q;
}
