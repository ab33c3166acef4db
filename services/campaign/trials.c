/** @file trials.c  RuleService: past calls for a pack on trial. */
#include <string.h>

#include "base/mem.h"
#include "page.h"
#include "req.h"
#include "yinhu/v1/rules.pb-c.h"

typedef Yinhu__V1__RuleService_Service service_t;
typedef Yinhu__V1__CallEvent event_t;

/* What a page of calls may hold: a message of the bus has 8 MiB. */
enum { MAX_CALLS = 20, MAX_EVENTS = 20000 };

struct trying {
	struct cmp_page page;
	Yinhu__V1__JudgeCallsRequest ask;
	char *next;
	event_t *kept[MAX_EVENTS]; /* freed after the answer */
	size_t n;
};

static void try_end(struct cmp_req *r, const ProtobufCMessage *output,
		    enum yh_status_code code, const char *text)
{
	struct trying *t = r->state;

	cmp_rpc_end(r, output, code, text);
	for (size_t i = 0; i < t->n; i++)
		yinhu__v1__call_event__free_unpacked(t->kept[i], NULL);
}

static void on_judged(const Yinhu__V1__JudgeCallsResponse *in, void *arg)
{
	Yinhu__V1__TryRulesResponse out = YINHU__V1__TRY_RULES_RESPONSE__INIT;
	struct cmp_req *r = arg;
	struct trying *t = r->state;
	const struct yh_status *s = yh_rpc_status();

	if (!in) {
		cmp_fail(r,
			 s->code == YH_INVALID_ARGUMENT ||
					 s->code == YH_RESOURCE_EXHAUSTED
				 ? s->code
				 : YH_UNAVAILABLE,
			 "%s", s->message ? s->message : "");
		return;
	}
	out.calls = cmp_alloc(&r->arena, (in->n_calls + 1) * sizeof(void *));
	for (size_t i = 0; i < in->n_calls; i++) {
		if (in->calls[i]->n_findings)
			out.calls[out.n_calls++] = in->calls[i];
	}
	out.judged = (uint32_t)in->n_calls;
	out.next_page_token = t->next;
	cmp_reply(r, &out.base);
}

static Yinhu__V1__RecordedCall *call_of(struct trying *t, const char *id)
{
	for (size_t i = 0; i < t->ask.n_calls; i++) {
		if (!strcmp(t->ask.calls[i]->call + strlen("calls/"), id))
			return t->ask.calls[i];
	}

	return NULL;
}

static event_t *open_event(struct cmp_req *r, const PGresult *res, int i)
{
	struct trying *t = r->state;
	size_t len;
	char *packed = cmp_open(r, "event", res, i, 1, &len);
	event_t *e = packed ? yinhu__v1__call_event__unpack(NULL, len,
							    (uint8_t *)packed)
			    : NULL;

	if (e)
		t->kept[t->n++] = e;

	return e;
}

static void on_events(struct cmp_req *r, const PGresult *res)
{
	struct trying *t = r->state;

	if (PQntuples(res) > MAX_EVENTS) {
		cmp_fail(r, YH_OUT_OF_RANGE,
			 "these calls have more than %d events; ask for fewer "
			 "of them (page_size)",
			 MAX_EVENTS);
		return;
	}
	for (size_t i = 0; i < t->ask.n_calls; i++)
		t->ask.calls[i]->events =
			cmp_alloc(&r->arena, ((size_t)PQntuples(res) + 1) *
						     sizeof(void *));
	for (int i = 0; i < PQntuples(res); i++) {
		Yinhu__V1__RecordedCall *c = call_of(t, cmp_col(res, i, 0));
		event_t *e = c ? open_event(r, res, i) : NULL;

		if (e)
			c->events[c->n_events++] = e;
	}
	yinhu__v1__rule_trial_service__judge_calls(r->app->trials, &t->ask,
						   on_judged, r);
}

static void on_calls(struct cmp_req *r, const PGresult *res)
{
	struct trying *t = r->state;
	int n = cmp_page_rows(r, &t->page, res, &t->next);
	const char **ids = cmp_alloc(&r->arena, ((size_t)n + 1) * sizeof(*ids));

	t->ask.calls = cmp_alloc(&r->arena, ((size_t)n + 1) * sizeof(void *));
	for (int i = 0; i < n; i++) {
		Yinhu__V1__RecordedCall *c = cmp_new(r, Yinhu__V1__RecordedCall,
						     yinhu__v1__recorded_call);

		ids[i] = cmp_text(r, res, i, 1);
		c->call = cmp_fmt(&r->arena, "calls/%s", ids[i]);
		t->ask.calls[t->ask.n_calls++] = c;
	}
	cmp_query(r, on_events,
		  "SELECT call_id, payload_enc FROM call_events WHERE call_id "
		  "= ANY($1::text[]) ORDER BY time_us LIMIT $2::int",
		  cmp_array(&r->arena, ids, (size_t)n),
		  cmp_fmt(&r->arena, "%d", MAX_EVENTS + 1));
}

/* "2026-11-27" or "": what PostgreSQL would make of others is not asked. */
static bool is_day(const char *day)
{
	static const char digits[] = "0123456789";

	return !*day || (strlen(day) == 10 && strspn(day, digits) == 4 &&
			 day[4] == '-' && strspn(day + 5, digits) == 2 &&
			 day[7] == '-' && strspn(day + 8, digits) == 2);
}

static void try_rules(service_t *s, const Yinhu__V1__TryRulesRequest *in,
		      Yinhu__V1__TryRulesResponse_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	struct cmp_arena *a = &r->arena;
	struct trying *t = cmp_alloc(a, sizeof(*t));
	char *campaign = *in->campaign
				 ? cmp_id(r, in->campaign, "campaigns", NULL)
				 : cmp_strdup(a, "");

	r->state = t;
	r->end = try_end;
	yinhu__v1__judge_calls_request__init(&t->ask);
	t->ask.source = in->source;
	t->next = (char *)protobuf_c_empty_string;
	if (!campaign || !is_day(in->day) ||
	    !cmp_page_read(r, &t->page, "trial", in->page_token,
			   in->page_size && in->page_size < MAX_CALLS
				   ? in->page_size
				   : MAX_CALLS)) {
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "campaign must be \"campaigns/<id>\", day "
			 "\"YYYY-MM-DD\", page_size 0 or more, page_token of "
			 "this list");
		return;
	}
	cmp_query(r, on_calls,
		  "SELECT seq, id FROM attempts WHERE answered_at IS NOT NULL "
		  "AND terminal AND ($1 = '' OR campaign_id = $1) AND ($2 = '' "
		  "OR (answered_at AT TIME ZONE 'Asia/Shanghai')::date = "
		  "nullif($2, '')::date) AND ($3::bigint = 0 OR "
		  "seq < $3::bigint) ORDER BY seq DESC LIMIT $4::int",
		  campaign, in->day, cmp_page_after(r, &t->page),
		  cmp_page_limit(r, &t->page));
}

void cmp_trials_bind(service_t *s)
{
	s->try_rules = try_rules;
}
