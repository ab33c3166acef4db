/** @file text.c  Normalisation, contract in text.h. Pure. */
#include "text.h"

#include <string.h>

#include "base/mem.h"

/* One code point. @return its bytes, or 1 with *cp = 0 if it is not UTF-8 */
static size_t decode(const unsigned char *s, uint32_t *cp)
{
	size_t n = s[0] < 0x80 ? 1 : s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;

	*cp = 0;
	if (n == 1) {
		*cp = s[0];
		return 1;
	}
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 1;
	*cp = s[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80) {
			*cp = 0;
			return 1;
		}
		*cp = *cp << 6 | (s[i] & 0x3f);
	}

	return n;
}

static uint32_t half_width(uint32_t cp)
{
	if (cp >= 0xff01 && cp <= 0xff5e)
		cp -= 0xfee0;
	if (cp >= 'A' && cp <= 'Z')
		cp += 'a' - 'A';

	return cp;
}

static int is_clause_end(uint32_t cp)
{
	return cp == 0x3002 || cp == 0x3001 || cp == 0x2026 || cp == '\n' ||
	       (cp && cp < 0x80 && strchr(",.!?;:", (int)cp));
}

static int is_kept(uint32_t cp)
{
	if (cp == 0x5443 || cp == 0x55ef || cp == 0x554a)
		return 0; /* 呃 嗯 啊 */
	if (cp < 0x80)
		return (cp >= '0' && cp <= '9') || (cp >= 'a' && cp <= 'z') ||
		       cp == '%' || cp == '+';

	/* Not: general punctuation, CJK marks, box and dingbats. */
	return !(cp < 0xa0 || (cp >= 0x2000 && cp <= 0x303f && cp != 0x3007));
}

static int is_digit(int c)
{
	return c >= '0' && c <= '9';
}

char *qa_normalise(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	char *out = yh_zalloc(strlen(text) + 1);
	size_t n = 0, used;
	uint32_t cp, raw;

	if (!out)
		return NULL;

	for (; *s; s += used) {
		used = decode(s, &raw);
		cp = half_width(raw);
		/* A decimal point stays: 3.5% */
		if (cp == '.' && n && is_digit(out[n - 1]) && is_digit(s[1])) {
			out[n++] = '.';
		} else if (is_clause_end(cp)) {
			if (n && out[n - 1] != ',')
				out[n++] = ',';
		} else if (is_kept(cp)) {
			if (cp < 0x80)
				out[n++] = (char)cp;
			else
				memcpy(out + n, s, used), n += used;
		}
	}
	out[n] = '\0';

	return out;
}

static int digit_of(uint32_t cp)
{
	static const uint32_t digits[] = {0x96f6, 0x4e00, 0x4e8c, 0x4e09,
					  0x56db, 0x4e94, 0x516d, 0x4e03,
					  0x516b, 0x4e5d};

	if (cp >= '0' && cp <= '9')
		return (int)(cp - '0');
	if (cp == 0x3007)
		return 0; /* 〇 */
	if (cp == 0x5e7a)
		return 1; /* 幺 */
	for (int i = 0; i < 10; i++) {
		if (digits[i] == cp)
			return i;
	}

	return -1;
}

size_t qa_longest_digits(const char *text, unsigned *first)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t best = 0, run = 0, used;
	unsigned head = 0;
	uint32_t cp;
	int digit;

	*first = 0;
	for (; *s; s += used) {
		used = decode(s, &cp);
		cp = half_width(cp);
		digit = digit_of(cp);
		if (digit < 0) {
			if (cp != ' ' && cp != '-')
				run = head = 0;
			continue;
		}
		if (run < 2)
			head = head * 10 + (unsigned)digit;
		if (++run > best) {
			best = run;
			*first = head;
		}
	}

	return best;
}
