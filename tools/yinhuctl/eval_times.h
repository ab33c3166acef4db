/** @file eval_times.h  Times that were measured, and their percentiles. */
#ifndef YC_EVAL_TIMES_H
#define YC_EVAL_TIMES_H

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

struct yc_times {
	double *ms; /**< Shape (n) */
	size_t n, cap;
};

/** @return 0, -ENOMEM */
int yc_times_add(struct yc_times *t, double ms);
/** {p50, p95, p99}. @return New reference, NULL = no memory */
json_t *yc_times_json(struct yc_times *t);
/** A line for people. */
void yc_times_print(struct yc_times *t, const char *name, FILE *f);
void yc_times_clear(struct yc_times *t);

#endif
