/** @file campaigns.c  CampaignService: create, read, start, pause, stop. */
#include <stdlib.h>
#include <string.h>

#include "breaker.h"
#include "guards.h"
#include "life.h"
#include "page.h"
#include "req.h"
#include "stats.h"

typedef Yinhu__V1__CampaignService_Service service_t;

#define COLUMNS                                                                \
	"c.seq, c.id, c.display_name, c.kind, c.script_id, c.script_version, " \
	"c.state, c.state_reason, c.call_from_min, c.call_until_min, "         \
	"c.max_attempts, c.max_concurrent, c.caller_id, c.bank_name, "         \
	"(extract(epoch from c.created_at) * 1000000)::bigint, "               \
	"(extract(epoch from c.started_at) * 1000000)::bigint, "               \
	"(extract(epoch from c.ended_at) * 1000000)::bigint, c.purpose, "      \
	"c.product, c.product_risk, c.weight, c.pacing, c.cps, c.ramp_s"

static char *hhmm(struct cmp_req *r, const PGresult *res, int row, int col)
{
	int min = (int)cmp_int(res, row, col);

	if (PQgetisnull(res, row, col))
		return (char *)protobuf_c_empty_string;

	return cmp_fmt(&r->arena, "%02d:%02d", min / 60, min % 60);
}

static Yinhu__V1__Campaign *campaign_of(struct cmp_req *r, const PGresult *res,
					int i)
{
	Yinhu__V1__Campaign *c =
		cmp_new(r, Yinhu__V1__Campaign, yinhu__v1__campaign);

	c->name = cmp_fmt(&r->arena, "campaigns/%s", cmp_col(res, i, 1));
	c->display_name = cmp_text(r, res, i, 2);
	c->kind = (Yinhu__V1__Campaign__Kind)cmp_int(res, i, 3);
	c->script = cmp_fmt(&r->arena, "scripts/%s@%s", cmp_col(res, i, 4),
			    cmp_col(res, i, 5));
	c->state = (Yinhu__V1__Campaign__State)cmp_int(res, i, 6);
	c->state_reason = cmp_text(r, res, i, 7);
	c->call_from = hhmm(r, res, i, 8);
	c->call_until = hhmm(r, res, i, 9);
	c->max_attempts = (uint32_t)cmp_int(res, i, 10);
	c->max_concurrent_calls = (uint32_t)cmp_int(res, i, 11);
	c->caller_id = cmp_text(r, res, i, 12);
	c->bank_name = cmp_text(r, res, i, 13);
	c->create_time = cmp_time(r, res, i, 14);
	c->start_time = cmp_time(r, res, i, 15);
	c->end_time = cmp_time(r, res, i, 16);
	c->purpose = cmp_text(r, res, i, 17);
	c->product = cmp_text(r, res, i, 18);
	c->product_risk = (uint32_t)cmp_int(res, i, 19);
	c->weight = (uint32_t)cmp_int(res, i, 20);
	c->pacing = (Yinhu__V1__Campaign__Pacing)cmp_int(res, i, 21);
	c->max_calls_per_second = (uint32_t)cmp_int(res, i, 22);
	c->ramp_up_seconds = (uint32_t)cmp_int(res, i, 23);

	return c;
}

/* ---- a page, or one --------------------------------------------------------
 */

struct list {
	Yinhu__V1__ListCampaignsResponse out;
	struct cmp_page page;
	bool one; /* answer with the one campaign, not with a list */
};

static void reply_list(struct cmp_req *r, const PGresult *res)
{
	struct list *l = r->state;

	cmp_stats_fill(r, res, l->out.campaigns, l->out.n_campaigns);
	cmp_reply(r, l->one ? &l->out.campaigns[0]->base : &l->out.base);
}

static void on_rows(struct cmp_req *r, const PGresult *res)
{
	struct list *l = r->state;
	int n = cmp_page_rows(r, &l->page, res, &l->out.next_page_token);
	const char **ids;

	if (l->one && !n) {
		cmp_fail(r, YH_NOT_FOUND, "there is no such campaign");
		return;
	}
	l->out.n_campaigns = (size_t)n;
	l->out.campaigns =
		cmp_alloc(&r->arena, (size_t)n * sizeof(*l->out.campaigns));
	ids = cmp_alloc(&r->arena, (size_t)n * sizeof(*ids));
	for (int i = 0; i < n; i++) {
		l->out.campaigns[i] = campaign_of(r, res, i);
		ids[i] = l->out.campaigns[i]->name + strlen("campaigns/");
	}
	cmp_query(r, reply_list, CMP_STATS_SQL,
		  cmp_array(&r->arena, ids, (size_t)n));
}

