/** @file csv.c  CSV rows, contract in csv.h */
#include <string.h>

#include "csv.h"

void cmp_csv_init(struct cmp_csv *csv, const char *buf, size_t len)
{
	if (len >= 3 && !memcmp(buf, "\xef\xbb\xbf", 3)) {
		buf += 3;
		len -= 3;
	}
	csv->p = buf;
	csv->end = buf + len;
	csv->line = 1;
}

/* Bytes of the UTF-8 character at p, 0 when it is none. */
static size_t utf8_char(const unsigned char *p, size_t len)
{
	static const unsigned char lo[] = {0, 0, 0xc2, 0xe0, 0xf0};
	size_t n = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;

	if (n == 1)
		return 1;
	if (len < n || p[0] < lo[n] || p[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;

	return n;
}

bool cmp_is_utf8(const char *p, size_t len)
{
	while (len) {
		size_t n = utf8_char((const unsigned char *)p, len);

		if (!n)
			return false;
		p += n;
		len -= n;
	}

	return true;
}

static const char *line_end(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));

	return nl ? nl : end;
}

/* Trim blanks in place, end with NUL. */
static const char *trim(char *from, char *to)
{
	while (from < to && (*from == ' ' || *from == '\t'))
		from++;
	while (to > from && (to[-1] == ' ' || to[-1] == '\t'))
		to--;
	*to = '\0';

	return from;
}

/* Read a quoted field behind its opening quote. @return the place behind the
 * closing quote or NULL */
static const char *quoted(const char *p, const char *end, char **to,
			  const char **error)
{
	const char *start = *to;

	for (; p < end; p++) {
		if (*p == '"' && (p + 1 == end || p[1] != '"'))
			return p + 1;
		if (*p == '"')
			p++;
		if (*to - start >= CMP_CSV_MAX_FIELD)
			break;
		*(*to)++ = *p;
	}
	*error = "a quote is opened and never closed; close it or remove it";

	return NULL;
}

static const char *unquoted(const char *p, const char *end, char **to,
			    const char **error)
{
	const char *start = *to;

	for (; p < end && *p != ',' && *p != '\n'; p++) {
		if (*p == '\r' && (p + 1 == end || p[1] == '\n'))
			break;
		if (*p == '"') {
			*error = "a quote inside a field that is not quoted; "
				 "quote the whole field and double the quote";
			return NULL;
		}
		if (*to - start >= CMP_CSV_MAX_FIELD) {
			*error = "a field is longer than 4096 bytes";
			return NULL;
		}
		*(*to)++ = *p;
	}

	return p;
}

/* One field and what follows it. @return the place behind it, NULL on error */
static const char *field(struct cmp_csv_row *row, const char *p,
			 const char *end, char **to)
{
	char *start = *to;
	bool is_quoted = p < end && *p == '"';

	p = is_quoted ? quoted(p + 1, end, to, &row->error)
		      : unquoted(p, end, to, &row->error);
	if (!p)
		return NULL;
	if (p < end && *p == '\r' && (p + 1 == end || p[1] == '\n'))
		p++;
	if (p < end && *p != ',' && *p != '\n') {
		row->error = "text behind a closing quote; put a comma between";
		return NULL;
	}
	if (memchr(start, '\0', (size_t)(*to - start))) {
		row->error = "a NUL byte; save the file as UTF-8 text";
		return NULL;
	}
	if (!cmp_is_utf8(start, (size_t)(*to - start))) {
		row->error = "not UTF-8; save the file as UTF-8";
		return NULL;
	}
	row->fields[row->n++] = trim(start, *to);
	(*to)++;

	return p;
}

static const char *fields(struct cmp_csv *csv, struct cmp_csv_row *row)
{
	const char *p = csv->p;
	char *to = csv->text;

	for (;;) {
		if (row->n == CMP_CSV_MAX_FIELDS) {
			row->error = "more than 64 fields";
			return NULL;
		}
		if (to + CMP_CSV_MAX_FIELD + 1 >
		    csv->text + sizeof(csv->text)) {
			row->error = "a row is longer than 64 KiB";
			return NULL;
		}
		p = field(row, p, csv->end, &to);
		if (!p || p == csv->end || *p == '\n')
			return p;
		p++;
	}
}

static void skip_blank_lines(struct cmp_csv *csv)
{
	while (csv->p < csv->end) {
		const char *p = csv->p;

		if (*p == '\r')
			p++;
		if (p < csv->end && *p != '\n')
			return;
		csv->p = p < csv->end ? p + 1 : p;
		csv->line++;
	}
}

bool cmp_csv_next(struct cmp_csv *csv, struct cmp_csv_row *row)
{
	const char *end;

	skip_blank_lines(csv);
	if (csv->p >= csv->end)
		return false;
	memset(row, 0, sizeof(*row));
	row->line = csv->line;
	row->raw = csv->p;
	end = fields(csv, row);
	if (!end) {
		row->n = 0;
		end = line_end(csv->p, csv->end);
	}
	row->raw_len = (size_t)(end - csv->p);
	for (const char *p = csv->p; p < end; p++)
		csv->line += *p == '\n';
	csv->p = end;
	if (csv->p < csv->end) {
		csv->p++;
		csv->line++;
	}
	while (row->raw_len && row->raw[row->raw_len - 1] == '\r')
		row->raw_len--;

	return true;
}

size_t cmp_csv_quote(const char *field, size_t len, char *out)
{
	char *p = out;

	*p++ = '"';
	if (len && memchr("=+-@\t\r", field[0], 6))
		*p++ = '\'';
	for (size_t i = 0; i < len; i++) {
		if (field[i] == '"')
			*p++ = '"';
		*p++ = field[i];
	}
	*p++ = '"';

	return (size_t)(p - out);
}
