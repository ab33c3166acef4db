/**
 * @file agents.c  AgentService and AgentPoolService: who is there to talk.
 *
 * What agents say is a row; which dialer paces a campaign's agents is another,
 * renewed by each sync and lost after 5 s without one.
 */
#include <string.h>

#include "page.h"

enum { ADDRESS_MAX = 120 };

typedef Yinhu__V1__AgentService_Service service_t;
typedef Yinhu__V1__AgentPoolService_Service pools_t;
typedef Yinhu__V1__Agent agent_t;

#define COLUMNS                                                                \
	"a.id, a.display_name, a.campaign_id, CASE WHEN NOT a.signed_in "      \
	"THEN 5 WHEN a.state IN (3, 4) THEN a.state WHEN a.ready THEN 2 "      \
	"ELSE 1 END, a.call_id, "                                              \
	"(extract(epoch from a.changed_at) * 1000000)::bigint"

static agent_t *agent_of(struct cmp_req *r, const PGresult *res, int i)
{
	agent_t *a = cmp_new(r, agent_t, yinhu__v1__agent);
	struct cmp_arena *m = &r->arena;

	a->name = cmp_fmt(m, "agents/%s", cmp_col(res, i, 0));
	a->display_name = cmp_text(r, res, i, 1);
	a->campaign = cmp_fmt(m, "campaigns/%s", cmp_col(res, i, 2));
	a->state = (Yinhu__V1__Agent__State)cmp_int(res, i, 3);
	if (*cmp_col(res, i, 4))
		a->call = cmp_fmt(m, "calls/%s", cmp_col(res, i, 4));
	a->state_time = cmp_time(r, res, i, 5);

	return a;
}

static void on_agent(struct cmp_req *r, const PGresult *res)
{
	if (PQntuples(res))
		cmp_reply(r, &agent_of(r, res, 0)->base);
	else
		cmp_fail(r, YH_NOT_FOUND,
			 "there is no such agent who is signed in");
}

static bool id_ok(const char *s)
{
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuv"
			     "wxyz0123456789_-");

	return n && n < 64 && !s[n];
}

/* The id of an agent's name, or the request has failed. */
static const char *need_id(struct cmp_req *r, const char *name)
{
	char *id = cmp_id(r, name, "agents", NULL);

	if (id && id_ok(id))
		return id;
	cmp_fail(r, YH_INVALID_ARGUMENT,
		 "name must be \"agents/<id>\", the id [A-Za-z0-9_-]{1,63}");

	return NULL;
}

/* ---- signing in ------------------------------------------------------------
 */

static bool address_ok(const char *s)
{
	if (strlen(s) > ADDRESS_MAX)
		return false;
	if (!strncmp(s, "sip:", 4))
		return !s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
				    "qrstuvwxyz0123456789:@.+_-")];
	s += *s == '+';

	return !s[strspn(s, "0123456789")];
}

static void on_signed_in(struct cmp_req *r, const PGresult *res)
{
	if (PQntuples(res))
		on_agent(r, res);
	else
		cmp_fail(
			r, YH_FAILED_PRECONDITION,
			"there is no such campaign whose pacing is for agents");
}

static void sign_in(service_t *s, const Yinhu__V1__SignInAgentRequest *in,
		    Yinhu__V1__Agent_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	const agent_t *a = in->agent;
	const char *id = need_id(r, a ? a->name : "");
	char *campaign;

	if (!id)
		return;
	campaign = cmp_id(r, a->campaign, "campaigns", NULL);
	if (!campaign || !address_ok(a->address) ||
	    strlen(a->display_name) > 200) {
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "campaign must be \"campaigns/<id>\", address digits "
			 "or sip:user@host, display_name at most 200 bytes");
		return;
	}
	cmp_query(
		r, on_signed_in,
		"INSERT INTO agents AS a (id, campaign_id, display_name, "
		" address_enc) SELECT $1, id, $3, $4::bytea FROM campaigns "
		" WHERE id = $2 AND pacing <> 0 "
		"ON CONFLICT (id) DO UPDATE SET campaign_id = "
		" excluded.campaign_id, display_name = excluded.display_name, "
		" address_enc = excluded.address_enc, signed_in = true, "
		" ready = false, state = CASE a.state WHEN 3 THEN 3 ELSE 1 "
		" END, changed_at = now() RETURNING " COLUMNS,
		id, campaign, a->display_name,
		cmp_sealed(r, "agent.address", a->address, strlen(a->address)));
}

