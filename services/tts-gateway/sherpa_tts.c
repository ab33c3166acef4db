/** @file sherpa_tts.c  sherpa-onnx's synthesis, contract in sherpa_tts.h */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "sherpa/sherpa.h"
#include "sherpa_tts.h"

enum { PATH = 1024 };

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

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n >= k && !strcmp(s + n - k, end);
}

static bool is_vocoder(const char *name)
{
	return !strncmp(name, "vocos", 5) || !strncmp(name, "hifigan", 7);
}

static void put_path(char path[PATH], const char *dir, const char *name)
{
	if ((size_t)snprintf(path, PATH, "%s/%s", dir, name) >= PATH)
		path[0] = '\0';
}

/* A file by its name; "" when it is not there. */
static void find_named(char path[PATH], const char *dir, const char *name)
{
	put_path(path, dir, name);
	if (path[0] && access(path, R_OK))
		path[0] = '\0';
}

/* The small int8 one where there are two. */
static void find_onnx(char path[PATH], const char *dir, bool vocoder)
{
	char best[256] = "";
	const struct dirent *e;
	DIR *d = opendir(dir);

	path[0] = '\0';
	if (!d)
		return;
	while ((e = readdir(d))) {
		bool better = !best[0] || (ends_with(e->d_name, ".int8.onnx") &&
					   !ends_with(best, ".int8.onnx"));

		if (ends_with(e->d_name, ".onnx") &&
		    is_vocoder(e->d_name) == vocoder && better)
			snprintf(best, sizeof(best), "%s", e->d_name);
	}
	closedir(d);
	if (best[0])
		put_path(path, dir, best);
}

static void find_lexicons(struct sherpa_tts_files *f, const char *dir)
{
	static const char *const names[] = {"lexicon.txt", "lexicon-us-en.txt",
					    "lexicon-zh.txt"};
	char path[PATH];

	f->lexicon[0] = '\0';
	for (size_t i = 0; i < YH_ARRAY_LEN(names); i++) {
		size_t n = strlen(f->lexicon);

		find_named(path, dir, names[i]);
		if (path[0] && n + strlen(path) + 2 < sizeof(f->lexicon))
			snprintf(f->lexicon + n, sizeof(f->lexicon) - n, "%s%s",
				 n ? "," : "", path);
	}
}

static void miss(char *list, size_t size, bool missing, const char *what)
{
	size_t n = strlen(list);

	if (missing)
		snprintf(list + n, size - n, "%s%s", n ? ", " : "", what);
}

int sherpa_tts_find(struct sherpa_tts_files *out, const char *dir, char *error,
		    size_t size)
{
	char list[256] = "";

	find_named(out->voices, dir, "voices.bin");
	find_named(out->tokens, dir, "tokens.txt");
	find_named(out->data_dir, dir, "espeak-ng-data");
	find_onnx(out->model, dir, false);
	find_onnx(out->vocoder, dir, true);
	find_lexicons(out, dir);
	out->kind = out->voices[0]    ? SHERPA_KOKORO
		    : out->vocoder[0] ? SHERPA_MATCHA
				      : SHERPA_VITS;
	miss(list, sizeof(list), !out->tokens[0], "tokens.txt");
	miss(list, sizeof(list), !out->model[0], "*.onnx");
	miss(list, sizeof(list), !out->lexicon[0] && !out->data_dir[0],
	     "lexicon.txt or espeak-ng-data");
	if (!list[0])
		return 0;
	snprintf(error, size,
		 "%s: missing %s; `make model-info` tells where models are "
		 "from",
		 dir, list);

	return -ENOENT;
}
