/** @file place.c  A call finds its trunk, see call.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "call_priv.h"
#include "crypto/crypto.h"
#include "metrics.h"

static unsigned index_of(const struct dial_call *c, const struct dial_trunk *t)
{
	return (unsigned)(t - c->app->trunks->list);
}

static void take(struct dial_call *c, struct dial_trunk *t)
{
	dial_route_take(c->app->trunks, t, yh_now_ms());
	c->trunk = t;
	c->trunk_name = t->name;
	c->tried |= 1u << index_of(c, t);
	yh_metric_set_l(&dial_m_trunk_calls, t->name, t->live);
	yh_metric_add_l(&dial_m_trunk_attempts, t->name, 1);
}

void dial_call_leave_trunk(struct dial_call *c)
{
	if (!c->trunk)
		return;
	dial_route_leave(c->trunk);
	yh_metric_set_l(&dial_m_trunk_calls, c->trunk->name, c->trunk->live);
	c->trunk = NULL;
}

/* It never left: told as such, without an INVITE. */
static void refuse(struct dial_call *c, Yinhu__V1__CallOutcome outcome,
		   const char *why)
{
	c->outcome = outcome;
	c->hung_up_by = "network";
	snprintf(c->reason, sizeof(c->reason), "%s", why);
	dial_call_line_down(c, true);
}

/* The lease's number if it is of the contracted pool, else the pool's first.
 * NULL: the call must not be placed. */
static const char *caller_id(const struct dial_call *c,
			     const struct dial_trunk *t)
{
	if (c->lease->caller_id[0])
		return dial_trunk_number(t, c->lease->caller_id);

	return t->n_caller_ids ? t->caller_ids[0] : NULL;
}

static int invite(struct dial_call *c, struct dial_trunk *t, uint16_t port)
{
	struct dial_sip_invite inv = {.id = c->id,
				      .trunk = index_of(c, t),
				      .number = c->lease->phone,
				      .caller = caller_id(c, t),
				      .rtp_port = port,
				      .session = c->id,
				      .srtp = t->media};
	int err = 0;

	c->shown = inv.caller;
	c->srtp = t->media;
	if (c->srtp != DIAL_SRTP_OFF)
		err = yh_random(c->srtp_key, sizeof(c->srtp_key));
	memcpy(inv.srtp_key, c->srtp_key, sizeof(inv.srtp_key));
	if (!err)
		err = dial_sip_invite(c->app->sip, &inv);

	if (!err)
		take(c, t);

	return err;
}

void dial_call_place(struct dial_call *c, struct dial_trunk *t)
{
	int err;

	/* It may have gone down, or sent us away, since the lease was asked
	 * for. */
	if (!t->up || t->closed_until_ms > yh_now_ms())
		t = dial_route_other(c->app->trunks, c->lease->caller_id,
				     c->tried, yh_now_ms());
	if (!t) {
		refuse(c, YINHU__V1__CALL_OUTCOME__TRUNK_FAILURE,
		       "the trunk was lost before the call was placed");
		return;
	}
	if (!caller_id(c, t)) {
		refuse(c, YINHU__V1__CALL_OUTCOME__OTHER_FAILURE,
		       "the caller id is not in the trunk's pool");
		return;
	}
	err = dial_media_add(c->app->media, c->id, NULL, &c->leg, &c->port);
	if (err) {
		refuse(c, YINHU__V1__CALL_OUTCOME__TRUNK_FAILURE,
		       err == -EADDRINUSE ? "no free RTP port"
					  : "no room for the call's media");
		return;
	}
	c->leg_lives = true;
	dial_tell_dialing(c);
	if (invite(c, t, c->port))
		refuse(c, YINHU__V1__CALL_OUTCOME__OTHER_FAILURE,
		       "the number cannot be dialled");
	else
		yh_metric_add(&dial_m_attempts, 1);
}

/* A 503 is the trunk's own word: a proxy that gets one from further on sends
 * 500 in its place (RFC 3261 section 16.7). Anything else, and anything after a
 * response above 100, could have rung: no second INVITE. */
bool dial_call_fail_over(struct dial_call *c, const struct dial_sip_event *ev)
{
	struct dial_trunk *t = c->trunk, *other;
	uint64_t now = yh_now_ms();

	if (!t || ev->code != 503 || ev->local)
		return false;
	dial_route_close(t, ev->retry_after_s, now);
	if (ev->retry_after_s) {
		yh_metric_add_l(&dial_m_trunk_closed, t->name, 1);
		yh_warn("trunk.closed", "trunk=%s retry_after_s=%u", t->name,
			ev->retry_after_s);
	}
	if (c->state != DIAL_DIALING || ev->alerted || c->hang_up_us ||
	    c->app->draining)
		return false;
	other = dial_route_other(c->app->trunks, c->lease->caller_id, c->tried,
				 now);
	if (!other || invite(c, other, c->port))
		return false;
	dial_route_leave(t);
	yh_metric_set_l(&dial_m_trunk_calls, t->name, t->live);
	yh_metric_add_l(&dial_m_trunk_failures, t->name, 1);
	yh_metric_add(&dial_m_failovers, 1);
	yh_info("call.failover", "call_id=%s from=%s to=%s", c->lease->call_id,
		t->name, other->name);

	return true;
}
