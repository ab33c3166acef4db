/**
 * @file dialing.c  DialingService: the global switch.
 *
 * A row of the database, so that it survives all of us. It is changed behind
 * the lock that every lease transaction holds shared: when it answers, no
 * transaction that saw the old state is left.
 */
#include <string.h>

#include "base/log.h"
#include "ledger.h"

typedef Yinhu__V1__DialingService_Service service_t;

#define COLUMNS                                                                \
	"halted, reason, (extract(epoch from changed_at) * 1000000)::bigint"

struct change {
	bool halt;
	const char *reason;
	Yinhu__V1__DialSwitch *out;
};

static Yinhu__V1__DialSwitch *dialing_of(struct cmp_req *r, const PGresult *res)
{
	Yinhu__V1__DialSwitch *d =
		cmp_new(r, Yinhu__V1__DialSwitch, yinhu__v1__dial_switch);

	d->halted = cmp_bool(res, 0, 0);
	d->reason = cmp_text(r, res, 0, 1);
	d->change_time = cmp_time(r, res, 0, 2);

	return d;
}

static void on_row(struct cmp_req *r, const PGresult *res)
{
	cmp_reply(r, &dialing_of(r, res)->base);
}

static void get(service_t *s, const Yinhu__V1__GetDialingRequest *in,
		Yinhu__V1__DialSwitch_Closure closure, void *data)
{
	cmp_query_n(CMP_RPC(s, in, closure, data), on_row,
		    "SELECT " COLUMNS " FROM dialing", 0, NULL);
}

static void on_committed(struct cmp_req *r, const PGresult *res)
{
	const struct change *c = r->state;

	(void)res;
	yh_warn(c->halt ? "dialing.halted" : "dialing.resumed", "by=api");
	yh_metric_set(&cmp_m_halted, c->halt);
	cmp_reply(r, &c->out->base);
}

static void on_changed(struct cmp_req *r, const PGresult *res)
{
	struct change *c = r->state;

	c->out = dialing_of(r, res);
	cmp_commit(r, on_committed);
}

static void on_locked(struct cmp_req *r, const PGresult *res)
{
	const struct change *c = r->state;

	(void)res;
	cmp_query(r, on_changed,
		  "UPDATE dialing SET halted = $1::bool, reason = $2, "
		  "changed_at = now() RETURNING " COLUMNS,
		  c->halt ? "t" : "f", c->reason);
}

static void on_begun(struct cmp_req *r, const PGresult *res)
{
	(void)res;
	cmp_query_n(r, on_locked,
		    "SELECT pg_advisory_xact_lock(" CMP_DIALING_LOCK ")", 0,
		    NULL);
}

static void change(struct cmp_req *r, bool halt, const char *reason)
{
	struct change *c = cmp_alloc(&r->arena, sizeof(*c));

	*c = (struct change){.halt = halt, .reason = reason};
	r->state = c;
	if (strlen(reason) > CMP_REASON_MAX)
		cmp_fail(r, YH_INVALID_ARGUMENT, "reason is too long");
	else
		cmp_begin(r, on_begun);
}

static void halt(service_t *s, const Yinhu__V1__HaltDialingRequest *in,
		 Yinhu__V1__DialSwitch_Closure closure, void *data)
{
	change(CMP_RPC(s, in, closure, data), true, in->reason);
}

static void resume(service_t *s, const Yinhu__V1__ResumeDialingRequest *in,
		   Yinhu__V1__DialSwitch_Closure closure, void *data)
{
	change(CMP_RPC(s, in, closure, data), false, in->reason);
}

void cmp_dialing_bind(service_t *s)
{
	s->get_dialing = get;
	s->halt_dialing = halt;
	s->resume_dialing = resume;
}
