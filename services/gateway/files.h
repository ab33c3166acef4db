/**
 * @file files.h  The console's files, read into memory at start.
 *
 * A request only looks a path up in the table: it can reach nothing else.
 */
#ifndef GW_FILES_H
#define GW_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GW_FILES_MAX = 2000, GW_FILES_BYTES_MAX = 64 << 20 };

struct gw_file {
	char *path; /**< "/assets/index.js" */
	uint8_t *data;
	size_t len;
	const char *type; /**< "text/javascript; charset=utf-8" */
	char etag[24];
	/** What stands beside it as PATH.gz: the same, compressed; or NULL */
	const struct gw_file *gz;
};

struct gw_files {
	struct gw_file *list; /**< Sorted by path, shape (n) */
	size_t n, size, bytes;
};

/** Read a folder and all below. Links and names that begin with a dot are
 * left out. @return 0, -ENOENT, -ENOMEM, -EFBIG (too many or too much) */
int gw_files_load(struct gw_files *files, const char *root);
void gw_files_fini(struct gw_files *files);

/** Find the file for a path as sent: itself, or the index page for a path
 * of the console. @return NULL if there is none */
const struct gw_file *gw_files_find(const struct gw_files *files,
				    const char *path);

/** Does the client take gzip? @param accept Its Accept-Encoding, or NULL */
bool gw_accepts_gzip(const char *accept);

#endif
