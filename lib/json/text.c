/** @file text.c  Times, durations and bytes as text, contract in text.h */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "json/text.h"

#define TIME_MIN     INT64_C(-62135596800) /* 0001-01-01T00:00:00Z */
#define TIME_MAX     INT64_C(253402300799) /* 9999-12-31T23:59:59Z */
#define DURATION_MAX INT64_C(315576000000)

/* ---- calendar ------------------------------------------------------------ */

/* Days since 1970-01-01 in the proleptic Gregorian calendar; after Howard
 * Hinnant's "days_from_civil". */
static int64_t days_of(int64_t y, int m, int d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void date_of(int64_t days, int *y, int *m, int *d)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*d = (int)(doy - (153 * mp + 2) / 5 + 1);
	*m = (int)(mp < 10 ? mp + 3 : mp - 9);
	*y = (int)(yoe + era * 400 + (*m <= 2));
}

static int days_in(int y, int m)
{
	static const int days[] = {31, 28, 31, 30, 31, 30,
				   31, 31, 30, 31, 30, 31};
	bool leap = (y % 4 == 0 && y % 100) || y % 400 == 0;

	return m == 2 && leap ? 29 : days[m - 1];
}

/* ---- digits -------------------------------------------------------------- */

static bool two(const char **s, int n, int *out)
{
	*out = 0;
	for (; n > 0; n--, ++*s) {
		if (**s < '0' || **s > '9')
			return false;
		*out = *out * 10 + (**s - '0');
	}

	return true;
}

static bool one(const char **s, char c)
{
	if (**s != c)
		return false;
	++*s;

	return true;
}

/* ".5" -> 500000000; nothing there is 0. */
static bool fraction(const char **s, int32_t *nanos)
{
	int n = 0;

	*nanos = 0;
	if (!one(s, '.'))
		return true;
	for (; **s >= '0' && **s <= '9'; ++*s, n++) {
		if (n == 9)
			return false;
		*nanos = *nanos * 10 + (**s - '0');
	}
	if (!n)
		return false;
	for (; n < 9; n++)
		*nanos *= 10;

	return true;
}

static int print_fraction(char *out, size_t size, int32_t nanos)
{
	if (!nanos)
		return snprintf(out, size, "%s", "");
	if (nanos % 1000000 == 0)
		return snprintf(out, size, ".%03d", nanos / 1000000);
	if (nanos % 1000 == 0)
		return snprintf(out, size, ".%06d", nanos / 1000);

	return snprintf(out, size, ".%09d", nanos);
}

/* ---- times --------------------------------------------------------------- */

/* "Z", "+08:00" @param east [s] */
static bool offset(const char **s, int *east)
{
	int h, m, sign = **s == '-' ? -1 : 1;

	*east = 0;
	if (one(s, 'Z'))
		return true;
	if (!one(s, '+') && !one(s, '-'))
		return false;
	if (!two(s, 2, &h) || !one(s, ':') || !two(s, 2, &m) || h > 23 ||
	    m > 59)
		return false;
	*east = sign * (h * 3600 + m * 60);

	return true;
}

int yh_time_parse(const char *s, int64_t *seconds, int32_t *nanos)
{
	int y, mo, d, h, mi, sec, east;
	int64_t t;

	if (!two(&s, 4, &y) || !one(&s, '-') || !two(&s, 2, &mo) ||
	    !one(&s, '-') || !two(&s, 2, &d) || !one(&s, 'T') ||
	    !two(&s, 2, &h) || !one(&s, ':') || !two(&s, 2, &mi) ||
	    !one(&s, ':') || !two(&s, 2, &sec) || !fraction(&s, nanos) ||
	    !offset(&s, &east) || *s)
		return -EINVAL;
	if (mo < 1 || mo > 12 || d < 1 || d > days_in(y, mo) || h > 23 ||
	    mi > 59 || sec > 59)
		return -EINVAL;
	t = days_of(y, mo, d) * 86400 + h * 3600 + mi * 60 + sec - east;
	if (t < TIME_MIN || t > TIME_MAX)
		return -EINVAL;
	*seconds = t;

	return 0;
}

