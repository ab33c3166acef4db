/**
 * @file engine_espeak.c  espeak-ng behind engine.h.
 *
 * espeak-ng has one global state: one thread only.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <espeak-ng/speak_lib.h>

#include "base/mem.h"
#include "engine.h"
#include "line.h"

static const char default_voice[] = "cmn-latn-pinyin";
enum { WORDS_A_MINUTE = 230 };
static int rate;

struct capture {
	int16_t *pcm;
	size_t n, cap, max;
	int err;
};

/* espeak-ng hands out samples as it goes. */
static int on_samples(short *wav, int n, espeak_EVENT *events)
{
	struct capture *c = events->user_data;

	if (!wav || n <= 0)
		return 0;
	if (c->n + (size_t)n > c->max) {
		c->err = -E2BIG;
		return 1;
	}
	if (c->n + (size_t)n > c->cap) {
		size_t cap = (c->n + (size_t)n) * 2;
		int16_t *pcm = yh_realloc(c->pcm, cap * sizeof(*pcm));

		if (!pcm) {
			c->err = -ENOMEM;
			return 1;
		}
		c->pcm = pcm;
		c->cap = cap;
	}
	memcpy(c->pcm + c->n, wav, (size_t)n * sizeof(*wav));
	c->n += (size_t)n;

	return 0;
}

static int open_engine(void)
{
	rate = espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, NULL,
				 espeakINITIALIZE_DONT_EXIT);
	if (rate <= 0)
		return -ENOENT;
	espeak_SetSynthCallback(on_samples);

	return espeak_SetVoiceByName(default_voice) == EE_OK ? 0 : -ENOENT;
}

static int render(const char *text, const char *voice, uint8_t **alaw,
		  size_t *n)
{
	struct capture c = {.max = (size_t)rate * TTS_MAX_SECONDS};
	struct tts_sound *sound;
	int err;

	if (espeak_SetVoiceByName(voice[0] ? voice : default_voice) != EE_OK)
		return -EINVAL;
	espeak_SetParameter(espeakRATE, WORDS_A_MINUTE, 0);
	if (espeak_Synth(text, strlen(text) + 1, 0, POS_CHARACTER, 0,
			 espeakCHARS_UTF8, NULL, &c) != EE_OK)
		c.err = -EIO;
	espeak_Synchronize();
	err = c.err;
	if (!err)
		err = tts_to_line(&(struct tts_pcm){c.pcm, c.n, (unsigned)rate},
				  -20, &sound);
	yh_free(c.pcm);
	if (err)
		return err;
	*n = sound->n;
	*alaw = yh_calloc(sound->n, 1);
	if (*alaw)
		memcpy(*alaw, sound->alaw, sound->n);
	tts_sound_unref(sound);
	err = *alaw ? 0 : -ENOMEM;

	return err;
}

const struct tts_engine_ops tts_engine_espeak = {
	.name = "espeak-ng-2",
	.open = open_engine,
	.render = render,
};