static struct list *list_new(struct cmp_req *r, bool one)
{
	struct list *l = cmp_alloc(&r->arena, sizeof(*l));

	yinhu__v1__list_campaigns_response__init(&l->out);
	l->page.size = 1;
	l->one = one;
	r->state = l;

	return l;
}

static void show(struct cmp_req *r, const char *id)
{
	list_new(r, true);
	cmp_query(r, on_rows,
		  "SELECT " COLUMNS " FROM campaigns c WHERE id = $1", id);
}

static void list(service_t *s, const Yinhu__V1__ListCampaignsRequest *in,
		 Yinhu__V1__ListCampaignsResponse_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	struct list *l = list_new(r, false);

	if (!cmp_page_read(r, &l->page, "campaigns", in->page_token,
			   in->page_size)) {
		cmp_fail(
			r, YH_INVALID_ARGUMENT,
			"page_size must be 0 or more, page_token of this list");
		return;
	}
	cmp_query(r, on_rows,
		  "SELECT " COLUMNS " FROM campaigns c "
		  "WHERE $1::bigint = 0 OR c.seq < $1::bigint "
		  "ORDER BY c.seq DESC LIMIT $2::int",
		  cmp_page_after(r, &l->page), cmp_page_limit(r, &l->page));
}

/* The id of a campaign's name, or the request has failed. */
static char *need_id(struct cmp_req *r, const char *name)
{
	char *id = cmp_id(r, name, "campaigns", NULL);

	if (!id)
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "name must be \"campaigns/<id>\"");

	return id;
}

static void get(service_t *s, const Yinhu__V1__GetCampaignRequest *in,
		Yinhu__V1__Campaign_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	char *id = need_id(r, in->name);

	if (id)
		show(r, id);
}

/* ---- create ----------------------------------------------------------------
 */

/* What is wrong with it, NULL when nothing is. */
static const char *fault(const Yinhu__V1__Campaign *c, struct cmp_hours *h)
{
	if (!c)
		return "campaign is missing";
	if (!*c->display_name || strlen(c->display_name) > 200)
		return "display_name must have 1 to 200 bytes";
	if (!*c->bank_name || strlen(c->bank_name) > 200)
		return "bank_name must have 1 to 200 bytes";
	if (c->kind < 1 || c->kind > 3)
		return "kind must be MARKETING, SERVICE or COLLECTION";
	if (c->max_attempts > 10)
		return "max_attempts must be at most 10";
	if (c->max_concurrent_calls > 10000)
		return "max_concurrent_calls must be at most 10000";
	if (strlen(c->purpose) > 100 || strlen(c->product) > 100)
		return "purpose and product must have at most 100 bytes";
	if (c->product_risk > 5 || c->weight > 1000)
		return "product_risk must be at most 5, weight at most 1000";
	if ((int)c->pacing < 0 || (int)c->pacing > 3)
		return "pacing must be AGENTLESS, PREVIEW, PROGRESSIVE or "
		       "PREDICTIVE";
	if (c->max_calls_per_second > 1000 || c->ramp_up_seconds > 86400)
		return "max_calls_per_second must be at most 1000, "
		       "ramp_up_seconds at most 86400";
	if (strlen(c->caller_id) > 24 ||
	    c->caller_id[strspn(c->caller_id, "+0123456789")])
		return "caller_id must be digits";
	*h = cmp_hours_default((enum cmp_kind)c->kind);
	if (*c->call_from)
		h->from_min = cmp_minutes(c->call_from);
	if (*c->call_until)
		h->until_min = cmp_minutes(c->call_until);
	if (h->from_min < 0 || h->until_min < 0)
		return "call_from and call_until must be \"HH:MM\"";
	if (!cmp_hours_legal((enum cmp_kind)c->kind, *h))
		return "call_from must be before call_until, and collection "
		       "stays within 08:00 to 22:00";

	return NULL;
}

static void on_created(struct cmp_req *r, const PGresult *res)
{
	const char *id = cmp_col(res, 0, 1);

	if (!*id)
		id = cmp_col(res, 0, 2);
	if (*id)
		show(r, cmp_strdup(&r->arena, id));
	else if (!cmp_int(res, 0, 0) && cmp_bool(res, 0, 3))
		cmp_fail(r, YH_FAILED_PRECONDITION,
			 "the script is not approved; have it reviewed first");
	else if (!cmp_int(res, 0, 0))
		cmp_fail(r, YH_NOT_FOUND,
			 "there is no such script; create it first");
	else
		cmp_fail(r, YH_ABORTED, "the same request runs; try again");
}

