/** @file lex.c  Tokens of a JSON text, contract in lex.h */
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "json/lex.h"

/* ---- UTF-8 --------------------------------------------------------------- */

static bool tail(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* Length of the UTF-8 sequence at s: 1..4, 0 = invalid (also overlong,
 * surrogates, above U+10FFFF). */
static size_t utf8_len(const char *s, size_t len)
{
	const unsigned char *u = (const unsigned char *)s;

	if (!len)
		return 0;
	if (u[0] < 0x80)
		return 1;
	if (u[0] < 0xc2)
		return 0;
	if (u[0] < 0xe0)
		return len >= 2 && tail(u[1]) ? 2 : 0;
	if (u[0] < 0xf0) {
		if (len < 3 || !tail(u[1]) || !tail(u[2]) ||
		    (u[0] == 0xe0 && u[1] < 0xa0) ||
		    (u[0] == 0xed && u[1] > 0x9f))
			return 0;
		return 3;
	}
	if (u[0] > 0xf4 || len < 4 || !tail(u[1]) || !tail(u[2]) ||
	    !tail(u[3]) || (u[0] == 0xf0 && u[1] < 0x90) ||
	    (u[0] == 0xf4 && u[1] > 0x8f))
		return 0;

	return 4;
}

bool yh_utf8_valid(const char *s, size_t len)
{
	while (len) {
		size_t n = utf8_len(s, len);

		if (!n)
			return false;
		s += n;
		len -= n;
	}

	return true;
}

static size_t put_utf8(char *out, uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));

	return 4;
}

/* ---- tokens -------------------------------------------------------------- */

static void fail(struct yh_lex *lex, const char *error)
{
	lex->tok = YH_TOK_ERROR;
	lex->error = error;
}

/* A decoded token is never longer than its text. */
static bool room(struct yh_lex *lex, size_t len)
{
	size_t size = lex->size ? lex->size : 64;
	char *p;

	if (len < lex->size)
		return true;
	while (size <= len)
		size *= 2;
	p = yh_realloc(lex->str, size);
	if (!p) {
		fail(lex, "out of memory");
		return false;
	}
	lex->str = p;
	lex->size = size;

	return true;
}

static int hex4(const char *p, const char *end)
{
	int v = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = p[i];
		int d = c >= '0' && c <= '9'   ? c - '0'
			: c >= 'a' && c <= 'f' ? c - 'a' + 10
			: c >= 'A' && c <= 'F' ? c - 'A' + 10
					       : -1;

		if (d < 0)
			return -1;
		v = v << 4 | d;
	}

	return v;
}

/* @param p After "\u" @return Bytes taken, 0 when broken */
static size_t unicode(const char *p, const char *end, char *out, size_t *n)
{
	int high = hex4(p, end), low;

	if (high < 0 || (high >= 0xdc00 && high < 0xe000))
		return 0;
	if (high < 0xd800 || high >= 0xe000) {
		*n = put_utf8(out, (uint32_t)high);
		return 4;
	}
	if (end - p < 10 || p[4] != '\\' || p[5] != 'u')
		return 0;
	low = hex4(p + 6, end);
	if (low < 0xdc00 || low >= 0xe000)
		return 0;
	*n = put_utf8(out, 0x10000 + ((uint32_t)(high - 0xd800) << 10) +
				   (uint32_t)(low - 0xdc00));

	return 10;
}

/* @param p After the backslash @return Bytes taken, 0 when broken */
static size_t escape(const char *p, const char *end, char *out, size_t *n)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at;
	size_t used;

	if (p == end)
		return 0;
	if (*p == 'u') {
		used = unicode(p + 1, end, out, n);
		return used ? used + 1 : 0;
	}
	at = *p ? strchr(from, *p) : NULL;
	if (!at)
		return 0;
	*out = to[at - from];
	*n = 1;

	return 1;
}

