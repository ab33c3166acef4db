/** @file control.c  A stream's RTCP, contract in control.h */
#include <stdio.h>

#include "audio/g711.h"
#include "control.h"

/* xorshift32 (Marsaglia, 2003): only spreads the reports. */
static uint32_t roll(struct dial_control *c)
{
	c->dice ^= c->dice << 13;
	c->dice ^= c->dice >> 17;
	c->dice ^= c->dice << 5;

	return c->dice;
}

static void plan(struct dial_control *c, uint64_t now_us)
{
	c->next_us = now_us + DIAL_CONTROL_MS * 500ull +
		     roll(c) % (DIAL_CONTROL_MS * 1000u);
}

void dial_control_init(struct dial_control *c, uint64_t random, uint64_t now_us)
{
	*c = (struct dial_control){.dice = (uint32_t)random | 1};
	snprintf(c->cname, sizeof(c->cname), "%016llx",
		 (unsigned long long)(random ^ random >> 31));
	plan(c, now_us);
}

bool dial_control_due(const struct dial_control *c, uint64_t now_us)
{
	return now_us >= c->next_us;
}

/* RFC 3550 A.3. */
static void put_block(struct dial_control *c, const struct yh_rtp_stats *s,
		      struct yh_rtcp_block *b)
{
	uint32_t expected = yh_rtp_stats_expected(s);
	uint32_t want = expected - c->expected, got = s->received - c->received;
	int32_t lost = (int32_t)(expected - s->received);

	if (c->source != s->ssrc) { /* another one: nothing to compare with */
		want = expected;
		got = s->received;
	}
	c->source = s->ssrc;
	c->expected = expected;
	c->received = s->received;
	b->ssrc = s->ssrc;
	if (want > got)
		b->fraction_lost =
			(uint8_t)((uint64_t)(want - got) * 255 / want);
	b->lost = lost > 0x7fffff ? 0x7fffff : lost;
	b->highest_seq = s->cycles + s->max_seq;
	b->jitter = s->jitter_q4 >> 4;
}

void dial_control_report(struct dial_control *c,
			 const struct yh_rtp_stats *stats,
			 const struct yh_rtp *next, uint32_t sent,
			 struct yh_rtcp *out)
{
	*out = (struct yh_rtcp){.ssrc = next->ssrc,
				.has_sr = sent > 0,
				.timestamp = next->timestamp,
				.packets = sent,
				.octets = sent * YH_FRAME_SAMPLES,
				.has_block = stats->started};
	if (out->has_block)
		put_block(c, stats, &out->block);
}

void dial_control_stamp(struct dial_control *c, struct yh_rtcp *out,
			uint64_t now_us, int64_t wall_us)
{
	out->ntp = yh_rtcp_ntp(wall_us);
	out->block.lsr = c->lsr;
	if (c->lsr)
		out->block.dlsr =
			(uint32_t)(((now_us - c->lsr_at_us) << 16) / 1000000);
	c->sent++;
	plan(c, now_us);
}

void dial_control_hear(struct dial_control *c, const struct yh_rtcp *r,
		       uint64_t at_us, int64_t wall_us)
{
	uint32_t trip;

	c->heard++;
	if (r->has_sr) {
		c->lsr = (uint32_t)(r->ntp >> 16);
		c->lsr_at_us = at_us;
	}
	if (!r->has_block)
		return;
	c->peer_lost = r->block.lost > 0 ? (uint32_t)r->block.lost : 0;
	c->peer_jitter_us = r->block.jitter * 125;
	trip = yh_rtcp_round_trip_us(&r->block, yh_rtcp_ntp(wall_us));
	if (trip)
		c->round_trip_us = trip;
}
