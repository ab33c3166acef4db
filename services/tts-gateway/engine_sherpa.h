/**
 * @file engine_sherpa.h  sherpa-onnx's offline synthesis behind engine_local.h.
 *
 * Voices are the numbers of the model's speakers, "0" the first.
 */
#ifndef TTS_ENGINE_SHERPA_H
#define TTS_ENGINE_SHERPA_H

#include "engine_local.h"

struct tts_sherpa_conf {
	const char *model_dir;
	const char *library; /**< Folder of the shared objects, or NULL */
	uint32_t threads;    /**< Of one clause [1..64] */
};

/** Load library and model; takes seconds.
 * @param error Receives what is missing and what to do (size bytes)
 * @return 0, -ENOENT (library or files), -ELIBBAD (another library), -EINVAL
 * (files that are no model), -ENOMEM */
int tts_sherpa_open(struct tts_local *out, const struct tts_sherpa_conf *conf,
		    char *error, size_t size);

#endif