static void string(struct yh_lex *lex)
{
	const char *p = lex->p + 1, *end = lex->end, *close = p;
	size_t used, n;
	char *out;

	while (close < end && *close != '"')
		close += *close == '\\' && close + 1 < end ? 2 : 1;
	if (close >= end) {
		fail(lex, "the string has no end");
		return;
	}
	if (!room(lex, (size_t)(close - p)))
		return;
	out = lex->str;
	while (p < close) {
		if ((unsigned char)*p < 0x20) {
			fail(lex, "a control character in a string");
			return;
		}
		if (*p == '\\') {
			used = escape(p + 1, close, out, &n);
			if (!used) {
				fail(lex, "a broken escape in a string");
				return;
			}
			p += 1 + used;
		} else {
			n = utf8_len(p, (size_t)(close - p));
			if (!n) {
				fail(lex, "a string is not valid UTF-8");
				return;
			}
			memcpy(out, p, n);
			p += n;
		}
		out += n;
	}
	*out = '\0';
	lex->len = (size_t)(out - lex->str);
	lex->p = close + 1;
	lex->tok = YH_TOK_STRING;
}

static const char *digits(const char *p, const char *end)
{
	while (p < end && *p >= '0' && *p <= '9')
		p++;

	return p;
}

/* @return The end of the number at p, NULL when there is none */
static const char *number_end(const char *p, const char *end)
{
	const char *start;

	if (p < end && *p == '-')
		p++;
	start = p;
	p = digits(p, end);
	if (p == start || (p - start > 1 && *start == '0'))
		return NULL;
	if (p < end && *p == '.') {
		start = ++p;
		p = digits(p, end);
		if (p == start)
			return NULL;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			p++;
		start = p;
		p = digits(p, end);
		if (p == start)
			return NULL;
	}

	return p;
}

bool yh_json_number(const char *s, size_t len)
{
	return number_end(s, s + len) == s + len;
}

static void number(struct yh_lex *lex)
{
	const char *end = number_end(lex->p, lex->end);

	if (!end) {
		fail(lex, "a broken number");
		return;
	}
	lex->len = (size_t)(end - lex->p);
	if (!room(lex, lex->len))
		return;
	memcpy(lex->str, lex->p, lex->len);
	lex->str[lex->len] = '\0';
	lex->p = end;
	lex->tok = YH_TOK_NUMBER;
}

static void word(struct yh_lex *lex, const char *text, enum yh_tok tok)
{
	size_t n = strlen(text);

	if ((size_t)(lex->end - lex->p) < n || memcmp(lex->p, text, n)) {
		fail(lex, "an unknown word");
		return;
	}
	lex->p += n;
	lex->tok = tok;
}

static void sign(struct yh_lex *lex, enum yh_tok tok)
{
	lex->p++;
	lex->tok = tok;
}

void yh_lex_next(struct yh_lex *lex)
{
	if (lex->tok == YH_TOK_ERROR)
		return;
	while (lex->p < lex->end && (*lex->p == ' ' || *lex->p == '\t' ||
				     *lex->p == '\n' || *lex->p == '\r'))
		lex->p++;
	lex->at = lex->p;
	if (lex->p == lex->end) {
		lex->tok = YH_TOK_END;
		return;
	}
	switch (*lex->p) {
	case '{':
		sign(lex, YH_TOK_OPEN);
		break;
	case '}':
		sign(lex, YH_TOK_CLOSE);
		break;
	case '[':
		sign(lex, YH_TOK_LIST);
		break;
	case ']':
		sign(lex, YH_TOK_UNLIST);
		break;
	case ':':
		sign(lex, YH_TOK_COLON);
		break;
	case ',':
		sign(lex, YH_TOK_COMMA);
		break;
	case '"':
		string(lex);
		break;
	case 't':
		word(lex, "true", YH_TOK_TRUE);
		break;
	case 'f':
		word(lex, "false", YH_TOK_FALSE);
		break;
	case 'n':
		word(lex, "null", YH_TOK_NULL);
		break;
	default:
		number(lex);
		break;
	}
}

void yh_lex_open(struct yh_lex *lex, const char *text, size_t len)
{
	memset(lex, 0, sizeof(*lex));
	lex->text = lex->p = lex->at = text;
	lex->end = text + len;
	yh_lex_next(lex);
}

void yh_lex_place(const struct yh_lex *lex, unsigned *line, unsigned *column)
{
	*line = *column = 1;
	for (const char *p = lex->text; p < lex->at; p++) {
		if (*p == '\n') {
			++*line;
			*column = 1;
		} else {
			++*column;
		}
	}
}

void yh_lex_close(struct yh_lex *lex)
{
	yh_free(lex->str);
	lex->str = NULL;
	lex->size = 0;
}
