#include "eval_times.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

int yc_times_add(struct yc_times *t, double ms)
{
	if (t->n == t->cap) {
		size_t cap = t->cap ? 2 * t->cap : 256;
		double *grown = yh_realloc(t->ms, cap * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		t->ms = grown;
		t->cap = cap;
	}
	t->ms[t->n++] = ms;

	return 0;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Nearest rank; sorts. @param percent (0..100] @return [ms], 0 = no times */
static double percentile(struct yc_times *t, double percent)
{
	size_t rank;

	if (!t->n)
		return 0;
	qsort(t->ms, t->n, sizeof(*t->ms), by_value);
	rank = (size_t)ceil(percent / 100 * (double)t->n);

	return t->ms[rank ? rank - 1 : 0];
}

json_t *yc_times_json(struct yc_times *t)
{
	return json_pack("{s:f, s:f, s:f}", "p50", percentile(t, 50), "p95",
			 percentile(t, 95), "p99", percentile(t, 99));
}

void yc_times_print(struct yc_times *t, const char *name, FILE *f)
{
	fprintf(f, "%-19s p50 %.1f  p95 %.1f  p99 %.1f ms\n", name,
		percentile(t, 50), percentile(t, 95), percentile(t, 99));
}

void yc_times_clear(struct yc_times *t)
{
	yh_free(t->ms);
	*t = (struct yc_times){0};
}
