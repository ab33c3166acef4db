/** @file test_reorder.c  Packets back into their order; concealment */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "audio/g711.h"
#include "audio/plc.h"
#include "audio/reorder.h"

static struct yh_reorder r;
static const struct yh_reorder_packet *p;

static void setup(void)
{
	memset(&r, 0, sizeof(r));
}

static enum yh_reorder_put put(uint16_t seq, uint64_t ms)
{
	uint8_t payload[160];

	const struct yh_rtp rtp = {.seq = seq,
				   .timestamp = seq * 160u,
				   .payload = payload,
				   .len = sizeof(payload)};

	memset(payload, seq & 0xff, sizeof(payload));
	return yh_reorder_put(&r, &rtp, ms * 1000);
}

static enum yh_reorder_get get(uint64_t ms)
{
	return yh_reorder_get(&r, ms * 1000, &p);
}

TestSuite(reorder, .init = setup);

Test(reorder, who_comes_in_his_turn_passes_at_once_even_over_the_wrap)
{
	cr_assert_eq(put(65535, 0), YH_REORDER_PASS);
	cr_assert_eq(put(0, 20), YH_REORDER_PASS);
	cr_assert_eq(put(1, 40), YH_REORDER_PASS);
	cr_assert_eq(get(40), YH_REORDER_NONE);
}

Test(reorder, two_that_were_swapped_come_in_order)
{
	put(10, 0);
	cr_assert_eq(put(12, 20), YH_REORDER_HELD);
	cr_assert_eq(get(20), YH_REORDER_NONE);
	cr_assert_eq(put(11, 25), YH_REORDER_PASS);
	cr_assert_eq(get(25), YH_REORDER_PACKET);
	cr_assert_eq(p->seq, 12);
	cr_assert_eq(p->payload[0], 12);
	cr_assert_eq(get(25), YH_REORDER_NONE);
	cr_assert_eq(put(13, 40), YH_REORDER_PASS);
}

Test(reorder, what_does_not_come_in_time_is_lost_and_then_old)
{
	put(10, 0);
	put(12, 20);
	cr_assert_eq(get(60), YH_REORDER_NONE);
	cr_assert_eq(get(66), YH_REORDER_LOST);
	cr_assert_eq(get(66), YH_REORDER_PACKET);
	cr_assert_eq(put(11, 70), YH_REORDER_OLD);
	cr_assert_eq(put(12, 70), YH_REORDER_OLD);
}

Test(reorder, a_double_of_a_held_one_is_old)
{
	put(10, 0);
	put(12, 20);
	cr_assert_eq(put(12, 21), YH_REORDER_OLD);
}

Test(reorder, a_long_hole_is_told_at_once)
{
	put(10, 0);
	cr_assert_eq(put(60, 1000), YH_REORDER_JUMP);
	cr_assert_eq(r.jump, 49);
	cr_assert_eq(put(61, 1020), YH_REORDER_PASS);
}

Test(plc, a_lost_frame_of_a_tone_goes_on_softer_and_then_ends)
{
	uint8_t history[YH_PLC_HISTORY * 160], out[160];
	int16_t want[160], got[160];
	double like = 0, a = 0, b = 0;

	for (int i = 0; i < YH_PLC_HISTORY * 160; i++)
		history[i] = yh_alaw_encode(
			(int16_t)(8000 * sin(2 * M_PI * 125 * i / 8000)));
	for (int i = 0; i < 160; i++)
		want[i] = (int16_t)(8000 *
				    sin(2 * M_PI * 125 *
					(i + YH_PLC_HISTORY * 160) / 8000));
	yh_plc_conceal(history, 0, out);
	yh_alaw_decode_n(out, got, 160);
	for (int i = 0; i < 160; i++) {
		like += (double)want[i] * got[i];
		a += (double)want[i] * want[i];
		b += (double)got[i] * got[i];
	}
	cr_assert_gt(like / sqrt(a * b), 0.98);
	cr_assert_lt(b, 0.5 * a);
	yh_plc_conceal(history, YH_PLC_FRAMES, out);
	cr_assert_eq(yh_alaw_energy(out, 160), 160u * 64);
}
