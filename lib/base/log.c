/** @file log.c  Structured logs, contract in log.h */
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

enum { LINE_BYTES = 2048, EV_SLOTS = 64, LINES_A_SECOND = 100 };

static const char *const level_names[] = {"debug", "info", "warn", "error"};
static const char *service_name = "yinhu";
static enum yh_log_level min_level = YH_INFO;
static bool on_terminal;
static int out_fd = STDERR_FILENO; /* a tool's stdout is its answer */

static struct ev_slot {
	const char *ev;
	uint64_t second;
	unsigned lines, dropped;
} slots[EV_SLOTS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

int yh_log_init(const char *service, const char *level)
{
	service_name = service;
	out_fd = STDOUT_FILENO;
	on_terminal = isatty(out_fd);
	for (unsigned i = 0; i < YH_ARRAY_LEN(level_names); i++) {
		if (!strcmp(level, level_names[i])) {
			min_level = (enum yh_log_level)i;
			return 0;
		}
	}

	return -EINVAL;
}

/* Under the lock: may this event be written now? */
static bool admit(const char *ev, unsigned *dropped)
{
	uint64_t second = yh_now_us() / 1000000;
	struct ev_slot *s = &slots[((uintptr_t)ev >> 3) % EV_SLOTS];

	*dropped = 0;
	if (s->ev != ev || s->second != second) {
		*dropped = s->ev == ev ? s->dropped : 0;
		*s = (struct ev_slot){.ev = ev, .second = second};
	}
	if (++s->lines > LINES_A_SECOND) {
		s->dropped++;
		return false;
	}

	return true;
}

static size_t json_escape(char *dst, size_t cap, const char *src)
{
	size_t n = 0;

	for (; *src && n + 7 < cap; src++) {
		unsigned char c = (unsigned char)*src;

		if (c == '"' || c == '\\') {
			dst[n++] = '\\';
			dst[n++] = (char)c;
		} else if (c < 0x20) {
			n += (size_t)snprintf(dst + n, cap - n, "\\u%04x", c);
		} else {
			dst[n++] = (char)c;
		}
	}
	dst[n] = '\0';

	return n;
}

static void stamp(char buf[40])
{
	int64_t us = yh_wall_us();
	time_t sec = (time_t)(us / 1000000);
	struct tm tm;
	size_t n;

	gmtime_r(&sec, &tm);
	n = strftime(buf, 40, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(buf + n, 40 - n, ".%03dZ", (int)(us % 1000000 / 1000));
}

/* Does ` key=` stand here? */
static bool is_key(const char *p)
{
	size_t len = *p == ' ' ? strcspn(p + 1, "= ") : 0;

	return len && p[1 + len] == '=';
}

/* Where a value ends: before the next ` key=`, or with the line. A quoted one
 * ends with its quote there, and the quotes are taken off.
 * @param[out] next The next key, NULL = none */
static char *cut_value(char *value, char **next)
{
	bool quoted = *value == '"';
	char *end = value += quoted;

	for (; *end; end++) {
		const char *after = quoted ? end + 1 : end;

		if (quoted && *end != '"')
			continue;
		if (is_key(after) || (quoted && !*after))
			break;
	}
	*next = NULL;
	if (*end && is_key(quoted ? end + 1 : end))
		*next = end + (quoted ? 2 : 1);
	*end = '\0';

	return value;
}

/* Write `,"key":"value"` for each key=value of text. Values are strings, so
 * that a key has one type in every line. */
static size_t json_pairs(char *dst, size_t cap, char *text)
{
	char escaped[LINE_BYTES];
	size_t n = 0;

	while (text && *text && n + 16 < cap) {
		char *eq = strchr(text, '=');
		char *value, *next;
		int w;

		if (!eq) {
			json_escape(escaped, sizeof(escaped) / 2, text);
			w = snprintf(dst + n, cap - n, ",\"msg\":\"%s\"",
				     escaped);
			return n + (w > 0 ? (size_t)w : 0);
		}
		*eq = '\0';
		value = cut_value(eq + 1, &next);
		json_escape(escaped, sizeof(escaped) / 2, value);
		w = snprintf(dst + n, cap - n, ",\"%s\":\"%s\"", text, escaped);
		if (w < 0 || (size_t)w >= cap - n)
			break;
		n += (size_t)w;
		text = next;
	}

	return n;
}

void yh_log(enum yh_log_level level, const char *ev, const char *fmt, ...)
{
	char text[LINE_BYTES / 2], pairs[LINE_BYTES], line[LINE_BYTES * 2];
	char ts[40];
	unsigned dropped;
	va_list ap;
	int n;

	if (level < min_level)
		return;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	stamp(ts);

	pthread_mutex_lock(&lock);
	if (!admit(ev, &dropped)) {
		pthread_mutex_unlock(&lock);
		return;
	}
	if (on_terminal) {
		n = snprintf(line, sizeof(line), "%s %-5s %s %s %s\n", ts,
			     level_names[level], service_name, ev, text);
	} else {
		pairs[0] = '\0';
		json_pairs(pairs, sizeof(pairs), text);
		n = snprintf(line, sizeof(line),
			     "{\"ts\":\"%s\",\"level\":\"%s\",\"svc\":\"%s\","
			     "\"ev\":\"%s\",\"dropped\":%u%s}\n",
			     ts, level_names[level], service_name, ev, dropped,
			     pairs);
	}
	if (n > 0 && write(out_fd, line, (size_t)n) < 0)
		dropped++; /* nowhere left to say it */
	pthread_mutex_unlock(&lock);
}

const char *yh_mask_phone(const char *phone, char buf[24])
{
	size_t n = phone ? strlen(phone) : 0;

	if (n < 8)
		snprintf(buf, 24, "****");
	else
		snprintf(buf, 24, "%.3s****%s", phone, phone + n - 4);

	return buf;
}
