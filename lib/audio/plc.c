/** @file plc.c  Loss concealment, contract in plc.h */
#include <math.h>
#include <string.h>

#include "audio/g711.h"
#include "audio/plc.h"

enum {
	N = YH_PLC_HISTORY * YH_FRAME_SAMPLES,
	LAG_MIN = 40,  /* 200 Hz */
	LAG_MAX = 120, /* 66 Hz */
	WINDOW = 160,
};

static float likeness(const int16_t *pcm, int lag)
{
	float ab = 0, bb = 1;

	for (int i = N - WINDOW; i < N; i++) {
		ab += (float)pcm[i] * (float)pcm[i - lag];
		bb += (float)pcm[i - lag] * (float)pcm[i - lag];
	}

	return ab / sqrtf(bb);
}

static int find_lag(const int16_t *pcm)
{
	float best = likeness(pcm, LAG_MIN);
	int lag = LAG_MIN;

	for (int i = LAG_MIN + 1; i <= LAG_MAX; i++) {
		float x = likeness(pcm, i);

		if (x > best) {
			best = x;
			lag = i;
		}
	}

	return lag;
}

void yh_plc_conceal(const uint8_t *history, unsigned n_lost, uint8_t *out)
{
	int16_t pcm[N] = {0};
	float gain = 1;
	int lag;

	if (n_lost >= YH_PLC_FRAMES) {
		memset(out, YH_ALAW_SILENCE, YH_FRAME_SAMPLES);
		return;
	}
	yh_alaw_decode_n(history, pcm, N);
	lag = find_lag(pcm);
	for (unsigned i = 0; i <= n_lost; i++)
		gain *= 0.63f;
	for (int i = 0; i < YH_FRAME_SAMPLES; i++) {
		int from = N - lag + (i + (int)n_lost * YH_FRAME_SAMPLES) % lag;

		out[i] = yh_alaw_encode((int16_t)((float)pcm[from] * gain));
	}
}
