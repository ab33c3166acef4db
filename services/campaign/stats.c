/** @file stats.c  Live counts, contract in stats.h */
#include <string.h>

#include "stats.h"

enum { MAX_LABELS = 64 };

typedef Yinhu__V1__CampaignStats stats_t;

static void add_state(stats_t *s, const char *state, uint32_t n)
{
	s->contacts += n;
	if (*state == '1')
		s->due = n;
	else if (*state == '2')
		s->in_progress = n;
	else if (*state == '3')
		s->done = n;
}

static void add_disposition(struct cmp_req *r, stats_t *s, const char *label,
			    uint32_t n)
{
	Yinhu__V1__CampaignStats__DispositionsEntry *e;

	if (s->n_dispositions == MAX_LABELS)
		return;
	e = cmp_new_msg(
		r, &yinhu__v1__campaign_stats__dispositions_entry__descriptor);
	e->key = cmp_strdup(&r->arena, label);
	e->value = n;
	s->dispositions[s->n_dispositions++] = e;
}

static void add_guard(struct cmp_req *r, stats_t *s, const char *label,
		      uint32_t n)
{
	Yinhu__V1__CampaignStats__GuardRefusalsEntry *e;

	if (s->n_guard_refusals == MAX_LABELS)
		return;
	e = cmp_new_msg(
		r,
		&yinhu__v1__campaign_stats__guard_refusals_entry__descriptor);
	e->key = cmp_strdup(&r->arena, label);
	e->value = n;
	s->guard_refusals[s->n_guard_refusals++] = e;
}

static void add(struct cmp_req *r, stats_t *s, const char *what,
		const char *label, uint32_t n)
{
	const struct {
		const char *what;
		uint32_t *field;
	} plain[] = {
		{"rejected", &s->rejected_rows}, {"attempts", &s->attempts},
		{"answered", &s->answered},	 {"inspected", &s->inspected},
		{"scored", &s->scored},		 {"findings", &s->findings},
	};

	if (!strcmp(what, "state"))
		add_state(s, label, n);
	else if (!strcmp(what, "disposition"))
		add_disposition(r, s, label, n);
	else if (!strcmp(what, "guard"))
		add_guard(r, s, label, n);
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (!strcmp(what, plain[i].what))
			*plain[i].field = n;
}

static stats_t *stats_new(struct cmp_req *r)
{
	stats_t *s = cmp_new_msg(r, &yinhu__v1__campaign_stats__descriptor);

	s->dispositions =
		cmp_alloc(&r->arena, MAX_LABELS * sizeof(*s->dispositions));
	s->guard_refusals =
		cmp_alloc(&r->arena, MAX_LABELS * sizeof(*s->guard_refusals));

	return s;
}

void cmp_stats_fill(struct cmp_req *r, const PGresult *res,
		    Yinhu__V1__Campaign **campaigns, size_t n)
{
	for (size_t c = 0; c < n; c++) {
		const char *id = campaigns[c]->name + strlen("campaigns/");

		campaigns[c]->stats = stats_new(r);
		for (int i = 0; i < PQntuples(res); i++)
			if (!strcmp(id, cmp_col(res, i, 0)))
				add(r, campaigns[c]->stats, cmp_col(res, i, 1),
				    cmp_col(res, i, 2),
				    (uint32_t)cmp_int(res, i, 3));
	}
}