/* ---- what an agent says ----------------------------------------------------
 */

/* @param set SQL of a word that only who is signed in can say */
#define SAY(r, id, set)                                                        \
	cmp_query(r, on_agent,                                                 \
		  "UPDATE agents a SET " set ", changed_at = now() "           \
		  "WHERE id = $1 AND signed_in RETURNING " COLUMNS,            \
		  id)

static void set_state(service_t *s, const Yinhu__V1__SetAgentStateRequest *in,
		      Yinhu__V1__Agent_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	const char *id = need_id(r, in->name);

	if (!id)
		return;
	if (in->state == YINHU__V1__AGENT__STATE__READY)
		SAY(r, id, "ready = true, ready_seq = ready_seq + 1");
	else if (in->state == YINHU__V1__AGENT__STATE__AWAY)
		SAY(r, id, "ready = false");
	else
		cmp_fail(r, YH_INVALID_ARGUMENT, "state must be READY or AWAY");
}

static void dial(service_t *s, const Yinhu__V1__DialForAgentRequest *in,
		 Yinhu__V1__Agent_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	const char *id = need_id(r, in->name);

	if (id)
		SAY(r, id, "dial_seq = dial_seq + 1");
}

static void sign_out(service_t *s, const Yinhu__V1__SignOutAgentRequest *in,
		     Yinhu__V1__Agent_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	const char *id = need_id(r, in->name);

	if (id)
		SAY(r, id, "signed_in = false, ready = false, state = 1");
}

static void get(service_t *s, const Yinhu__V1__GetAgentRequest *in,
		Yinhu__V1__Agent_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	const char *id = need_id(r, in->name);

	if (id)
		cmp_query(r, on_agent,
			  "SELECT " COLUMNS " FROM agents a WHERE id = $1", id);
}

static void on_list(struct cmp_req *r, const PGresult *res)
{
	Yinhu__V1__ListAgentsResponse out =
		YINHU__V1__LIST_AGENTS_RESPONSE__INIT;

	if (!PQntuples(res)) {
		cmp_reply_none(r, CMP_THE_CAMPAIGN, r->state,
			       out.base.descriptor);
		return;
	}
	out.agents = cmp_alloc(&r->arena,
			       (size_t)PQntuples(res) * sizeof(*out.agents));
	for (int i = 0; i < PQntuples(res); i++)
		out.agents[out.n_agents++] = agent_of(r, res, i);
	cmp_reply(r, &out.base);
}

static void list(service_t *s, const Yinhu__V1__ListAgentsRequest *in,
		 Yinhu__V1__ListAgentsResponse_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	char *id = cmp_id(r, in->parent, "campaigns", NULL);

	r->state = id;
	if (id)
		cmp_query(r, on_list,
			  "SELECT " COLUMNS " FROM agents a WHERE campaign_id "
			  "= $1 AND signed_in ORDER BY id LIMIT 2000",
			  id);
	else
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "parent must be \"campaigns/<id>\"");
}

/* ---- a dialer's pools ------------------------------------------------------
 */

static Yinhu__V1__AgentPool *pool_of(struct cmp_req *r, const PGresult *res,
				     int i)
{
	Yinhu__V1__AgentPool *p =
		cmp_new(r, Yinhu__V1__AgentPool, yinhu__v1__agent_pool);

	p->campaign_id = cmp_text(r, res, i, 0);
	p->pacing = (Yinhu__V1__Campaign__Pacing)cmp_int(res, i, 1);
	p->bank_name = cmp_text(r, res, i, 2);
	p->members = cmp_alloc(&r->arena,
			       (size_t)PQntuples(res) * sizeof(*p->members));

	return p;
}