static const char insert_sql[] =
	"WITH s AS (SELECT script_id, version FROM scripts "
	" WHERE script_id = $3 AND ($4::int = 0 OR version = $4::int) "
	" AND state = 3 AND (expires_at IS NULL OR expires_at > now()) "
	" ORDER BY version DESC LIMIT 1), "
	"i AS (INSERT INTO campaigns (id, request_id, script_id, "
	"  script_version, display_name, kind, call_from_min, call_until_min, "
	"  max_attempts, max_concurrent, caller_id, bank_name, purpose, "
	"  purpose_key, product, product_risk, weight, pacing, cps, ramp_s) "
	" SELECT $1, $2, script_id, version, $5, $6::smallint, $7::smallint, "
	"  $8::smallint, $9::int, $10::int, $11, $12, $13, $14::bigint, "
	"  CASE WHEN $15 = '' THEN script_id ELSE $15 END, $16::smallint, "
	"  $17::int, $18::smallint, $19::int, $20::int FROM s "
	" ON CONFLICT (request_id) DO NOTHING RETURNING id) "
	"SELECT (SELECT count(*) FROM s), (SELECT id FROM i), "
	" (SELECT id FROM campaigns WHERE request_id = $2), "
	" EXISTS (SELECT 1 FROM scripts WHERE script_id = $3 AND "
	"  ($4::int = 0 OR version = $4::int))";

static void create(service_t *s, const Yinhu__V1__CreateCampaignRequest *in,
		   Yinhu__V1__Campaign_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	const Yinhu__V1__Campaign *c = in->campaign;
	struct cmp_arena *a = &r->arena;
	struct cmp_hours h;
	const char *wrong = fault(c, &h);
	char *script, *version;
	const char *purpose;

	if (wrong || strlen(in->request_id) > 128) {
		cmp_fail(r, YH_INVALID_ARGUMENT, "%s",
			 wrong ? wrong : "request_id is too long");
		return;
	}
	script = cmp_id(r, c->script, "scripts", NULL);
	if (!script) {
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "script must be \"scripts/<id>@<version>\" or "
			 "\"scripts/<id>\"");
		return;
	}
	version = strchr(script, '@');
	if (version)
		*version++ = '\0';
	purpose = *c->purpose ? c->purpose
			      : cmp_kind_name((enum cmp_kind)c->kind);
	cmp_query(r, on_created, insert_sql, cmp_new_id(r, ""),
		  *in->request_id ? in->request_id : NULL, script,
		  cmp_fmt(a, "%d", version ? atoi(version) : 0),
		  c->display_name, cmp_fmt(a, "%d", (int)c->kind),
		  *c->call_from ? cmp_fmt(a, "%d", h.from_min) : NULL,
		  *c->call_until ? cmp_fmt(a, "%d", h.until_min) : NULL,
		  cmp_fmt(a, "%u", c->max_attempts ? c->max_attempts : 1),
		  cmp_fmt(a, "%u", c->max_concurrent_calls), c->caller_id,
		  c->bank_name, purpose,
		  cmp_fmt(a, "%lld", (long long)cmp_purpose_key(purpose)),
		  c->product, cmp_fmt(a, "%u", c->product_risk),
		  cmp_fmt(a, "%u", c->weight ? c->weight : 1),
		  cmp_fmt(a, "%d", (int)c->pacing),
		  cmp_fmt(a, "%u", c->max_calls_per_second),
		  cmp_fmt(a, "%u", c->ramp_up_seconds));
}

/* ---- states ----------------------------------------------------------------
 */

static const char *const states[] = {"?",      "DRAFT",	  "RUNNING",
				     "PAUSED", "STOPPED", "COMPLETED"};

struct move {
	const char *id;
	const char *from; /* array literal of states */
	int to;
	const char *reason;
	const char *actor;
	const char *rule;
};

static void on_moved(struct cmp_req *r, const PGresult *res)
{
	const struct move *m = r->state;
	int64_t old = PQntuples(res) ? cmp_int(res, 0, 0) : 0;

	if (!old)
		cmp_fail(r, YH_NOT_FOUND, "there is no such campaign");
	else if (cmp_int(res, 0, 1) || (m->to == 4 && old >= 4))
		show(r, m->id); /* to stop what has ended is no fault */
	else if (old == 3 && m->to == 2)
		cmp_fail(r, YH_FAILED_PRECONDITION,
			 "G16 paused the campaign: it is resumed by a person, "
			 "whose id is missing");
	else if (old == 1 && m->to == 2)
		cmp_fail(r, YH_FAILED_PRECONDITION,
			 "the campaign has no contacts; import some first");
	else
		cmp_fail(r, YH_FAILED_PRECONDITION, "the campaign is %s; %s",
			 states[old < 6 ? old : 0], m->rule);
}

