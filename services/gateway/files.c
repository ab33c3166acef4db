/** @file files.c  The console's files in memory, contract in files.h */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "files.h"
#include "template.h"

enum { DEPTH_MAX = 8 };

static const char *type_of(const char *path)
{
	static const char *const types[][2] = {
		{".html", "text/html; charset=utf-8"},
		{".js", "text/javascript; charset=utf-8"},
		{".mjs", "text/javascript; charset=utf-8"},
		{".css", "text/css; charset=utf-8"},
		{".json", "application/json"},
		{".map", "application/json"},
		{".svg", "image/svg+xml"},
		{".png", "image/png"},
		{".jpg", "image/jpeg"},
		{".ico", "image/x-icon"},
		{".woff2", "font/woff2"},
		{".woff", "font/woff"},
		{".txt", "text/plain; charset=utf-8"},
		{".wav", "audio/wav"},
	};
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot && i < YH_ARRAY_LEN(types); i++)
		if (!strcmp(dot, types[i][0]))
			return types[i][1];

	return "application/octet-stream";
}

/* FNV-1a: tells one build's file from another's. */
static void set_etag(struct gw_file *f)
{
	uint64_t h = 14695981039346656037U;

	for (size_t i = 0; i < f->len; i++)
		h = (h ^ f->data[i]) * 1099511628211U;
	snprintf(f->etag, sizeof(f->etag), "\"%016" PRIx64 "\"", h);
}

static int read_all(int fd, uint8_t *data, size_t len)
{
	while (len) {
		ssize_t n = read(fd, data, len);

		if (n <= 0)
			return n ? -errno : -EIO;
		data += n;
		len -= (size_t)n;
	}

	return 0;
}

static int add(struct gw_files *files, int fd, size_t len, const char *path)
{
	struct gw_file *f;
	int err;

	if (files->n == GW_FILES_MAX || len > GW_FILES_BYTES_MAX - files->bytes)
		return -EFBIG;
	if (files->n == files->size) {
		size_t size = files->size ? 2 * files->size : 32;

		f = yh_realloc(files->list, size * sizeof(*f));
		if (!f)
			return -ENOMEM;
		files->list = f;
		files->size = size;
	}
	f = &files->list[files->n];
	memset(f, 0, sizeof(*f));
	f->path = yh_strdup(path);
	f->data = yh_zalloc(len);
	f->len = len;
	f->type = type_of(path);
	files->n++;
	files->bytes += len;
	err = f->path && f->data ? read_all(fd, f->data, len) : -ENOMEM;
	if (!err)
		set_etag(f);

	return err;
}

static int walk(struct gw_files *files, int dir, const char *path, int depth);

static int visit(struct gw_files *files, int dir, const char *parent,
		 const char *name, int depth)
{
	char *path = yh_asprintf("%s/%s", parent, name);
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;
	int err = path ? 0 : -ENOMEM;

	if (fd < 0 || err) {
		err = err ? err : errno == ELOOP ? 0 : -errno;
	} else if (fstat(fd, &st)) {
		err = -errno;
	} else if (S_ISDIR(st.st_mode)) {
		err = walk(files, fd, path, depth + 1);
		fd = -1;
	} else if (S_ISREG(st.st_mode)) {
		err = add(files, fd, (size_t)st.st_size, path);
	}
	if (fd >= 0)
		close(fd);
	yh_free(path);

	return err;
}

/* @param dir Taken */
static int walk(struct gw_files *files, int dir, const char *path, int depth)
{
	DIR *d = depth < DEPTH_MAX ? fdopendir(dir) : NULL;
	struct dirent *entry;
	int err = 0;

	if (!d) {
		close(dir);
		return -EFBIG;
	}
	while (!err && (entry = readdir(d)))
		if (entry->d_name[0] != '.')
			err = visit(files, dirfd(d), path, entry->d_name,
				    depth);
	closedir(d);

	return err;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct gw_file *)a)->path,
		      ((const struct gw_file *)b)->path);
}

static const struct gw_file *get(const struct gw_files *files, const char *path)
{
	struct gw_file key = {.path = (char *)path};

	if (!files->n)
		return NULL;

	return bsearch(&key, files->list, files->n, sizeof(key), by_path);
}

static int pair_up(struct gw_files *files)
{
	for (size_t i = 0; i < files->n; i++) {
		char *path = yh_asprintf("%s.gz", files->list[i].path);

		if (!path)
			return -ENOMEM;
		files->list[i].gz = get(files, path);
		yh_free(path);
	}

	return 0;
}

int gw_files_load(struct gw_files *files, const char *root)
{
	int dir = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err;

	memset(files, 0, sizeof(*files));
	if (dir < 0)
		return -errno;

	err = walk(files, dir, "", 0);
	if (files->n)
		qsort(files->list, files->n, sizeof(*files->list), by_path);
	if (!err)
		err = pair_up(files);
	if (err)
		gw_files_fini(files);

	return err;
}

void gw_files_fini(struct gw_files *files)
{
	for (size_t i = 0; i < files->n; i++) {
		yh_free(files->list[i].path);
		yh_free(files->list[i].data);
	}
	yh_free(files->list);
	memset(files, 0, sizeof(*files));
}

const struct gw_file *gw_files_find(const struct gw_files *files,
				    const char *path)
{
	const struct gw_file *f;
	char plain[512];
	size_t n;

	if (strlen(path) >= sizeof(plain) ||
	    gw_unescape(path, strlen(path), false, false, plain, &n))
		return NULL;
	f = get(files, plain);
	if (f)
		return f;
	/* The console's own paths have no dot; a file that is not there
	 * must not come as a page. */
	if (strchr(strrchr(plain, '/') ? strrchr(plain, '/') : plain, '.'))
		return NULL;

	return get(files, "/index.html");
}

/* Of "gzip;q=0.8, *;q=0". @return 1: taken, 0: refused (q=0), -1: not named */
static int says(const char *accept, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = accept; *p; p += strcspn(p, ",")) {
		const char *q;

		p += strspn(p, " \t,");
		if (strncasecmp(p, name, n) || strcspn(p + n, " \t;,"))
			continue;
		q = memchr(p, '=', strcspn(p, ","));
		return !q || strtod(q + 1, NULL) > 0;
	}

	return -1;
}

bool gw_accepts_gzip(const char *accept)
{
	int gzip = accept ? says(accept, "gzip") : 0;

	return (gzip < 0 ? says(accept, "*") : gzip) > 0;
}
