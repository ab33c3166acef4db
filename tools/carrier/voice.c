#include "voice.h"

#include "dsp.h"

#include <errno.h>
#include <espeak-ng/speak_lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES_MAX = 48000 * 60 };

enum { BEFORE_BEEP = 2400 /* samples between a greeting and its beep */ };

struct entry {
	const char *text; /* borrowed from the cast */
	uint32_t beep_ms;
	struct car_voice voice;
	struct car_clip *clip;
};

struct car_voices {
	unsigned rate_hz;
	struct entry *entries;
	size_t n, cap;
	int16_t *raw; /* what espeak gives, while it renders */
	size_t n_raw, cap_raw;
	bool failed; /* out of memory, or too long */
};

static int grow(struct car_voices *v, size_t want)
{
	size_t cap = v->cap_raw ? v->cap_raw : 1 << 16;

	while (cap < want)
		cap *= 2;
	if (want > SAMPLES_MAX)
		return -EFBIG;
	if (cap == v->cap_raw)
		return 0;
	int16_t *raw = realloc(v->raw, cap * sizeof(*raw));
	if (!raw)
		return -ENOMEM;
	v->raw = raw;
	v->cap_raw = cap;
	return 0;
}

/* espeak's callback; its user data comes with each event */
static int take_samples(short *pcm, int n, espeak_EVENT *events)
{
	struct car_voices *v = events->user_data;

	if (!v || !pcm || n <= 0)
		return 0;
	if (grow(v, v->n_raw + (size_t)n)) {
		v->failed = true;
		return 1;
	}
	memcpy(v->raw + v->n_raw, pcm, (size_t)n * sizeof(*pcm));
	v->n_raw += (size_t)n;
	return 0;
}

int car_voice_open(struct car_voices **out)
{
	struct car_voices *v = calloc(1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	int rate = espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, NULL,
				     espeakINITIALIZE_DONT_EXIT);
	if (rate <= 0) {
		free(v);
		return -EIO;
	}
	v->rate_hz = (unsigned)rate;
	espeak_SetSynthCallback(take_samples);
	*out = v;
	return 0;
}

void car_voice_close(struct car_voices *v)
{
	if (!v)
		return;
	for (size_t i = 0; i < v->n; i++) {
		free(v->entries[i].clip->pcm);
		free(v->entries[i].clip);
	}
	free(v->entries);
	free(v->raw);
	free(v);
	espeak_Terminate();
}

static int render(struct car_voices *v, const char *text,
		  const struct car_voice *how, struct car_clip *clip)
{
	if (espeak_SetVoiceByName(how->name) != EE_OK)
		return -ENOENT;
	espeak_SetParameter(espeakRATE, (int)how->speed_wpm, 0);
	espeak_SetParameter(espeakPITCH, (int)how->pitch, 0);
	espeak_SetParameter(espeakRANGE, (int)how->range, 0);
	v->n_raw = 0;
	v->failed = false;
	if (espeak_Synth(text, strlen(text) + 1, 0, POS_CHARACTER, 0,
			 espeakCHARS_UTF8, NULL, v) != EE_OK)
		return -EIO;
	if (v->failed)
		return -ENOMEM;
	int rc = car_dsp_to_line(v->raw, v->n_raw, v->rate_hz, &clip->pcm,
				 &clip->n);
	if (rc)
		return rc;
	clip->n = car_dsp_trim_and_level(clip->pcm, clip->n, how->level_dbov);
	return clip->n ? 0 : -EIO;
}

static bool same_voice(const struct car_voice *a, const struct car_voice *b)
{
	return !strcmp(a->name, b->name) && a->speed_wpm == b->speed_wpm &&
	       a->pitch == b->pitch && a->range == b->range &&
	       a->level_dbov == b->level_dbov;
}

/* Silence and the beep behind what is said. */
static int add_beep(struct car_clip *clip, uint32_t ms, double dbov)
{
	size_t n = clip->n + BEFORE_BEEP, beep = ms * 8;
	int16_t *pcm = realloc(clip->pcm, (n + beep) * sizeof(*pcm));

	if (!pcm)
		return -ENOMEM;
	memset(pcm + clip->n, 0, BEFORE_BEEP * sizeof(*pcm));
	car_dsp_beep(pcm + n, beep, dbov);
	clip->pcm = pcm;
	clip->n = n + beep;
	return 0;
}

static const struct car_clip *cached(const struct car_voices *v,
				     const struct car_line *line,
				     const struct car_voice *how)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct entry *e = &v->entries[i];
		if (same_voice(&e->voice, how) && e->beep_ms == line->beep_ms &&
		    !strcmp(e->text, line->text))
			return e->clip;
	}
	return NULL;
}

static int add(struct car_voices *v, const struct car_line *line,
	       const struct car_voice *how, struct car_clip *clip)
{
	if (v->n == v->cap) {
		size_t cap = v->cap ? v->cap * 2 : 64;
		struct entry *e = realloc(v->entries, cap * sizeof(*e));
		if (!e)
			return -ENOMEM;
		v->entries = e;
		v->cap = cap;
	}
	v->entries[v->n++] =
		(struct entry){line->text, line->beep_ms, *how, clip};
	return 0;
}

static int voice_line(struct car_voices *v, struct car_line *line,
		      const struct car_voice *how)
{
	if (!line->text || line->is_keys || (line->clip = cached(v, line, how)))
		return 0;
	struct car_clip *clip = calloc(1, sizeof(*clip));
	int rc = clip ? render(v, line->text, how, clip) : -ENOMEM;
	if (!rc && line->beep_ms)
		rc = add_beep(clip, line->beep_ms, how->level_dbov);
	if (!rc)
		rc = add(v, line, how, clip);
	if (rc) {
		free(clip ? clip->pcm : NULL);
		free(clip);
		return rc;
	}
	line->clip = clip;
	return 0;
}

static int voice_persona(struct car_voices *v, struct car_persona *p)
{
	/* the network's own voice reads announcements */
	static const struct car_voice network = {.name = "cmn-latn-pinyin+f2",
						 .speed_wpm = 150,
						 .pitch = 55,
						 .range = 50,
						 .level_dbov = -20};
	int rc = voice_line(v, &p->announce, &network);

	for (size_t i = 0; i < p->n_turns && !rc; i++)
		rc = voice_line(v, &p->turns[i].line, &p->voice);
	if (!rc)
		rc = voice_line(v, &p->when_asked_again.line, &p->voice);
	if (!rc)
		rc = voice_line(v, &p->when_silent.line, &p->voice);
	return rc;
}

int car_voice_cast(struct car_voices *v, struct car_cast *cast, char *err,
		   size_t len)
{
	for (size_t i = 0; i < car_cast_count(cast); i++) {
		struct car_persona *p = car_cast_at(cast, i);
		int rc = voice_persona(v, p);
		if (rc) {
			snprintf(err, len, "persona '%s', voice '%s': %s",
				 p->name, p->voice.name, strerror(-rc));
			return rc;
		}
	}
	return 0;
}
