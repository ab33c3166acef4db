/** @file rec_sherpa.h  sherpa-onnx in this process as a recognizer. */
#ifndef ASR_REC_SHERPA_H
#define ASR_REC_SHERPA_H

#include <uv.h>

#include "recognizer.h"

struct asr_rec_sherpa_conf {
	const char *model_dir; /**< sherpa_model.h tells its layout */
	const char *library;   /**< Folder; "" or NULL: the system's */
	unsigned threads;      /**< That decode [1..64] */
};

/**
 * Load library and model. Each thread decodes its live streams in batches.
 * A transducer takes the phrases of the script's state as hot words.
 *
 * @param error Receives what is missing and what to do (size bytes)
 * @return 0, -ENOENT, -ELIBBAD, -EIO (the library refuses the model), -ENOMEM
 */
int asr_rec_sherpa_create(struct asr_recognizer **out, uv_loop_t *loop,
			  const struct asr_rec_sherpa_conf *conf, char *error,
			  size_t size);

#endif
