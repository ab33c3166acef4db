/** @file vad.c  Voice activity detector, contract in vad.h */
#include <math.h>

#include "audio/g711.h"
#include "audio/vad.h"

enum {
	/* A spurt that is not confirmed may have gaps so long [ms]. */
	GAP_MS = 60,
	CEILING_DBOV = -30,
};

/* While one speaks, softer frames still belong to it [dB]. */
static const float hysteresis_db = 4.0f;

float yh_level_dbov(const int16_t *pcm, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (uint64_t)(pcm[i] * pcm[i]);

	return yh_energy_dbov(sum, n);
}

float yh_energy_dbov(uint64_t sum, size_t n)
{
	if (!sum)
		return -127.0f;

	return 10.0f * log10f((float)sum / (float)n * (1.0f / 32768 / 32768));
}

void yh_vad_init(struct yh_vad *vad, const struct yh_vad_conf *conf)
{
	/* Nothing known: window_min is 0 dBov, so the ceiling holds until the
	 * first frames have told the line's noise. */
	*vad = (struct yh_vad){.conf = *conf};
	if (vad->conf.ceiling_dbov == 0)
		vad->conf.ceiling_dbov = CEILING_DBOV;
}

static void note_level(struct yh_vad *v, float level)
{
	float *min = &v->window_min[v->window];

	if (v->window_frames == 0 || level < *min)
		*min = level;
	if (++v->window_frames == YH_VAD_WINDOW_FRAMES) {
		v->window_frames = 0;
		v->window = (v->window + 1) % YH_VAD_WINDOWS;
	}
}

float yh_vad_noise_dbov(const struct yh_vad *v)
{
	float noise = v->window_min[0];

	for (unsigned i = 1; i < YH_VAD_WINDOWS; i++) {
		if (v->window_min[i] < noise)
			noise = v->window_min[i];
	}

	return noise;
}

float yh_vad_gate_dbov(const struct yh_vad *v)
{
	float gate = yh_vad_noise_dbov(v) + v->conf.margin_db;

	if (gate < v->conf.floor_dbov)
		gate = v->conf.floor_dbov;

	return gate > v->conf.ceiling_dbov ? v->conf.ceiling_dbov : gate;
}

static void forget_spurt(struct yh_vad *v)
{
	v->talking = false;
	v->voiced_ms = 0;
	v->spurt_ms = 0;
}

static enum yh_vad_event silent_frame(struct yh_vad *v)
{
	bool talking = v->talking;

	if (v->quiet_ms < (talking ? v->conf.end_ms : GAP_MS))
		return YH_VAD_NONE;
	forget_spurt(v);

	return talking ? YH_VAD_END : YH_VAD_NONE;
}

static enum yh_vad_event voiced_frame(struct yh_vad *v)
{
	if (v->talking || v->voiced_ms < v->conf.start_ms)
		return YH_VAD_NONE;

	return yh_vad_start(v);
}

enum yh_vad_event yh_vad_start(struct yh_vad *v)
{
	v->talking = true;

	return YH_VAD_START;
}

enum yh_vad_event yh_vad_push(struct yh_vad *v, const int16_t *pcm, size_t n)
{
	return yh_vad_push_level(v, yh_level_dbov(pcm, n));
}

enum yh_vad_event yh_vad_push_level(struct yh_vad *v, float level_dbov)
{
	float gate = yh_vad_gate_dbov(v);

	v->level_dbov = level_dbov;
	note_level(v, v->level_dbov);
	if (v->talking)
		gate -= hysteresis_db;
	v->voiced = v->level_dbov >= gate;
	if (v->voiced) {
		v->voiced_ms += YH_FRAME_MS;
		v->quiet_ms = 0;
	} else if (v->quiet_ms < 1u << 30) {
		v->quiet_ms += YH_FRAME_MS;
	}
	if (v->voiced_ms)
		v->spurt_ms += YH_FRAME_MS;
	if (v->talking && v->conf.max_ms && v->spurt_ms >= v->conf.max_ms) {
		forget_spurt(v);
		return YH_VAD_END;
	}

	return v->voiced ? voiced_frame(v) : silent_frame(v);
}
