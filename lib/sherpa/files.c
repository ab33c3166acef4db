/** @file files.c  Files of a model, contract in files.h */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sherpa/files.h"

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n >= k && !strcmp(s + n - k, end);
}

static void put_path(char path[YH_SHERPA_PATH], const char *dir,
		     const char *name)
{
	if ((size_t)snprintf(path, YH_SHERPA_PATH, "%s/%s", dir, name) >=
	    YH_SHERPA_PATH)
		path[0] = '\0';
}

void yh_sherpa_named(char path[YH_SHERPA_PATH], const char *dir,
		     const char *name)
{
	put_path(path, dir, name);
	if (path[0] && access(path, R_OK))
		path[0] = '\0';
}

/* Whether `name` is better than `best`. */
static bool better(const char *name, const char *best, bool int8)
{
	bool is = ends_with(name, ".int8.onnx");
	bool was = ends_with(best, ".int8.onnx");

	if (!best[0])
		return true;
	if (is != was)
		return is == int8;

	return strcmp(name, best) > 0; /* the same file, whatever the order */
}

void yh_sherpa_onnx(char path[YH_SHERPA_PATH], const char *dir, bool int8,
		    yh_sherpa_fits *fits, const char *part)
{
	char best[256] = "";
	const struct dirent *e;
	DIR *d = opendir(dir);

	path[0] = '\0';
	if (!d)
		return;
	while ((e = readdir(d))) {
		if (ends_with(e->d_name, ".onnx") && fits(e->d_name, part) &&
		    better(e->d_name, best, int8))
			snprintf(best, sizeof(best), "%s", e->d_name);
	}
	closedir(d);
	if (best[0])
		put_path(path, dir, best);
}

void yh_sherpa_miss(char *list, size_t size, bool missing, const char *what)
{
	size_t n = strlen(list);

	if (missing)
		snprintf(list + n, size - n, "%s%s", n ? ", " : "", what);
}

int yh_sherpa_complete(const char *dir, const char *list, char *error,
		       size_t size)
{
	if (!list[0])
		return 0;
	snprintf(error, size,
		 "%s: missing %s; `make model-info` tells where models are "
		 "from",
		 dir, list);

	return -ENOENT;
}
