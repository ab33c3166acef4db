/** @file decide.c  Inputs into verdicts, contract in decide.h */
#include <string.h>

#include "calendar.h"
#include "decide.h"

/* Everything is unknown until it has been read: a text that cannot be read
 * leaves it so, and that denies. */
static struct cmp_inputs all_unknown(void)
{
	struct cmp_inputs in = {0};

	for (size_t i = 0; i < sizeof(in) / sizeof(int64_t); i++)
		((int64_t *)&in)[i] = CMP_UNKNOWN;

	return in;
}

void cmp_take_common(struct cmp_req *r, const PGresult *res)
{
	const struct cmp_conf *conf = r->app->conf;
	struct cmp_lease *l = r->state;

	/* It may be dialled as late as its lease ends, and then ring. */
	l->common = (struct cmp_inputs){
		.ring_s = (conf->ring_timeout_ms + conf->lease_ms + 999) / 1000,
		.halted = cmp_bool(res, 0, 1),
		.dnc_age_s = cmp_int(res, 0, 2),
	};
	for (int i = 0; i < PQntuples(res); i++) {
		int64_t kind = cmp_int(res, i, 3);

		if (kind <= 0 || kind >= CMP_KINDS ||
		    cmp_policy_read(&l->policies[kind].p, cmp_col(res, i, 5)))
			continue;
		l->policies[kind].version = (int)cmp_int(res, i, 4);
	}
}

void cmp_take_now(struct cmp_req *r, int64_t there_s)
{
	struct cmp_lease *l = r->state;

	l->common.now_s = cmp_agreed_now_s(cmp_guard_now_s(r->app),
					   there_s + r->app->clock_offset_s);
}

void cmp_take_campaigns(struct cmp_req *r, const PGresult *res)
{
	struct cmp_lease *l = r->state;

	for (int i = 0; i < PQntuples(res) && i < CMP_LEASE_CAMPAIGNS; i++) {
		struct cmp_served *c = &l->campaigns[l->n_campaigns];

		if (PQgetisnull(res, i, 0))
			continue;
		l->n_campaigns++;
		c->id = cmp_text(r, res, i, 0);
		c->caller_id = cmp_text(r, res, i, 1);
		c->in = l->common;
		if (cmp_inputs_read(&c->in, cmp_col(res, i, 2)))
			c->in = all_unknown();
		if (c->in.kind > 0 && c->in.kind < CMP_KINDS)
			c->in.policy_version = l->policies[c->in.kind].version;
	}
}

static struct cmp_served *served(struct cmp_lease *l, const char *id)
{
	for (size_t i = 0; i < l->n_campaigns; i++)
		if (!strcmp(l->campaigns[i].id, id))
			return &l->campaigns[i];

	return NULL;
}

/* A callee is a number, and the person behind it. */
static bool granted_already(const struct cmp_granted *g, const char *phone_hash,
			    const char *person_hash)
{
	for (size_t i = 0; i < g->n; i++)
		if (!strcmp(g->phone_hash[i], phone_hash) ||
		    !strcmp(g->person_hash[i], person_hash))
			return true;

	return false;
}

static struct cmp_inputs inputs_of(struct cmp_req *r,
				   const struct cmp_served *c,
				   const PGresult *res, int i)
{
	const struct cmp_lease *l = r->state;
	struct cmp_inputs in = c ? c->in : all_unknown();

	if (cmp_inputs_read(&in, cmp_col(res, i, 3)))
		return all_unknown();
	in.day = cmp_calendar_at(r->app->calendar, in.now_s, in.zone_from_min,
				 in.zone_to_min);
	if (granted_already(&l->granted, cmp_col(res, i, 2),
			    cmp_col(res, i, 4)))
		in.in_flight = 1;

	return in;
}

static char *inputs_text(struct cmp_req *r, const struct cmp_inputs *in)
{
	char text[CMP_INPUTS_TEXT];

	cmp_inputs_print(in, text);

	return cmp_strdup(&r->arena, text);
}

static void grant(struct cmp_req *r, struct cmp_served *c,
		  const struct cmp_inputs *in, const PGresult *res, int i)
{
	struct cmp_granted *g = &((struct cmp_lease *)r->state)->granted;

	c->in.live++;
	g->contact[g->n] = cmp_text(r, res, i, 0);
	g->attempt[g->n] = cmp_new_id(r, "");
	g->caller_id[g->n] = c->caller_id;
	g->phone_hash[g->n] = cmp_text(r, res, i, 2);
	g->person_hash[g->n] = cmp_text(r, res, i, 4);
	g->policy[g->n] =
		cmp_fmt(&r->arena, "%lld", (long long)in->policy_version);
	g->inputs[g->n++] = inputs_text(r, in);
}

static void refuse(struct cmp_req *r, const struct cmp_verdict *v,
		   const struct cmp_inputs *in, const PGresult *res, int i)
{
	struct cmp_refused *f = &((struct cmp_lease *)r->state)->refused;
	int64_t at = v->retry_at_s ? v->retry_at_s - r->app->clock_offset_s : 0;

	/* A clock that could not be read: look again soon, on the wall's. */
	if (in->now_s <= 0)
		at = cmp_guard_now_s(r->app) - r->app->clock_offset_s + 60;
	f->contact[f->n] = cmp_text(r, res, i, 0);
	f->guard[f->n] = v->guard;
	f->disposition[f->n] = v->disposition ? v->disposition : "";
	f->retry_s[f->n] = cmp_fmt(&r->arena, "%lld", (long long)at);
	f->policy[f->n] =
		cmp_fmt(&r->arena, "%lld", (long long)in->policy_version);
	f->inputs[f->n++] = inputs_text(r, in);
}

static void decide(struct cmp_req *r, const PGresult *res, int i)
{
	struct cmp_lease *l = r->state;
	struct cmp_served *c = served(l, cmp_col(res, i, 1));
	struct cmp_inputs in = inputs_of(r, c, res, i);
	bool known = in.kind > 0 && in.kind < CMP_KINDS;
	struct cmp_verdict v =
		cmp_guards(&in, known ? &l->policies[in.kind].p : NULL);

	if (v.allowed)
		grant(r, c, &in, res, i);
	else
		refuse(r, &v, &in, res, i);
}

void cmp_decide(struct cmp_req *r, const PGresult *res)
{
	for (int i = 0; i < PQntuples(res) && i < CMP_LEASE_BATCH; i++)
		decide(r, res, i);
}
