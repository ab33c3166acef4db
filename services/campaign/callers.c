/** @file callers.c  Worn caller ids rest, contract in callers.h */
#include <string.h>

#include "callers.h"

enum { SLICE = 1000, SLICES = 10 };

/* Calls of one moment stay together: the next slice begins before it. */
static const char slice_sql[] =
	"WITH s AS MATERIALIZED (SELECT caller_id, answered_at, created_at "
	" FROM attempts WHERE created_at > now() - interval '1 hour' "
	" AND created_at < $1::timestamptz AND NOT live "
	" AND outcome NOT IN (7, 8) ORDER BY created_at DESC "
	" FETCH FIRST 1000 ROWS WITH TIES) "
	"SELECT caller_id, count(*), count(answered_at), "
	" (SELECT min(created_at) FROM s) FROM s GROUP BY 1";

static struct cmp_caller *find(struct cmp_callers *c, const char *number)
{
	size_t i = 0;

	while (i < c->n && strcmp(c->list[i].number, number) != 0)
		i++;
	if (i == CMP_CALLERS_MAX)
		return NULL;
	if (i == c->n)
		c->list[c->n++].number = cmp_strdup(&c->arena, number);

	return &c->list[i];
}

static void add(struct cmp_answers *to, const PGresult *res, int row)
{
	to->dials += (unsigned)cmp_int(res, row, 1);
	to->answers += (unsigned)cmp_int(res, row, 2);
}

/* @return How many calls it was */
static unsigned take(struct cmp_callers *c, const PGresult *res)
{
	unsigned before = c->all.dials;

	for (int i = 0; i < PQntuples(res); i++) {
		struct cmp_caller *one = find(c, cmp_col(res, i, 0));

		if (one)
			add(&one->had, res, i);
		add(&c->all, res, i);
	}
	if (PQntuples(res))
		c->before = cmp_strdup(&c->arena, cmp_col(res, 0, 3));

	return c->all.dials - before;
}

static const char **worn_of(struct cmp_req *r, const struct cmp_callers *c,
			    size_t *n)
{
	const char **worn = cmp_alloc(&r->arena, (c->n + 1) * sizeof(*worn));

	*n = 0;
	for (size_t i = 0; i < c->n; i++) {
		struct cmp_answers one = c->list[i].had;
		struct cmp_answers others = {c->all.dials - one.dials,
					     c->all.answers - one.answers};

		if (cmp_caller_is_worn(one, others))
			worn[(*n)++] = cmp_strdup(&r->arena, c->list[i].number);
	}

	return worn;
}

static void begin(struct cmp_callers *c)
{
	cmp_arena_fini(&c->arena);
	*c = (struct cmp_callers){.before = "infinity"};
	c->list = cmp_alloc(&c->arena, CMP_CALLERS_MAX * sizeof(*c->list));
}

static void on_rested(struct cmp_req *r, const PGresult *res)
{
	(void)res;
	cmp_reply(r, NULL);
}

static void judge(struct cmp_req *r, struct cmp_callers *c)
{
	size_t n;
	const char **worn = worn_of(r, c, &n);

	begin(c);
	if (!n) {
		cmp_reply(r, NULL);
		return;
	}
	yh_metric_add(&cmp_m_callers_rested, (double)n);
	cmp_query(
		r, on_rested,
		"INSERT INTO caller_ids (number, cool_until) "
		"SELECT n, now() + $2::interval FROM unnest($1::text[]) n "
		"ON CONFLICT (number) DO UPDATE SET cool_until = "
		"excluded.cool_until",
		cmp_array(&r->arena, worn, n),
		cmp_fmt(&r->arena, "%u seconds", r->app->conf->caller_rest_s));
}

static void on_slice(struct cmp_req *r, const PGresult *res)
{
	struct cmp_callers *c = r->state;

	if (take(c, res) < SLICE || ++c->slices == SLICES)
		judge(r, c);
	else
		cmp_reply(r, NULL);
}

void cmp_callers(struct cmp_req *r, struct cmp_callers *c)
{
	if (!c->list)
		begin(c);
	r->state = c;
	cmp_query(r, on_slice, slice_sql, c->before);
}
