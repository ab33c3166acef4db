/**
 * @file sherpa_tts.h  What synthesis uses of the sherpa-onnx C library,
 * declared as that library has it (sherpa/sherpa.h), and the files of a model.
 *
 * Source: c-api.h of sherpa-onnx 1.13 (Apache-2.0): names and order of fields.
 */
#ifndef TTS_SHERPA_TTS_H
#define TTS_SHERPA_TTS_H

#include <stddef.h>
#include <stdint.h>

struct sherpa_tts_config {
	struct {
		const char *model, *lexicon, *tokens, *data_dir;
		float noise_scale, noise_scale_w, length_scale;
		const char *dict_dir; /* not used any more */
	} vits;
	int32_t num_threads, debug;
	const char *provider; /**< "cpu" */
	struct {
		const char *acoustic_model, *vocoder, *lexicon, *tokens,
			*data_dir;
		float noise_scale, length_scale;
		const char *dict_dir;
	} matcha;
	struct {
		const char *model, *voices, *tokens, *data_dir;
		float length_scale;
		const char *dict_dir, *lexicon, *lang;
	} kokoro;
	struct {
		const char *model, *voices, *tokens, *data_dir;
		float length_scale;
	} kitten;
	struct {
		const char *tokens, *encoder, *decoder, *vocoder, *data_dir,
			*lexicon;
		float feat_scale, t_shift, target_rms, guidance_scale;
	} zipvoice;
	struct {
		const char *files[7];
		int32_t cache;
	} pocket;
	const char *supertonic[7];
	const char *rule_fsts;
	int32_t max_num_sentences;
	const char *rule_fars;
	float silence_scale;
};

struct sherpa_audio {
	const float *samples; /**< Shape (n), [-1..1] */
	int32_t n, sample_rate;
};

struct sherpa_tts; /* the library's */

/** NAME in the library is SherpaOnnx<name>. */
#define SHERPA_TTS_FUNCTIONS(F)                                                \
	F(const struct sherpa_tts *, CreateOfflineTts,                         \
	  (const struct sherpa_tts_config *))                                  \
	F(void, DestroyOfflineTts, (const struct sherpa_tts *))                \
	F(int32_t, OfflineTtsNumSpeakers, (const struct sherpa_tts *))         \
	F(const struct sherpa_audio *, OfflineTtsGenerate,                     \
	  (const struct sherpa_tts *, const char *, int32_t, float))           \
	F(void, DestroyOfflineTtsGeneratedAudio, (const struct sherpa_audio *))

struct sherpa_tts_api {
#define SHERPA_MEMBER(result, name, args) result(*name) args;
	SHERPA_TTS_FUNCTIONS(SHERPA_MEMBER)
#undef SHERPA_MEMBER
};

/** @return As yh_sherpa_load() */
int sherpa_tts_load(struct sherpa_tts_api *api, const char *folder, char *error,
		    size_t size);

/** Files of a model; "" where it has none. */
struct sherpa_tts_files {
	enum { SHERPA_VITS, SHERPA_MATCHA, SHERPA_KOKORO } kind;
	char model[1024], vocoder[1024], voices[1024], tokens[1024];
	char lexicon[2048];  /**< Several with commas, for kokoro */
	char data_dir[1024]; /**< espeak-ng-data of the model's own */
};

/** Find the files of a model in a folder as sherpa-onnx publishes it: with
 * voices.bin it is a Kokoro, with a vocoder (vocos or hifigan) a Matcha, else
 * a VITS.
 * @param error Receives every file that is missing (size bytes)
 * @return 0, -ENOENT */
int sherpa_tts_find(struct sherpa_tts_files *out, const char *dir, char *error,
		    size_t size);

#endif
