/** @file callback.c  Call-backs, contract in callback.h */
#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "callback.h"

/* "Z" or "+08:00" [s ahead of UTC]; -1: neither. */
static int64_t zone_of(const char *text)
{
	int h, m, len = 0;

	if (!strcmp(text, "Z"))
		return 0;
	if (sscanf(text + 1, "%2d:%2d%n", &h, &m, &len) != 2 || text[1 + len] ||
	    len != 5 || h > 14 || m > 59)
		return -1;

	return (h * 60 + m) * 60;
}

int64_t cmp_call_back_s(const char *text)
{
	char date[11];
	int h, m, s, len = 0;
	int64_t day, zone;

	if (sscanf(text, "%10[0-9-]T%2d:%2d:%2d%n", date, &h, &m, &s, &len) !=
		    4 ||
	    cmp_date(date, &day) || h < 0 || h > 23 || m < 0 || m > 59 ||
	    s < 0 || s > 60)
		return 0;
	text += len;
	text += *text == '.' ? 1 + strspn(text + 1, "0123456789") : 0;
	zone = *text ? zone_of(text) : -1;
	if (zone < 0 || (*text != '+' && *text != '-' && *text != 'Z'))
		return 0;

	return day * 86400 + h * 3600 + m * 60 + s -
	       (*text == '-' ? -zone : zone);
}
