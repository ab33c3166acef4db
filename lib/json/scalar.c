/** @file scalar.c  Numbers of JSON, contract in scalar.h */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "json/lex.h"
#include "json/scalar.h"

/* 2^63 and 2^64, the first values beyond. */
#define INT64_END  9223372036854775808.0
#define UINT64_END 18446744073709551616.0

static bool is_plain(const char *s)
{
	return !strpbrk(s, ".eE");
}

bool yh_json_int(const char *s, size_t len, int64_t min, int64_t max,
		 int64_t *out)
{
	double d;

	if (!yh_json_number(s, len))
		return false;
	if (is_plain(s)) {
		errno = 0;
		*out = strtoll(s, NULL, 10);
		return !errno && *out >= min && *out <= max;
	}
	d = strtod(s, NULL);
	if (d != trunc(d) || d < -INT64_END || d >= INT64_END)
		return false;
	*out = (int64_t)d;

	return *out >= min && *out <= max;
}

bool yh_json_uint(const char *s, size_t len, uint64_t max, uint64_t *out)
{
	double d;

	if (!yh_json_number(s, len))
		return false;
	if (is_plain(s)) {
		errno = 0;
		*out = strtoull(s, NULL, 10);
		return !errno && (*s != '-' || *out == 0) && *out <= max;
	}
	d = strtod(s, NULL);
	if (d != trunc(d) || d < 0 || d >= UINT64_END)
		return false;
	*out = (uint64_t)d;

	return *out <= max;
}

bool yh_json_double(const char *s, size_t len, bool words, double *out)
{
	if (yh_json_number(s, len)) {
		*out = strtod(s, NULL);
		return isfinite(*out);
	}
	if (!words)
		return false;
	if (!strcmp(s, "NaN"))
		*out = (double)NAN;
	else if (!strcmp(s, "Infinity"))
		*out = (double)INFINITY;
	else if (!strcmp(s, "-Infinity"))
		*out = (double)-INFINITY;
	else
		return false;

	return true;
}
