/** @file sherpa_model.c  Files of a streaming model, contract in
 * sherpa_model.h */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sherpa_model.h"

enum { PATH = 1024 };

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n >= k && !strcmp(s + n - k, end);
}

/* Whether `name` is a better file for a part than `best`. */
static bool better(const char *name, const char *best, bool want_int8)
{
	bool is = ends_with(name, ".int8.onnx");
	bool was = ends_with(best, ".int8.onnx");

	if (!best[0])
		return true;
	if (is != was)
		return is == want_int8;

	return strcmp(name, best) > 0; /* the same file, whatever the order */
}

/* <part>*.onnx. @param path PATH bytes; "" when there is none */
static void find(const char *dir, const char *part, bool want_int8, char *path)
{
	char best[256] = "";
	const struct dirent *e;
	DIR *d = opendir(dir);

	path[0] = '\0';
	if (!d)
		return;
	while ((e = readdir(d))) {
		if (!strncmp(e->d_name, part, strlen(part)) &&
		    ends_with(e->d_name, ".onnx") &&
		    better(e->d_name, best, want_int8))
			snprintf(best, sizeof(best), "%s", e->d_name);
	}
	closedir(d);
	if (best[0] && (size_t)snprintf(path, PATH, "%s/%s", dir, best) >= PATH)
		path[0] = '\0';
}

static void miss(char *error, size_t size, const char *what)
{
	size_t n = strlen(error);

	snprintf(error + n, size - n, "%s%s", n ? ", " : "", what);
}

int sherpa_model_find(struct sherpa_files *out, const char *dir, char *error,
		      size_t size)
{
	char list[256] = "";
	bool named;

	find(dir, "encoder", true, out->encoder);
	find(dir, "joiner", true, out->joiner);
	/* A published transducer's files carry their epoch. */
	named = strstr(out->encoder, "-epoch-");
	out->paraformer = !out->joiner[0] && !named;
	find(dir, "decoder", out->paraformer, out->decoder);
	if ((size_t)snprintf(out->tokens, PATH, "%s/tokens.txt", dir) >= PATH ||
	    access(out->tokens, R_OK))
		miss(list, sizeof(list), "tokens.txt");
	if (!out->encoder[0])
		miss(list, sizeof(list), "encoder*.onnx");
	if (!out->decoder[0])
		miss(list, sizeof(list), "decoder*.onnx");
	if (!out->joiner[0] && named)
		miss(list, sizeof(list), "joiner*.onnx");
	if (!list[0])
		return 0;
	snprintf(error, size,
		 "%s: missing %s; `make model-info` tells where models are "
		 "from",
		 dir, list);

	return -ENOENT;
}
