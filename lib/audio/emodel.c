/** @file emodel.c  MOS as the E-model estimates it, contract in emodel.h */
#include "audio/emodel.h"
#include "audio/g711.h"

static const float best = 93.2f, bpl = 25.1f;

float yh_emodel_r(float loss_ratio, float delay_ms)
{
	float percent = loss_ratio * 100.0f;
	float id = 0.024f * delay_ms;
	float ie = 95.0f * percent / (percent + bpl);
	float r;

	if (delay_ms > 177.3f)
		id += 0.11f * (delay_ms - 177.3f);
	r = best - id - ie;

	return r < 0.0f ? 0.0f : r;
}

float yh_emodel_mos(float r)
{
	float mos = 1.0f + 0.035f * r + r * (r - 60.0f) * (100.0f - r) * 7e-6f;

	return mos < 1.0f ? 1.0f : mos > 4.5f ? 4.5f : mos;
}

float yh_emodel_delay_ms(uint32_t round_trip_us, uint32_t jitter_us)
{
	return (float)round_trip_us / 2000.0f + YH_FRAME_MS +
	       2.0f * (float)jitter_us / 1000.0f;
}