static void move(struct cmp_req *r, const char *name, struct move m)
{
	struct move *kept = cmp_alloc(&r->arena, sizeof(*kept));

	m.id = need_id(r, name);
	if (!m.id)
		return;
	if (*m.actor && !cmp_actor_ok(m.actor)) {
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "actor must be [A-Za-z0-9._@-]{1,64}");
		return;
	}
	*kept = m;
	r->state = kept;
	cmp_query(r, on_moved,
		  "WITH old AS (SELECT id, state, state_actor = "
		  "'" CMP_BREAKER_ACTOR "' AS broken FROM campaigns "
		  " WHERE id = $1 FOR UPDATE), "
		  "u AS (UPDATE campaigns c SET state = $3::smallint, "
		  " state_reason = $4, state_actor = $5, "
		  " trunk_failures = 0, "
		  /* Who resumes it answers for what was; it is watched again
		   * from here on. */
		  " watched_from = CASE WHEN again.yes THEN now() "
		  "  ELSE watched_from END, "
		  " refusals_permille = CASE WHEN again.yes THEN 0 "
		  "  ELSE refusals_permille END, "
		  " findings_permille = CASE WHEN again.yes THEN 0 "
		  "  ELSE findings_permille END, "
		  " started_at = CASE WHEN $3::int = 2 THEN "
		  "  coalesce(started_at, now()) ELSE started_at END, "
		  " ended_at = CASE WHEN $3::int = 4 THEN now() END, "
		  /* It begins level with those that run. */
		  " served = CASE WHEN $3::int = 2 THEN greatest(served, "
		  "  coalesce((SELECT min(o.served) FROM campaigns o "
		  "   WHERE o.state = 2), 0)) ELSE served END "
		  " FROM old CROSS JOIN LATERAL (SELECT broken AND $3::int = 2 "
		  "  AS yes) again "
		  " WHERE c.id = old.id AND old.state = ANY($2::int[]) "
		  " AND ($5 <> '' OR NOT again.yes)"
		  " AND ($3::int <> 2 OR EXISTS (SELECT 1 FROM contacts k "
		  "  WHERE k.campaign_id = c.id)) RETURNING 1) "
		  "SELECT old.state, (SELECT count(*) FROM u) FROM old",
		  m.id, m.from, cmp_fmt(&r->arena, "%d", m.to),
		  cmp_strndup(&r->arena, m.reason, strnlen(m.reason, 200)),
		  m.actor);
}

static void start(service_t *s, const Yinhu__V1__StartCampaignRequest *in,
		  Yinhu__V1__Campaign_Closure closure, void *data)
{
	move(CMP_RPC(s, in, closure, data), in->name,
	     (struct move){.from = "{1}",
			   .to = 2,
			   .reason = "",
			   .actor = in->actor,
			   .rule = "only a DRAFT can be started"});
}

static void pause_(service_t *s, const Yinhu__V1__PauseCampaignRequest *in,
		   Yinhu__V1__Campaign_Closure closure, void *data)
{
	move(CMP_RPC(s, in, closure, data), in->name,
	     (struct move){.from = "{2}",
			   .to = 3,
			   .reason = *in->reason ? in->reason : "by request",
			   .actor = in->actor,
			   .rule = "only a RUNNING one can be paused"});
}

static void resume(service_t *s, const Yinhu__V1__ResumeCampaignRequest *in,
		   Yinhu__V1__Campaign_Closure closure, void *data)
{
	move(CMP_RPC(s, in, closure, data), in->name,
	     (struct move){.from = "{3}",
			   .to = 2,
			   .reason = in->reason,
			   .actor = in->actor,
			   .rule = "only a PAUSED one can be resumed"});
}

static void stop(service_t *s, const Yinhu__V1__StopCampaignRequest *in,
		 Yinhu__V1__Campaign_Closure closure, void *data)
{
	move(CMP_RPC(s, in, closure, data), in->name,
	     (struct move){.from = "{1,2,3}",
			   .to = 4,
			   .reason = *in->reason ? in->reason : "by request",
			   .actor = in->actor,
			   .rule = "it cannot be stopped"});
}

void cmp_campaigns_bind(service_t *s)
{
	s->create_campaign = create;
	s->get_campaign = get;
	s->list_campaigns = list;
	s->start_campaign = start;
	s->pause_campaign = pause_;
	s->resume_campaign = resume;
	s->stop_campaign = stop;
}
