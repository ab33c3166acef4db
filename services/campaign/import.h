/**
 * @file import.h  A CSV file as sealed rows, ready for the database.
 *
 * No loop: runs on a worker thread. What is wrong with a row is kept with its
 * line; the value never is part of the reason.
 */
#ifndef CMP_IMPORT_H
#define CMP_IMPORT_H

#include <stddef.h>

#include "areas.h"
#include "arena.h"
#include "crypto/crypto.h"

enum {
	CMP_IMPORT_BATCH = 1000,      /**< Rows a statement */
	CMP_IMPORT_MAX_ROWS = 500000, /**< A file */
};

/** One good row. Texts are bytea literals. */
struct cmp_import_row {
	const char *line; /**< As text */
	const char *phone_hash, *phone, *masked, *variables;
	const char *facts;	 /**< See facts.h */
	const char *person_hash; /**< NULL: the number is the person */
	const char *raw;	 /**< Borrowed from the file */
	size_t raw_len;
};

/** One bad row. */
struct cmp_import_bad {
	unsigned line;
	const char *reason;
	const char *raw; /**< Borrowed from the file */
	size_t raw_len;
};

struct cmp_import {
	struct cmp_arena arena; /**< Holds all below */
	const char *error;	/**< The whole file is refused; NULL = fine */
	const char *header;	/**< The header line */
	struct cmp_import_row *rows;
	size_t n_rows;
	struct cmp_import_bad *bad;
	size_t n_bad;
};

/** Read a file. @param im Zeroed; end it with cmp_import_fini
 * @param areas Borrowed, may be NULL
 * @param buf Borrowed until then, shape (len) */
void cmp_import_read(struct cmp_import *im, const struct yh_keys *keys,
		     const struct cmp_areas *areas, const char *buf,
		     size_t len);
/** Note a row as bad later on (a duplicate in the campaign). */
void cmp_import_add_bad(struct cmp_import *im, unsigned line,
			const char *reason, const char *raw, size_t raw_len);
void cmp_import_fini(struct cmp_import *im);

#endif
