/** @file clean.c  What may reach an engine, contract in clean.h */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "clean.h"
#include "text/utf8.h"

enum { TAG_MAX = 1024, ENTITY_MAX = 12 };

/* ---- constructs that go as a whole ----------------------------------------
 */

/* @return Bytes of `open`...`close` at p, 0 = it is not closed in time */
static size_t enclosed(const char *p, const char *close)
{
	size_t k = strlen(close);

	for (size_t n = 1; n < TAG_MAX && p[n]; n++) {
		if (!strncmp(p + n, close, k))
			return n + k;
	}

	return 0;
}

static size_t entity(const char *p)
{
	size_t n = 1;

	while (n < ENTITY_MAX && (isalnum((unsigned char)p[n]) || p[n] == '#'))
		n++;

	return n > 1 && p[n] == ';' ? n + 1 : 0;
}

/* @return Bytes to leave out at p */
static size_t construct(const char *p)
{
	if (*p == '<' &&
	    (isalpha((unsigned char)p[1]) || (p[1] && strchr("/!?", p[1]))))
		return enclosed(p, ">");
	if (p[0] == '[' && p[1] == '[')
		return enclosed(p, "]]");

	return *p == '&' ? entity(p) : 0;
}

/* ---- characters ------------------------------------------------------------
 */

enum what { SPOKEN, SIGN, PAUSE, BLANK, NOTHING };

static bool within(uint32_t c, uint32_t from, uint32_t to)
{
	return c >= from && c <= to;
}

/* Full-width forms but the marks that Chinese is written with. */
static uint32_t fold(uint32_t c)
{
	if (c == 0xffe5)
		return 0xa5; /* ￥ */
	if (c == 0x3000)
		return ' ';
	if (c == 0x2013 || c == 0x2212)
		return '-';
	if (c == 0x223c)
		return '~';
	if (!within(c, 0xff01, 0xff5e) || c == 0xff0c || c == 0xff01 ||
	    c == 0xff1f || c == 0xff1b || c == 0xff1a || c == 0xff08 ||
	    c == 0xff09)
		return c;

	return c - 0xfee0;
}

static bool is_invisible(uint32_t c)
{
	return c == 0xad || within(c, 0x200b, 0x200f) ||
	       within(c, 0x202a, 0x202e) || within(c, 0x2060, 0x206f) ||
	       c == 0xfeff || within(c, 0xfe00, 0xfe0f) ||
	       within(c, 0x300, 0x36f) || within(c, 0xe0000, 0xe0fff);
}

static enum what ascii(uint32_t c)
{
	if (isalnum((int)c))
		return SPOKEN;
	if (strchr("%+-/:~*$", (int)c))
		return SIGN;

	return strchr(".,!?;()", (int)c) ? PAUSE : BLANK;
}

static enum what what_is(uint32_t c)
{
	static const uint32_t pauses[] = {
		0x3001, 0x3002, 0xff0c, 0xff01, 0xff1f, 0xff1b, 0xff1a, 0xff08,
		0xff09, 0x2014, 0x2026, 0x201c, 0x201d, 0x300a, 0x300b,
	};

	if (c < 0x80)
		return c < ' ' && c != '\n' && c != '\t' ? NOTHING : ascii(c);
	if (is_invisible(c))
		return NOTHING;
	for (size_t i = 0; i < sizeof(pauses) / sizeof(*pauses); i++) {
		if (c == pauses[i])
			return PAUSE;
	}
	/* yen, pound, euro, per mille, degree, times */
	if (c == 0xa5 || c == 0xa3 || c == 0x20ac || c == 0x2030 ||
	    c == 0x2103 || c == 0xd7)
		return SIGN;
	if (within(c, 0x3400, 0x4dbf) || within(c, 0x4e00, 0x9fff) ||
	    within(c, 0x20000, 0x323af) || c == 0x3007 ||
	    within(c, 0xc0, 0x24f) || within(c, 0x3041, 0x30ff))
		return SPOKEN;

	return BLANK;
}

/* ---- the text --------------------------------------------------------------
 */

struct out {
	char *p;
	size_t size, n;
	uint32_t last; /* character, 0 at the beginning */
	bool full;
};

static size_t encode(uint32_t c, char b[4])
{
	if (c < 0x80) {
		b[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		b[0] = (char)(0xc0 | c >> 6);
		b[1] = (char)(0x80 | (c & 63));
		return 2;
	}
	if (c < 0x10000) {
		b[0] = (char)(0xe0 | c >> 12);
		b[1] = (char)(0x80 | (c >> 6 & 63));
		b[2] = (char)(0x80 | (c & 63));
		return 3;
	}
	b[0] = (char)(0xf0 | c >> 18);
	b[1] = (char)(0x80 | (c >> 12 & 63));
	b[2] = (char)(0x80 | (c >> 6 & 63));
	b[3] = (char)(0x80 | (c & 63));

	return 4;
}

static void put(struct out *o, uint32_t c, enum what what)
{
	char b[4];
	size_t n;

	if (what == NOTHING)
		return;
	if (what == BLANK)
		c = ' ';
	if (c == ' ' && (!o->last || o->last == ' '))
		return;
	if (what == PAUSE && o->last == c)
		return;
	n = encode(c, b);
	if (o->n + n >= o->size) {
		o->full = true;
		return;
	}
	memcpy(o->p + o->n, b, n);
	o->n += n;
	o->last = c;
}

int tts_clean(const char *in, char *out, size_t size)
{
	struct out o = {.p = out, .size = size};

	if (!size)
		return -ENOSPC;
	while (*in && !o.full) {
		size_t skip = construct(in);
		const char *at = in;
		uint32_t c;

		if (skip) {
			put(&o, ' ', BLANK);
			in += skip;
			continue;
		}
		c = yh_utf8_next(&in);
		if (in == at || (c < 0x80 && in - at > 1) ||
		    (c >= 0x80 && in - at == 1)) {
			in = in == at ? at + 1 : in; /* no UTF-8 */
			continue;
		}
		c = fold(c);
		if (c == 0xff1a && o.last < 0x80 && isdigit((int)o.last) &&
		    isdigit((unsigned char)*in))
			c = ':'; /* 14：30 */
		put(&o, c, what_is(c));
	}
	while (o.n && out[o.n - 1] == ' ')
		o.n--;
	out[o.n] = '\0';

	return o.full ? -ENOSPC : 0;
}