static Yinhu__V1__AgentPool__Member *member_of(struct cmp_req *r,
					       const PGresult *res, int i)
{
	Yinhu__V1__AgentPool__Member *m = cmp_new(
		r, Yinhu__V1__AgentPool__Member, yinhu__v1__agent_pool__member);
	size_t len;
	char *address = cmp_open(r, "agent.address", res, i, 4, &len);

	m->agent_id = cmp_text(r, res, i, 3);
	if (address)
		m->address = address;
	m->ready = cmp_bool(res, i, 5);
	m->ready_seq = (uint64_t)cmp_int(res, i, 6);
	m->dial_seq = (uint64_t)cmp_int(res, i, 7);

	return m;
}

/* Rows come by campaign. */
static void on_pools(struct cmp_req *r, const PGresult *res)
{
	Yinhu__V1__SyncAgentsResponse out =
		YINHU__V1__SYNC_AGENTS_RESPONSE__INIT;
	Yinhu__V1__AgentPool *p = NULL;

	out.pools = cmp_alloc(&r->arena,
			      (size_t)PQntuples(res) * sizeof(*out.pools));
	for (int i = 0; i < PQntuples(res); i++) {
		if (!p || strcmp(p->campaign_id, cmp_col(res, i, 0)))
			out.pools[out.n_pools++] = p = pool_of(r, res, i);
		p->members[p->n_members++] = member_of(r, res, i);
	}
	cmp_reply(r, &out.base);
}

/* A campaign's agents go to the dialer that asks first, all of them: one loop
 * over many agents wastes less than several over few. */
static const char sync_sql[] =
	"WITH mine AS (INSERT INTO agent_pools AS p (campaign_id, instance) "
	" SELECT DISTINCT c.id, $1 FROM agents a "
	"  JOIN campaigns c ON c.id = a.campaign_id "
	"  WHERE a.signed_in AND c.state = 2 AND c.pacing <> 0 "
	" ON CONFLICT (campaign_id) DO UPDATE SET instance = $1, "
	"  seen_at = now() WHERE p.instance = $1 "
	"  OR p.seen_at < now() - interval '5 seconds' RETURNING campaign_id), "
	"told AS (UPDATE agents a SET state = n.state, call_id = n.call, "
	"  changed_at = now() FROM unnest($2::text[], $3::smallint[], "
	"  $4::text[]) AS n (id, state, call) JOIN agent_pools p "
	"  ON p.instance = $1 WHERE a.id = n.id "
	"  AND p.campaign_id = a.campaign_id "
	"  AND (a.state, a.call_id) <> (n.state, n.call)) "
	"SELECT c.id, c.pacing, c.bank_name, a.id, a.address_enc, a.ready, "
	" a.ready_seq, a.dial_seq FROM mine "
	"JOIN campaigns c ON c.id = mine.campaign_id "
	"JOIN agents a ON a.campaign_id = c.id WHERE a.signed_in "
	"ORDER BY c.id, a.id LIMIT 2000";

static void sync_agents(pools_t *s, const Yinhu__V1__SyncAgentsRequest *in,
			Yinhu__V1__SyncAgentsResponse_Closure closure,
			void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	struct cmp_arena *m = &r->arena;
	size_t n = in->n_reports;
	const char **ids = cmp_alloc(m, (n + 1) * sizeof(*ids));
	const char **states = cmp_alloc(m, (n + 1) * sizeof(*states));
	const char **calls = cmp_alloc(m, (n + 1) * sizeof(*calls));

	if (!id_ok(in->instance)) {
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "instance must be [A-Za-z0-9_-]{1,63}");
		return;
	}
	if (in->leaves) {
		cmp_query(r, on_pools,
			  "WITH d AS (DELETE FROM agent_pools "
			  " WHERE instance = $1) SELECT 1 WHERE false",
			  in->instance);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		ids[i] = in->reports[i]->agent_id;
		states[i] = cmp_fmt(m, "%d", (int)in->reports[i]->state);
		calls[i] = in->reports[i]->call_id;
	}
	cmp_query(r, on_pools, sync_sql, in->instance, cmp_array(m, ids, n),
		  cmp_array(m, states, n), cmp_array(m, calls, n));
}

void cmp_agents_bind(service_t *s)
{
	s->sign_in_agent = sign_in;
	s->set_agent_state = set_state;
	s->dial_for_agent = dial;
	s->sign_out_agent = sign_out;
	s->get_agent = get;
	s->list_agents = list;
}

void cmp_agent_pools_bind(pools_t *s)
{
	s->sync_agents = sync_agents;
}
