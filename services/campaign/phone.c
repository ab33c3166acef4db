/** @file phone.c  Mobile numbers, contract in phone.h */
#include <errno.h>
#include <string.h>

#include "phone.h"

enum { MAX = 24 };

/* The next character as ASCII: full-width forms U+FF01..FF5E lie 0xfee0 above
 * theirs, U+3000 is a blank. @return 0 at the end, '?' for anything else */
static char next(const char **text)
{
	const unsigned char *p = (const unsigned char *)*text;

	if (!*p)
		return 0;
	(*text)++;
	if (p[0] < 0x80)
		return (char)p[0];
	if (p[0] == 0xef && p[1] == 0xbc && p[2] >= 0x81 && p[2] <= 0xbf) {
		*text += 2;
		return (char)(p[2] - 0x81 + '!');
	}
	if (p[0] == 0xe3 && p[1] == 0x80 && p[2] == 0x80) {
		*text += 2;
		return ' ';
	}

	return '?';
}

int cmp_phone_normalise(const char *text, char *out)
{
	char digits[MAX + 1] = "", *p = digits;
	size_t n = 0;
	char c;

	while ((c = next(&text))) {
		if (strchr(" \t-.()", c))
			continue;
		if ((c < '0' || c > '9') && !(c == '+' && n == 0))
			return -EINVAL;
		if (n == MAX)
			return -EINVAL;
		digits[n++] = c;
	}
	if (!strncmp(p, "+86", 3))
		p += 3;
	else if (!strncmp(p, "0086", 4))
		p += 4;
	else if (n == 13 && !strncmp(p, "86", 2))
		p += 2;
	if (strlen(p) != 11 || p[0] != '1' || p[1] < '3' || p[1] > '9' ||
	    strchr(p, '+'))
		return -EINVAL;
	memcpy(out, p, CMP_PHONE_SIZE);

	return 0;
}
