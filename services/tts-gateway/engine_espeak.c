/**
 * @file engine_espeak.c  espeak-ng behind engine_local.h.
 *
 * espeak-ng has one global state: one thread, one engine a process. Text goes
 * in as plain UTF-8: neither SSML nor phonemes are asked for.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <espeak-ng/speak_lib.h>

#include "base/mem.h"
#include "engine_local.h"

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

static int render(void *state, const char *text, const char *voice,
		  struct tts_pcm *out)
{
	static char current[64]; /* choosing a voice reads files */
	struct capture c = {.max = (size_t)rate * TTS_MAX_SECONDS};

	(void)state;
	if (strcmp(current, voice) != 0) {
		current[0] = '\0';
		if (espeak_SetVoiceByName(voice) != EE_OK)
			return -EINVAL;
		snprintf(current, sizeof(current), "%s", voice);
	}
	espeak_SetParameter(espeakRATE, WORDS_A_MINUTE, 0);
	if (espeak_Synth(text, strlen(text) + 1, 0, POS_CHARACTER, 0,
			 espeakCHARS_UTF8, NULL, &c) != EE_OK)
		c.err = -EIO;
	espeak_Synchronize();
	if (c.err) {
		yh_free(c.pcm);
		return c.err;
	}
	*out = (struct tts_pcm){c.pcm, c.n, (unsigned)rate};

	return 0;
}

static void destroy(void *state)
{
	(void)state;
	espeak_Terminate();
}

int tts_espeak_open(struct tts_local *out)
{
	static const struct tts_local_ops ops = {render, destroy};

	rate = espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, NULL,
				 espeakINITIALIZE_DONT_EXIT);
	if (rate <= 0)
		return -ENOENT;
	espeak_SetSynthCallback(on_samples);
	*out = (struct tts_local){
		.ops = &ops,
		/* With what is fixed here: another pace is another sound. */
		.version = "espeak-ng 1.51, 230 words a minute",
	};

	return 0;
}
