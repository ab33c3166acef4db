/** @file vad.c  Voice activity, contract in vad.h */
#include <math.h>

#include "audio/g711.h"
#include "audio/vad.h"

static const float noise_start_dbov = -60, noise_rise_db = 0.05f;

void yh_vad_init(struct yh_vad *vad, const struct yh_vad_conf *conf)
{
	*vad = (struct yh_vad){.conf = *conf, .noise_dbov = noise_start_dbov};
}

float yh_level_dbov(const int16_t *pcm, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)pcm[i] * pcm[i];
	if (sum == 0)
		return -127;

	return (float)(10 * log10(sum / (double)n / (32768.0 * 32768.0)));
}

/* Falls at once, rises by 2.5 dB a second, and not while somebody talks. */
static void track_noise(struct yh_vad *vad, float level)
{
	if (level < vad->noise_dbov)
		vad->noise_dbov += (level - vad->noise_dbov) * 0.2f;
	else if (!vad->talking)
		vad->noise_dbov += noise_rise_db;
	if (vad->noise_dbov < -90)
		vad->noise_dbov = -90;
	if (vad->noise_dbov > -35)
		vad->noise_dbov = -35;
}

static enum yh_vad_event step(struct yh_vad *vad, bool voiced)
{
	vad->quiet_ms = voiced ? 0 : vad->quiet_ms + YH_FRAME_MS;
	if (voiced)
		vad->voiced_ms += YH_FRAME_MS;
	if (!vad->talking) {
		/* A gap as long as the start itself begins anew. */
		if (vad->quiet_ms > vad->conf.start_ms)
			vad->voiced_ms = 0;
		if (vad->voiced_ms < vad->conf.start_ms)
			return YH_VAD_NONE;
		vad->talking = true;
		return YH_VAD_START;
	}
	if (vad->quiet_ms < vad->conf.end_ms)
		return YH_VAD_NONE;
	vad->talking = false;
	vad->voiced_ms = 0;

	return YH_VAD_END;
}

enum yh_vad_event yh_vad_push(struct yh_vad *vad, const int16_t *pcm, size_t n)
{
	float level = yh_level_dbov(pcm, n);
	bool voiced = level >= vad->conf.floor_dbov &&
		      level >= vad->noise_dbov + vad->conf.margin_db;

	track_noise(vad, level);

	return step(vad, voiced);
}
