/** @file sherpa_model.c  Files of a streaming model, contract in
 * sherpa_model.h */
#include <string.h>

#include "sherpa/files.h"
#include "sherpa_model.h"

static bool is_part(const char *name, const char *part)
{
	return !strncmp(name, part, strlen(part));
}

int sherpa_model_find(struct sherpa_files *out, const char *dir, char *error,
		      size_t size)
{
	char list[256] = "";
	bool named;

	yh_sherpa_onnx(out->encoder, dir, true, is_part, "encoder");
	yh_sherpa_onnx(out->joiner, dir, true, is_part, "joiner");
	/* A published transducer's files carry their epoch. */
	named = strstr(out->encoder, "-epoch-");
	out->paraformer = !out->joiner[0] && !named;
	yh_sherpa_onnx(out->decoder, dir, out->paraformer, is_part, "decoder");
	yh_sherpa_named(out->tokens, dir, "tokens.txt");
	yh_sherpa_miss(list, sizeof(list), !out->tokens[0], "tokens.txt");
	yh_sherpa_miss(list, sizeof(list), !out->encoder[0], "encoder*.onnx");
	yh_sherpa_miss(list, sizeof(list), !out->decoder[0], "decoder*.onnx");
	yh_sherpa_miss(list, sizeof(list), !out->joiner[0] && named,
		       "joiner*.onnx");

	return yh_sherpa_complete(dir, list, error, size);
}
