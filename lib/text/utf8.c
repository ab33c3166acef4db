/** @file utf8.c  Texts as rows of characters, contract in utf8.h */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "text/utf8.h"

uint32_t yh_utf8_next(const char **p)
{
	const unsigned char *s = (const unsigned char *)*p;
	unsigned more = *s >= 0xf0 ? 3 : *s >= 0xe0 ? 2 : *s >= 0xc2 ? 1 : 0;
	uint32_t c = more ? *s & (0x3fu >> more) : *s;

	if (!*s)
		return 0;
	for (unsigned i = 1; i <= more; i++) {
		if ((s[i] & 0xc0) != 0x80) {
			++*p;
			return *s;
		}
		c = c << 6 | (s[i] & 0x3f);
	}
	*p += more + 1;

	return c;
}

static bool is_mark(uint32_t c)
{
	if (c < 0x80)
		return c <= ' ' || c == 0x7f || ispunct((int)c);

	return c == 0xa0 || c == 0xb7 || c == 0xfeff ||
	       (c >= 0x2000 && c <= 0x206f) || (c >= 0x3000 && c <= 0x3004) ||
	       (c >= 0x3008 && c <= 0x3020) || (c >= 0xff01 && c <= 0xff0f) ||
	       (c >= 0xff1a && c <= 0xff20) || (c >= 0xff3b && c <= 0xff40) ||
	       (c >= 0xff5b && c <= 0xff65);
}

void yh_utf8_spoken(const char *text, char *out, size_t size)
{
	const char *p = text;
	size_t n = 0;

	for (;; text = p) {
		uint32_t c = yh_utf8_next(&p);
		size_t len = (size_t)(p - text);

		if (!c || n + len >= size)
			break;
		if (is_mark(c))
			continue;
		memcpy(out + n, text, len);
		n += len;
	}
	if (size)
		out[n] = '\0';
}

/* One row of the table, for a character of a. */
static void next_row(size_t *row, uint32_t c, const char *b)
{
	size_t diagonal = row[0]++;

	for (size_t j = 1; *b; j++) {
		uint32_t d = yh_utf8_next(&b);
		size_t best = diagonal + (c != d);

		diagonal = row[j];
		if (row[j] + 1 < best)
			best = row[j] + 1;
		if (row[j - 1] + 1 < best)
			best = row[j - 1] + 1;
		row[j] = best;
	}
}

long yh_utf8_distance(const char *a, const char *b)
{
	size_t n = 0, *row;
	long distance;

	for (const char *p = b; yh_utf8_next(&p);)
		n++;
	row = yh_calloc(n + 1, sizeof(*row));
	if (!row)
		return -ENOMEM;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (uint32_t c; (c = yh_utf8_next(&a));)
		next_row(row, c, b);
	distance = (long)row[n];
	yh_free(row);

	return distance;
}
