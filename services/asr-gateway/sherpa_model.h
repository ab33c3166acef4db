/**
 * @file sherpa_model.h  Streaming models in the folders that sherpa-onnx
 *                       publishes.
 *
 * A transducer is encoder*.onnx, decoder*.onnx, joiner*.onnx and tokens.txt; a
 * paraformer has no joiner. Where a file is there twice, the small int8 one is
 * taken, but for a transducer's decoder, which costs nothing and suffers most.
 */
#ifndef ASR_SHERPA_MODEL_H
#define ASR_SHERPA_MODEL_H

#include <stdbool.h>
#include <stddef.h>

struct sherpa_files {
	bool paraformer;
	char encoder[1024], decoder[1024], joiner[1024], tokens[1024];
};

/** Find the files of a model.
 * @param error Receives every file that is missing (size bytes)
 * @return 0, -ENOENT */
int sherpa_model_find(struct sherpa_files *out, const char *dir, char *error,
		      size_t size);

#endif
