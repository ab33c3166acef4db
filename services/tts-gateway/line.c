/** @file line.c  Samples to the line, contract in line.h */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "audio/g711.h"
#include "audio/level.h"
#include "audio/resample.h"
#include "base/mem.h"
#include "line.h"

enum { MARGIN = 320 /* 40 ms */ };
static const float SILENT = 100, PEAK = 31000; /* of 32768, after the gain */

/* ---- sounds ----------------------------------------------------------------
 */

static struct tts_sound *sound_create(size_t n)
{
	struct tts_sound *s = yh_zalloc(sizeof(*s) + n);

	if (!s)
		return NULL;
	s->refs = 1;
	s->n = n;

	return s;
}

struct tts_sound *tts_sound_of(const uint8_t *alaw, size_t n)
{
	struct tts_sound *s =
		n && n % YH_FRAME_SAMPLES == 0 && n <= TTS_MAX_BYTES
			? sound_create(n)
			: NULL;

	if (s)
		memcpy(s->alaw, alaw, n);

	return s;
}

void tts_sound_unref(struct tts_sound *s)
{
	if (s && !--s->refs)
		yh_free(s);
}

/* ---- to the line -----------------------------------------------------------
 */

/* @return 8000 Hz, full scale 32768, shape (n); NULL: no memory */
static float *to_8khz(const struct tts_pcm *pcm, size_t *n)
{
	float *in = yh_calloc(pcm->n, sizeof(*in)), *out = in;

	*n = yh_resampled(pcm->n, pcm->rate_hz, YH_RATE_HZ);
	for (size_t i = 0; in && i < pcm->n; i++)
		in[i] = pcm->samples[i];
	if (!in || pcm->rate_hz == YH_RATE_HZ)
		return in;
	out = yh_calloc(*n + 1, sizeof(*out));
	if (out)
		yh_resample(in, pcm->n, pcm->rate_hz, YH_RATE_HZ, out);
	yh_free(in);

	return out;
}

static void amplify(float *x, size_t n, float level_dbov)
{
	float level = yh_speech_level(x, n, NULL), peak = 1, gain = 1;

	for (size_t i = 0; i < n; i++)
		peak = fmaxf(peak, fabsf(x[i]));
	if (level > YH_LEVEL_NONE)
		gain = powf(10, (level_dbov - level) / 20);
	gain = fminf(gain, PEAK / peak);
	for (size_t i = 0; i < n; i++)
		x[i] *= gain;
}

/* What is heard, with a little around it. @return false: nothing is */
static bool trim(const float *x, size_t n, size_t *begin, size_t *end)
{
	*begin = 0;
	*end = n;
	while (*begin < n && fabsf(x[*begin]) <= SILENT)
		(*begin)++;
	while (*end > *begin && fabsf(x[*end - 1]) <= SILENT)
		(*end)--;
	if (*begin == *end)
		return false;
	*begin = *begin > MARGIN ? *begin - MARGIN : 0;
	*end = *end + MARGIN < n ? *end + MARGIN : n;

	return true;
}

/* Raised cosine, first at 0. */
static void fade_edges(float *x, size_t n)
{
	size_t k = n / 2 < TTS_FADE_SAMPLES ? n / 2 : TTS_FADE_SAMPLES;

	for (size_t i = 0; i < k; i++) {
		float w = 0.5f - 0.5f * cosf((float)M_PI * (float)i / (float)k);

		x[i] *= w;
		x[n - 1 - i] *= w;
	}
}

static struct tts_sound *encode(const float *x, size_t n)
{
	size_t frames = (n + YH_FRAME_SAMPLES - 1) / YH_FRAME_SAMPLES;
	struct tts_sound *s = sound_create(frames * YH_FRAME_SAMPLES);

	for (size_t i = 0; s && i < s->n; i++)
		s->alaw[i] = i < n ? yh_alaw_encode((int16_t)lrintf(x[i]))
				   : YH_ALAW_SILENCE;

	return s;
}

int tts_to_line(const struct tts_pcm *pcm, float level_dbov,
		struct tts_sound **out)
{
	size_t n, begin, end;
	struct tts_sound *s;
	bool heard;
	float *x;

	if (pcm->rate_hz < YH_RATE_HZ || pcm->rate_hz > 48000 || !pcm->n)
		return -EINVAL;
	if (pcm->n / pcm->rate_hz > TTS_MAX_SECONDS)
		return -E2BIG;
	x = to_8khz(pcm, &n);
	if (!x)
		return -ENOMEM;
	amplify(x, n, level_dbov);
	heard = trim(x, n, &begin, &end);
	if (!heard || end - begin > TTS_MAX_BYTES) {
		yh_free(x);
		return heard ? -E2BIG : -EINVAL;
	}
	fade_edges(x + begin, end - begin);
	s = encode(x + begin, end - begin);
	yh_free(x);
	if (!s)
		return -ENOMEM;
	*out = s;

	return 0;
}

/* ---- joining ---------------------------------------------------------------
 */

static size_t pause_bytes(unsigned ms)
{
	return (size_t)(ms / YH_FRAME_MS) * YH_FRAME_SAMPLES;
}

int tts_join(struct tts_sound *const *sounds, const unsigned *pause_ms,
	     size_t n, struct tts_sound **out)
{
	size_t total = 0, at = 0;
	struct tts_sound *s;

	for (size_t i = 0; i < n; i++)
		total += sounds[i]->n + pause_bytes(pause_ms[i]);
	if (total > TTS_MAX_BYTES)
		return -E2BIG;
	s = sound_create(total);
	if (!s)
		return -ENOMEM;
	memset(s->alaw, YH_ALAW_SILENCE, total);
	for (size_t i = 0; i < n; i++) {
		memcpy(s->alaw + at, sounds[i]->alaw, sounds[i]->n);
		at += sounds[i]->n + pause_bytes(pause_ms[i]);
	}
	*out = s;

	return 0;
}
