#include "truth.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <stdio.h>
#include <time.h>

struct car_truth {
	FILE *file;
	int64_t epoch_ms; /* Unix time minus monotonic time */
};

static int64_t clock_ms(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t car_now_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}

int car_truth_open(struct car_truth **out, const char *path)
{
	struct car_truth *truth = calloc(1, sizeof(*truth));

	if (!truth)
		return -ENOMEM;
	truth->epoch_ms = clock_ms(CLOCK_REALTIME) - car_now_ms();
	if (path) {
		truth->file = fopen(path, "ae");
		if (!truth->file) {
			int rc = -errno;
			free(truth);
			return rc;
		}
	}
	*out = truth;
	return 0;
}

void car_truth_close(struct car_truth *truth)
{
	if (!truth)
		return;
	if (truth->file)
		fclose(truth->file);
	free(truth);
}

static void put(json_t *line, const char *key, const char *value)
{
	if (value)
		json_object_set_new(line, key, json_string(value));
}

void car_truth_event(struct car_truth *truth, int64_t at_ms, const char *ev,
		     const struct car_who *who, const char *fmt, ...)
{
	json_t *line, *more = NULL;
	json_error_t err;
	va_list ap;

	if (!truth->file)
		return;
	line = json_object();
	json_object_set_new(line, "t_ms",
			    json_integer(truth->epoch_ms + at_ms));
	put(line, "event", ev);
	if (who) {
		put(line, "call", who->call);
		put(line, "number", who->number);
		put(line, "persona", who->persona);
	}
	if (fmt) {
		va_start(ap, fmt);
		more = json_vpack_ex(&err, 0, fmt, ap);
		va_end(ap);
		if (!more)
			fprintf(stderr, "carrier: event %s: %s\n", ev,
				err.text);
	}
	if (more)
		json_object_update(line, more);
	json_dumpf(line, truth->file, JSON_COMPACT);
	fputc('\n', truth->file);
	fflush(truth->file);
	json_decref(more);
	json_decref(line);
}
