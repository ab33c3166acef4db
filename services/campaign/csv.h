/**
 * @file csv.h  CSV, one row at a time out of a buffer.
 *
 * Pure. A bad row is reported with its line and a reason and parsing goes on
 * with the next line, so that one unclosed quote costs one row. A UTF-8 byte
 * order mark is skipped, CRLF and LF end a row, blank lines are skipped.
 *
 * Source: RFC 4180.
 */
#ifndef CMP_CSV_H
#define CMP_CSV_H

#include <stdbool.h>
#include <stddef.h>

enum {
	CMP_CSV_MAX_FIELDS = 64,
	CMP_CSV_MAX_FIELD = 4096, /**< [bytes] */
	CMP_CSV_MAX_ROW = 65536,  /**< Unquoted, with a NUL a field [bytes] */
};

struct cmp_csv {
	const char *p, *end; /**< Borrowed */
	unsigned line;	     /**< Of p, the first line is 1 */
	char text[CMP_CSV_MAX_ROW];
};

struct cmp_csv_row {
	unsigned line;	   /**< Where it begins */
	const char *error; /**< NULL, or what is wrong; static, no values */
	size_t n;	   /**< Fields */
	/** NUL-terminated, trimmed of blanks around; live until the next row */
	const char *fields[CMP_CSV_MAX_FIELDS];
	const char *raw; /**< The row as it is in the buffer, borrowed */
	size_t raw_len;
};

/** @param buf Borrowed while rows are read, shape (len) */
void cmp_csv_init(struct cmp_csv *csv, const char *buf, size_t len);

/** Next row. @return false at the end */
bool cmp_csv_next(struct cmp_csv *csv, struct cmp_csv_row *row);

/** A field for a spreadsheet: quoted, and a leading = + - @ tab or CR gets an
 * apostrophe so that it is never run as a formula (OWASP CSV injection).
 * @param out Receives up to 2 * len + 3 bytes, not NUL-terminated
 * @return Bytes written */
size_t cmp_csv_quote(const char *field, size_t len, char *out);

/** Is it UTF-8 (RFC 3629)? */
bool cmp_is_utf8(const char *p, size_t len);

#endif
