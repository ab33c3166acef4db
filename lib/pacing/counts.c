/** @file counts.c  Poisson-binomial counts, contract in counts.h */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "pacing/counts.h"

static const float NEGLIGIBLE = 1e-8f; /* a row's mass that is left out */

int yh_counts_open(struct yh_counts *c, unsigned max)
{
	if (!max || max > 65535)
		return -EINVAL;
	c->p = yh_calloc((size_t)max + 1, sizeof(*c->p));
	if (!c->p)
		return -ENOMEM;
	c->max = max;
	yh_counts_reset(c);

	return 0;
}

void yh_counts_close(struct yh_counts *c)
{
	if (!c)
		return;
	yh_free(c->p);
	c->p = NULL;
}

void yh_counts_reset(struct yh_counts *c)
{
	for (unsigned h = 0; h < YH_LANES; h++)
		c->p[0][h] = 1;
	c->n = 1;
}

static bool negligible(const float *row)
{
	for (unsigned h = 0; h < YH_LANES; h++)
		if (row[h] > NEGLIGIBLE)
			return false;

	return true;
}

/* to += (from - to) * q, one vector a row. */
static void blend(float *restrict to, const float *restrict from,
		  const float *restrict q)
{
	for (unsigned h = 0; h < YH_LANES; h++)
		to[h] += (from[h] - to[h]) * q[h];
}

static void add_part(float *restrict to, const float *restrict from,
		     const float *restrict q)
{
	for (unsigned h = 0; h < YH_LANES; h++)
		to[h] += from[h] * q[h];
}

void yh_counts_add(struct yh_counts *c, const float *q)
{
	static const float zero[YH_LANES];
	unsigned top = c->n <= c->max ? c->n : c->max;

	/* A new row begins at 0; the last one keeps what would go above. */
	if (c->n <= c->max)
		memset(c->p[top], 0, sizeof(*c->p));
	add_part(c->p[top], c->p[top - 1], q);
	if (c->n <= c->max && !negligible(c->p[top]))
		c->n++;
	for (unsigned k = top - 1; k > 0; k--)
		blend(c->p[k], c->p[k - 1], q);
	blend(c->p[0], zero, q);
}

void yh_counts_cumulate(struct yh_counts *c)
{
	for (unsigned k = 1; k < c->n; k++)
		for (unsigned h = 0; h < YH_LANES; h++)
			c->p[k][h] += c->p[k - 1][h];
}

void yh_counts_reach(const struct yh_counts *a, const struct yh_counts *b,
		     int more, float *out)
{
	float sum[YH_LANES] = {0};

	for (int k = more > 0 ? more : 0; k < (int)a->n; k++) {
		int at = k - more < (int)b->n ? k - more : (int)b->n - 1;

		add_part(sum, a->p[k], b->p[at]);
	}
	memcpy(out, sum, sizeof(sum));
}
