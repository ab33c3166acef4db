/**
 * @file voices_conf.h  What the file of voices says, checked.
 *
 * The keys are described in docs/voices.md. Pure but for reading.
 */
#ifndef TTS_VOICES_CONF_H
#define TTS_VOICES_CONF_H

#include <stddef.h>
#include <stdint.h>

enum { TTS_RUNGS_MAX = 4 /**< espeak-ng among them */ };

/** 0 = not given; tts_config_load() puts the usual value in its place. */
struct tts_engine_config {
	char *name;
	char *engine; /**< "http", "sherpa" */
	char *url, *model, *format, *token_file, *ca_file; /**< Of http */
	char *model_dir, *library;			   /**< Of sherpa */
	uint32_t rate_hz;				   /**< Of pcm */
	uint32_t threads;				   /**< Of sherpa */
	uint32_t connect_ms, timeout_ms, max_renders;
	uint32_t max_error_percent, slow_ms, min_asked, open_ms, max_open_ms;
};

struct tts_rung_config {
	char *engine, *voice;
};

struct tts_voice_config {
	char *name;
	struct tts_rung_config *ladder; /**< Shape (n_ladder) */
	unsigned n_ladder;
	char *embedded; /**< espeak-ng's voice, the last rung */
};

struct tts_config {
	char **hosts; /**< Shape (n_hosts): who may be asked */
	unsigned n_hosts;
	struct tts_engine_config *engines; /**< Shape (n_engines) */
	unsigned n_engines;
	struct tts_voice_config *voices; /**< Shape (n_voices), n > 0 */
	unsigned n_voices;
};

/** @param error Receives what is wrong (size bytes)
 * @return 0, YH_ERR_BAD_CONFIG */
int tts_config_load(struct tts_config **out, const char *path, char *error,
		    size_t size);
/** @param c Taken, may be NULL */
void tts_config_free(struct tts_config *c);
/** @return Index of the engine, or -1 */
int tts_config_engine(const struct tts_config *c, const char *name);

#endif
