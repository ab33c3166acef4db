/** @file tones.c  Tones and their cadence, contract in tones.h */
#include <string.h>

#include "audio/g711.h"
#include "progress/tones.h"

/* The filters are run side by side, so that the compiler makes vectors of
 * them. Frequencies that stand next to each other here are neighbours of one
 * tone; a 0 (2000 Hz, not looked at) stands between groups. */
enum { LANES = 16 };
static const float coef[LANES] = {/* 2 cos(2 pi f / 8000) */
				  1.9021130f, 1.8763827f, 1.8477591f,
				  0, /* 400, 450, 500 Hz */
				  1.6180340f, 1.5706339f, 1.5208119f,
				  1.4686450f, /* 800 by 50 */
				  1.4142136f, 1.3576015f, 1.2988961f,
				  1.2381879f, /* 1000 by 50 */
				  1.1755705f, 0,	  0.9079810f,
				  0.3128689f}; /* 1200; 1400, 1800 Hz */
enum { AT_450 = 0, AT_BEEP = 4, AT_1400 = 14, AT_1800 = 15 };

/* Share of the energy that a tone has in its two nearest filters. */
static const float purity = 0.65f;
/* 1400 and 1800 Hz have no neighbours: up to 20 Hz off they keep so much. */
static const float purity_alone = 0.55f;

enum { GLITCH_MS = 40 /* shorter ones are no run of their own */ };

/* Power of each lane, 1 = all of the frame's energy is there. */
static void bank(const float *pcm, float energy, float *share)
{
	float a[LANES] = {0}, b[LANES] = {0};

	for (int i = 0; i < YH_FRAME_SAMPLES; i++) {
		for (int k = 0; k < LANES; k++) {
			float c = pcm[i] + coef[k] * a[k] - b[k];

			b[k] = a[k];
			a[k] = c;
		}
	}
	for (int k = 0; k < LANES; k++) {
		float power = a[k] * a[k] + b[k] * b[k] - coef[k] * a[k] * b[k];

		share[k] = power / energy * 2 / YH_FRAME_SAMPLES;
	}
}

/* The best pair of neighbours in [from, from + n). */
static float best_pair(const float *share, int from, int n)
{
	float best = 0;

	for (int k = from; k + 1 < from + n; k++) {
		if (share[k] + share[k + 1] > best)
			best = share[k] + share[k + 1];
	}

	return best;
}

enum yh_tone yh_tone_of(const float *pcm, bool loud)
{
	float share[LANES], energy = 1;

	if (!loud)
		return YH_TONE_QUIET;
	for (int i = 0; i < YH_FRAME_SAMPLES; i++)
		energy += pcm[i] * pcm[i];
	bank(pcm, energy, share);
	if (best_pair(share, AT_450, 3) > purity)
		return YH_TONE_450;
	if (best_pair(share, AT_BEEP, 9) > purity)
		return YH_TONE_BEEP;
	if (share[AT_1400] > purity_alone)
		return YH_TONE_1400;
	if (share[AT_1800] > purity_alone)
		return YH_TONE_1800;

	return YH_TONE_OTHER;
}

/* ---- cadence ---------------------------------------------------------------
 */

static bool near(uint32_t ms, uint32_t want, uint32_t off)
{
	return ms + off >= want && ms <= want + off;
}

/* Tone, pause, tone, pause... all as long as `ms`; the newest run is done. */
static bool beats(const struct yh_tones *t, uint32_t ms, uint32_t off)
{
	for (int i = 0; i < 4; i++) {
		enum yh_tone want = t->runs[i].tone == YH_TONE_450
					    ? YH_TONE_450
					    : YH_TONE_QUIET;

		if (t->runs[i].tone != want || !near(t->runs[i].ms, ms, off) ||
		    (i && t->runs[i].tone == t->runs[i - 1].tone))
			return false;
	}

	return true;
}

/* A second of tone, and then nothing for longer than the other cadences have:
 * the rest of the four seconds need not be waited for. */
static bool rings(const struct yh_tones *t)
{
	return t->run == YH_TONE_QUIET && t->run_ms >= 1200 &&
	       t->runs[0].tone == YH_TONE_450 && near(t->runs[0].ms, 1000, 250);
}

static bool special(const struct yh_tones *t)
{
	return t->run == YH_TONE_1800 && t->run_ms >= 200 &&
	       t->runs[0].tone == YH_TONE_1400 &&
	       near(t->runs[0].ms, 330, 100) &&
	       t->runs[1].tone == YH_TONE_BEEP && near(t->runs[1].ms, 330, 100);
}

static void end_run(struct yh_tones *t, enum yh_tone next)
{
	memmove(t->runs + 1, t->runs, sizeof(t->runs) - sizeof(t->runs[0]));
	t->runs[0].tone = t->run;
	t->runs[0].ms = t->run_ms;
	if (t->run == YH_TONE_BEEP && next == YH_TONE_QUIET &&
	    t->run_ms >= 140 && t->run_ms <= 2000)
		t->beeped = true;
	t->run = next;
	t->run_ms = t->glitch_ms;
	t->glitch_ms = 0;
}

static void note(struct yh_tones *t, enum yh_tone tone)
{
	if (tone == YH_TONE_OTHER)
		tone = YH_TONE_QUIET; /* the pauses of a noisy line */
	if (tone == t->run) {
		t->run_ms += t->glitch_ms + YH_FRAME_MS;
		t->glitch_ms = 0;
		return;
	}
	if (tone != t->glitch) {
		t->run_ms += t->glitch_ms;
		t->glitch_ms = 0;
	}
	t->glitch = tone;
	t->glitch_ms += YH_FRAME_MS;
	if (t->glitch_ms >= GLITCH_MS)
		end_run(t, tone);
}

struct yh_evidence yh_tones_push(struct yh_tones *t, enum yh_tone tone)
{
	note(t, tone);
	if (rings(t))
		return (struct yh_evidence){YH_PROGRESS_RINGBACK, 0.9f};
	if (beats(t, 350, 60))
		return (struct yh_evidence){YH_PROGRESS_BUSY_TONE, 0.95f};
	if (beats(t, 700, 100))
		return (struct yh_evidence){YH_PROGRESS_CONGESTION_TONE, 0.95f};
	if (special(t)) /* an announcement follows, which says more */
		return (struct yh_evidence){YH_PROGRESS_LINE_FAULT, 0.4f};

	return (struct yh_evidence){0};
}
