/** @file engine_sherpa.c  sherpa-onnx, contract in engine_sherpa.h */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine_sherpa.h"
#include "sherpa/sherpa.h"
#include "sherpa_tts.h"

struct sherpa {
	struct sherpa_tts_api api;
	struct sherpa_tts_files files;
	const struct sherpa_tts *tts;
	int32_t n_speakers;
	char version[TTS_VERSION_MAX];
};

/* ---- rendering: on the worker ----------------------------------------------
 */

static int to_pcm(const struct sherpa_audio *a, struct tts_pcm *out)
{
	out->samples = yh_calloc((size_t)a->n + 1, sizeof(*out->samples));
	if (!out->samples)
		return -ENOMEM;
	for (int32_t i = 0; i < a->n; i++)
		out->samples[i] = (int16_t)lrintf(
			fminf(fmaxf(a->samples[i] * 32767, -32768), 32767));
	out->n = (size_t)a->n;
	out->rate_hz = (unsigned)a->sample_rate;

	return 0;
}

static int render(void *state, const char *text, const char *voice,
		  struct tts_pcm *out)
{
	struct sherpa *s = state;
	const struct sherpa_audio *a;
	char *end;
	long speaker = strtol(voice, &end, 10);
	int err;

	if (*end || speaker < 0 || speaker >= s->n_speakers)
		return -EINVAL;
	a = s->api.OfflineTtsGenerate(s->tts, text, (int32_t)speaker, 1);
	if (!a)
		return -EIO;
	err = a->n > 0 ? to_pcm(a, out) : -EIO;
	s->api.DestroyOfflineTtsGeneratedAudio(a);

	return err;
}

static void destroy(void *state)
{
	struct sherpa *s = state;

	if (s->tts)
		s->api.DestroyOfflineTts(s->tts);
	yh_free(s);
}

/* ---- opening ---------------------------------------------------------------
 */

static struct sherpa_tts_config config_of(const struct sherpa_tts_files *f,
					  uint32_t threads)
{
	struct sherpa_tts_config c = {.num_threads = (int32_t)threads,
				      .provider = "cpu",
				      .max_num_sentences = 1};

	switch (f->kind) {
	case SHERPA_VITS:
		c.vits.model = f->model;
		c.vits.lexicon = f->lexicon;
		c.vits.tokens = f->tokens;
		c.vits.data_dir = f->data_dir;
		break;
	case SHERPA_MATCHA:
		c.matcha.acoustic_model = f->model;
		c.matcha.vocoder = f->vocoder;
		c.matcha.lexicon = f->lexicon;
		c.matcha.tokens = f->tokens;
		c.matcha.data_dir = f->data_dir;
		break;
	case SHERPA_KOKORO:
		c.kokoro.model = f->model;
		c.kokoro.voices = f->voices;
		c.kokoro.tokens = f->tokens;
		c.kokoro.lexicon = f->lexicon;
		c.kokoro.data_dir = f->data_dir;
		break;
	}

	return c;
}

static int open_model(struct sherpa *s, const struct tts_sherpa_conf *conf,
		      char *error, size_t size)
{
	int err = sherpa_tts_find(&s->files, conf->model_dir, error, size);
	struct sherpa_tts_config c;
	const char *slash;

	if (!err)
		err = sherpa_tts_load(&s->api, conf->library, error, size);
	if (err)
		return err;
	c = config_of(&s->files, conf->threads);
	s->tts = s->api.CreateOfflineTts(&c);
	if (!s->tts) {
		snprintf(error, size, "%s: is no model that sherpa-onnx reads",
			 conf->model_dir);
		return -EINVAL;
	}
	s->n_speakers = s->api.OfflineTtsNumSpeakers(s->tts);
	if (s->n_speakers < 1)
		s->n_speakers = 1;
	slash = strrchr(conf->model_dir, '/');
	snprintf(s->version, sizeof(s->version), "sherpa %s %.80s",
		 YH_SHERPA_VERSION, slash ? slash + 1 : conf->model_dir);

	return 0;
}

int tts_sherpa_open(struct tts_local *out, const struct tts_sherpa_conf *conf,
		    char *error, size_t size)
{
	static const struct tts_local_ops ops = {render, destroy};
	struct sherpa *s = yh_zalloc(sizeof(*s));
	int err = s ? open_model(s, conf, error, size) : -ENOMEM;

	if (err) {
		yh_free(s);
		return err;
	}
	*out = (struct tts_local){&ops, s, s->version};

	return 0;
}
