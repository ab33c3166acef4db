/** @file summary.c  A summary as headers, contract in summary.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "summary.h"

static void encode(const char *value, char out[DIAL_SUMMARY_VALUE + 1])
{
	size_t n = 0;

	for (const unsigned char *p = (const unsigned char *)value; *p; p++) {
		size_t need = *p < 0x20 || *p > 0x7e || *p == '%' ? 3 : 1;

		if (n + need > DIAL_SUMMARY_VALUE)
			break;
		if (need == 3)
			snprintf(out + n, 4, "%%%02X", *p);
		else
			out[n] = (char)*p;
		n += need;
	}
	out[n] = '\0';
}

int dial_summary_add(char buf[DIAL_SUMMARY_BYTES], const char *key,
		     const char *value)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
	size_t used = strlen(buf), n = strlen(key);
	char text[DIAL_SUMMARY_VALUE + 1];
	int m;

	if (!n || n > DIAL_SUMMARY_KEY || key[strspn(key, allowed)])
		return -EINVAL;
	encode(value, text);
	m = snprintf(buf + used, DIAL_SUMMARY_BYTES - used,
		     "X-Yinhu-%s: %s\r\n", key, text);
	if ((size_t)m < DIAL_SUMMARY_BYTES - used)
		return 0;
	buf[used] = '\0';

	return -ENOSPC;
}
