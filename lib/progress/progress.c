/** @file progress.c  The ear of a call, contract in progress.h */
#include <math.h>
#include <string.h>

#include "audio/g711.h"
#include "progress/progress.h"

/* Sound below it is the line's silence, whatever else [dBov]. */
static const float loud_dbov = -52;
/* A beep is one after so much speech; alone it may be the line's. */
enum {
	BEEP_AFTER_MS = 700,
	ZERO_FRAMES = 3,
	ZERO_ENERGY = 8 * 8 * YH_FRAME_SAMPLES, /* A-law's smallest level */
};

static const struct yh_vad_conf voice = {
	.start_ms = 100,
	.end_ms = 300,
	.floor_dbov = -46,
	.margin_db = 10,
	.ceiling_dbov = -14, /* not the usual one: a street is louder */
	.max_ms = 6000,
};

void yh_progress_init(struct yh_progress *p, const struct yh_library *library)
{
	*p = (struct yh_progress){.library = library};
	yh_vad_init(&p->vad, &voice);
}

void yh_progress_answer(struct yh_progress *p)
{
	yh_progress_init(p, p->library);
	p->answered = true;
}

bool yh_progress_listens(const struct yh_progress *p)
{
	return !p->answered ||
	       (p->ms < YH_PROGRESS_ANSWERED_MS &&
		(!p->spoke || p->ms - p->first_ms < YH_PROGRESS_VOICE_MS));
}

/* The new one counts when it says more, or when it comes later in the order of
 * things: ringing, then why nobody answers. */
static void note(struct yh_progress *p, enum yh_progress_witness by,
		 struct yh_evidence e)
{
	struct yh_evidence *old = &p->evidence[by];

	if (e.support > 0 &&
	    (e.support >= old->support ||
	     yh_progress_kind(e.class) > yh_progress_kind(old->class)))
		*old = e;
}

static void hear_tone(struct yh_progress *p, enum yh_tone tone)
{
	bool spoke = p->rhythm.voiced_ms >= BEEP_AFTER_MS;

	note(p, YH_BY_TONE, yh_tones_push(&p->tones, tone));
	if (p->answered && p->tones.beeped && spoke)
		note(p, YH_BY_TONE,
		     (struct yh_evidence){YH_PROGRESS_VOICEMAIL, 0.9f});
	p->tones.beeped = false;
}

static void hear_print(struct yh_progress *p, const float *pcm, bool loud)
{
	struct yh_match match;
	uint16_t bits;
	bool told;

	if (!p->library)
		return;
	told = yh_print_push(&p->print, pcm, loud, &bits);
	if (yh_library_match(p->library, &p->block, bits, told, &match))
		note(p, YH_BY_PRINT, yh_match_evidence(&match));
}

/* Behind an answer there may be music where a person is: it says nothing. */
static void hear_sound(struct yh_progress *p, float level)
{
	if (!p->answered)
		note(p, YH_BY_SOUND,
		     yh_sound_push(&p->sound, powf(10, level / 10),
				   p->last_tone < YH_TONE_450));
}

/* @return Acts of speech */
static unsigned hear_voice(struct yh_progress *p, float level,
			   enum yh_tone tone)
{
	/* A tone is no voice, nor does it say how quiet the line is. */
	float quiet = yh_vad_gate_dbov(&p->vad) - voice.margin_db;
	enum yh_vad_event ev = yh_vad_push_level(
		&p->vad, tone < YH_TONE_450 || level < quiet ? level : quiet);

	if (p->answered)
		p->evidence[YH_BY_RHYTHM] =
			yh_rhythm_push(&p->rhythm, p->vad.voiced);
	if (ev == YH_VAD_START)
		return YH_PROGRESS_SPEECH;

	return ev == YH_VAD_END ? YH_PROGRESS_PAUSE : 0;
}

static unsigned judge(struct yh_progress *p)
{
	struct yh_progress_verdict v = yh_progress_fuse(p->evidence);
	bool due = p->first_ms && !p->due &&
		   p->ms - p->first_ms >= YH_PROGRESS_DEADLINE_MS;
	bool new = v.class != p->verdict.class;

	p->due = p->due || due;
	p->verdict = v;
	if (!new && !(due && v.class == YH_PROGRESS_UNSURE))
		return 0;
	p->verdict_ms = p->ms;

	return YH_PROGRESS_VERDICT;
}

/* Others on the way fill what they have lost with zeros: a few such frames are
 * lost ones, more are silence. */
static bool is_lost(struct yh_progress *p, const uint8_t *alaw)
{
	if (!alaw)
		return true;
	if (yh_alaw_energy(alaw, YH_FRAME_SAMPLES) > ZERO_ENERGY) {
		p->n_zero = 0;
		return false;
	}

	return p->n_zero < ZERO_FRAMES && p->n_zero++ < ZERO_FRAMES;
}

/* A frame that was lost sounds like the one before it, and tells nothing. */
static float take(struct yh_progress *p, const uint8_t *alaw)
{
	int16_t pcm[YH_FRAME_SAMPLES];
	uint64_t energy = 1;

	if (!alaw)
		return p->vad.level_dbov;
	yh_alaw_decode_n(alaw, pcm, YH_FRAME_SAMPLES);
	for (int i = 0; i < YH_FRAME_SAMPLES; i++) {
		p->last[i] = pcm[i];
		energy += (uint64_t)(pcm[i] * pcm[i]);
	}

	return yh_energy_dbov(energy, YH_FRAME_SAMPLES);
}

/* The deadline runs from the first tone, and anew from the first voice. */
static void note_first(struct yh_progress *p, unsigned acts)
{
	if (!p->spoke && acts & YH_PROGRESS_SPEECH) {
		p->spoke = true;
		p->due = false;
		p->first_ms = p->ms - p->vad.spurt_ms + YH_FRAME_MS;
	} else if (!p->first_ms && p->last_tone >= YH_TONE_450) {
		p->first_ms = p->ms;
	}
}

unsigned yh_progress_push(struct yh_progress *p, const uint8_t *alaw)
{
	unsigned acts;
	float level;
	bool loud;

	if (!yh_progress_listens(p))
		return 0;
	if (is_lost(p, alaw))
		alaw = NULL;
	level = take(p, alaw);
	loud = level >= loud_dbov;
	p->ms += YH_FRAME_MS;
	if (alaw)
		p->last_tone = yh_tone_of(p->last, loud);
	hear_tone(p, p->last_tone);
	hear_print(p, p->last, loud && alaw && p->last_tone == YH_TONE_OTHER);
	acts = hear_voice(p, level, p->last_tone);
	hear_sound(p, level);
	note_first(p, acts);

	return acts | judge(p);
}
