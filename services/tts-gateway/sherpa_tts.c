/** @file sherpa_tts.c  sherpa-onnx's synthesis, contract in sherpa_tts.h */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "sherpa/files.h"
#include "sherpa/sherpa.h"
#include "sherpa_tts.h"

int sherpa_tts_load(struct sherpa_tts_api *api, const char *folder, char *error,
		    size_t size)
{
#define SYMBOL(result, name, args) {#name, (void **)(void *)&api->name},
	const struct yh_sherpa_symbol symbols[] = {
		SHERPA_TTS_FUNCTIONS(SYMBOL)};
#undef SYMBOL

	return yh_sherpa_load(folder, symbols, YH_ARRAY_LEN(symbols), error,
			      size);
}

/* ---- files -----------------------------------------------------------------
 */

static bool is_vocoder(const char *name, const char *part)
{
	(void)part;

	return !strncmp(name, "vocos", 5) || !strncmp(name, "hifigan", 7);
}

static bool is_model(const char *name, const char *part)
{
	return !is_vocoder(name, part);
}

static void find_lexicons(struct sherpa_tts_files *f, const char *dir)
{
	static const char *const names[] = {"lexicon.txt", "lexicon-us-en.txt",
					    "lexicon-zh.txt"};
	char path[YH_SHERPA_PATH];

	f->lexicon[0] = '\0';
	for (size_t i = 0; i < YH_ARRAY_LEN(names); i++) {
		size_t n = strlen(f->lexicon);

		yh_sherpa_named(path, dir, names[i]);
		if (path[0] && n + strlen(path) + 2 < sizeof(f->lexicon))
			snprintf(f->lexicon + n, sizeof(f->lexicon) - n, "%s%s",
				 n ? "," : "", path);
	}
}

int sherpa_tts_find(struct sherpa_tts_files *out, const char *dir, char *error,
		    size_t size)
{
	char list[256] = "";

	yh_sherpa_named(out->voices, dir, "voices.bin");
	yh_sherpa_named(out->tokens, dir, "tokens.txt");
	yh_sherpa_named(out->data_dir, dir, "espeak-ng-data");
	yh_sherpa_onnx(out->model, dir, true, is_model, NULL);
	yh_sherpa_onnx(out->vocoder, dir, true, is_vocoder, NULL);
	find_lexicons(out, dir);
	out->kind = out->voices[0]    ? SHERPA_KOKORO
		    : out->vocoder[0] ? SHERPA_MATCHA
				      : SHERPA_VITS;
	yh_sherpa_miss(list, sizeof(list), !out->tokens[0], "tokens.txt");
	yh_sherpa_miss(list, sizeof(list), !out->model[0], "*.onnx");
	yh_sherpa_miss(list, sizeof(list),
		       !out->lexicon[0] && !out->data_dir[0],
		       "lexicon.txt or espeak-ng-data");

	return yh_sherpa_complete(dir, list, error, size);
}