int yh_time_print(int64_t seconds, int32_t nanos, char out[40])
{
	int64_t days, rest;
	int y, m, d, n;

	if (seconds < TIME_MIN || seconds > TIME_MAX || nanos < 0 ||
	    nanos > 999999999)
		return -ERANGE;

	days = seconds / 86400;
	rest = seconds % 86400;
	if (rest < 0) {
		days--;
		rest += 86400;
	}
	date_of(days, &y, &m, &d);
	n = snprintf(out, 40, "%04d-%02d-%02dT%02d:%02d:%02d", y, m, d,
		     (int)(rest / 3600), (int)(rest / 60 % 60),
		     (int)(rest % 60));
	n += print_fraction(out + n, 40 - (size_t)n, nanos);
	snprintf(out + n, 40 - (size_t)n, "Z");

	return 0;
}

int yh_duration_parse(const char *s, int64_t *seconds, int32_t *nanos)
{
	bool minus = one(&s, '-');
	const char *start = s;
	int64_t v = 0;

	for (; *s >= '0' && *s <= '9'; s++) {
		v = v * 10 + (*s - '0');
		if (v > DURATION_MAX)
			return -EINVAL;
	}
	if (s == start || !fraction(&s, nanos) || !one(&s, 's') || *s)
		return -EINVAL;
	*seconds = minus ? -v : v;
	if (minus)
		*nanos = -*nanos;

	return 0;
}

int yh_duration_print(int64_t seconds, int32_t nanos, char out[40])
{
	bool minus = seconds < 0 || nanos < 0;
	int n;

	if (seconds < -DURATION_MAX || seconds > DURATION_MAX ||
	    nanos < -999999999 || nanos > 999999999 ||
	    (seconds < 0 && nanos > 0) || (seconds > 0 && nanos < 0))
		return -ERANGE;

	n = snprintf(out, 40, "%s%" PRId64, minus ? "-" : "",
		     seconds < 0 ? -seconds : seconds);
	n += print_fraction(out + n, 40 - (size_t)n,
			    nanos < 0 ? -nanos : nanos);
	snprintf(out + n, 40 - (size_t)n, "s");

	return 0;
}

/* ---- bytes --------------------------------------------------------------- */

static int digit64(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	if (c == '/' || c == '_')
		return 63;

	return -1;
}

int yh_base64_decode(const char *s, size_t len, uint8_t *out, size_t *n)
{
	uint32_t bits = 0;
	unsigned have = 0;
	size_t k = 0, pad = 0;

	while (len && pad < 2 && s[len - 1] == '=') {
		len--;
		pad++;
	}
	if (len % 4 == 1 || (pad && (len + pad) % 4))
		return -EINVAL;
	for (size_t i = 0; i < len; i++) {
		int d = digit64(s[i]);

		if (d < 0)
			return -EINVAL;
		bits = bits << 6 | (uint32_t)d;
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[k++] = (uint8_t)(bits >> have);
		}
	}
	*n = k;

	return 0;
}

size_t yh_base64_encode(const uint8_t *data, size_t len, char *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t n = 0;

	for (size_t i = 0; i < len; i += 3) {
		uint32_t v = (uint32_t)data[i] << 16;

		if (i + 1 < len)
			v |= (uint32_t)data[i + 1] << 8;
		if (i + 2 < len)
			v |= data[i + 2];
		out[n++] = digits[v >> 18];
		out[n++] = digits[v >> 12 & 63];
		out[n++] = i + 1 < len ? digits[v >> 6 & 63] : '=';
		out[n++] = i + 2 < len ? digits[v & 63] : '=';
	}
	out[n] = '\0';

	return n;
}
