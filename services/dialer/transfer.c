/** @file transfer.c  A call is handed to an agent, contract in transfer.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agents.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "call_priv.h"
#include "crypto/crypto.h"
#include "metrics.h"
#include "summary.h"
#include "transfer.h"

enum { RING_DEFAULT_MS = 20000, RING_MIN_MS = 1000, RING_MAX_MS = 120000 };

#define STATE(name) YINHU__V1__TRANSFER_PROGRESS__STATE__##name

struct dial_transfer {
	struct dial_transfer *next;
	struct dial_app *app;
	uint32_t id;	    /* of its SIP dialog and media */
	uint32_t call;	    /* the call's; 0 = that is over */
	uint32_t inspected; /* the call whose agent is listened to; 0 = none */
	uint32_t seq, ring_ms;
	uint64_t since_us;
	bool refers, placed, ringing, connected, told, hanging;
	bool sip_lives, leg_lives;
	uint64_t end_us;	  /* since when only its ends are waited for */
	struct dial_trunk *trunk; /* its channel is held; NULL = none */
	struct dial_leg *leg;
	enum dial_srtp_mode srtp;
	uint8_t srtp_key[DIAL_SRTP_KEY_BYTES];
	char agent[128], headers[DIAL_SUMMARY_BYTES];
};

static struct dial_transfer *by_id(const struct dial_app *app, uint32_t id)
{
	struct dial_transfer *t = app->transfers;

	while (t && t->id != id)
		t = t->next;

	return t;
}

static struct dial_transfer *of_call(const struct dial_call *c)
{
	struct dial_transfer *t = c->app->transfers;

	while (t && (t->call != c->id || t->told))
		t = t->next;

	return t;
}

static struct dial_call *call_of(const struct dial_transfer *t)
{
	return t->call ? dial_call_by_id(t->app, t->call) : NULL;
}

bool dial_transfer_connected(const struct dial_call *c)
{
	const struct dial_transfer *t = of_call(c);

	return t && t->connected;
}

bool dial_transfer_exists(const struct dial_call *c)
{
	return of_call(c);
}

/* ---- its end ---------------------------------------------------------------
 */

static void close_leg(struct dial_transfer *t)
{
	const struct dial_order o = {.kind = DIAL_ORDER_CLOSE};

	if (t->leg && !dial_media_order(t->app->media, t->leg, &o))
		t->leg = NULL;
}

static void leave_trunk(struct dial_transfer *t)
{
	if (t->trunk)
		dial_route_leave(t->trunk);
	t->trunk = NULL;
}

static void free_transfer(struct dial_transfer *t)
{
	struct dial_transfer **at = &t->app->transfers;

	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	leave_trunk(t);
	explicit_bzero(t->srtp_key, sizeof(t->srtp_key));
	yh_free(t);
}

static void hang_up(struct dial_transfer *t, const char *why)
{
	if (!t->sip_lives || t->hanging || t->refers)
		return;
	t->hanging = true;
	(void)dial_sip_hang_up(t->app->sip, t->id, 16, why);
}

static void tell_news(struct dial_transfer *t,
		      const struct dial_transfer_news *news)
{
	struct dial_call *c = call_of(t);

	if (c && dial_tell_transfer(c, news, NULL, 0))
		yh_warn("transfer.untold", "call_id=%s state=%d",
			c->lease->call_id, news->state);
}

static void tell(struct dial_transfer *t, int state, uint32_t code,
		 const char *reason)
{
	const struct dial_transfer_news news = {.state = state,
						.seq = t->seq,
						.since_us = t->since_us,
						.code = code,
						.reason = reason};

	tell_news(t, &news);
}

/* @param why What the agent says is not recognised, or NULL */
static void tell_connected(struct dial_transfer *t, const char *why)
{
	const struct dial_transfer_news news = {.state = STATE(CONNECTED),
						.seq = t->seq,
						.since_us = t->since_us,
						.code = 200,
						.reason = "",
						.not_inspected = why};

	tell_news(t, &news);
	yh_metric_add_l(&dial_m_transfers, "connected", 1);
	if (why)
		yh_metric_add(&dial_m_not_inspected, 1);
}

/* The call is the bot's again. */
static void fail(struct dial_transfer *t, uint32_t code, const char *reason)
{
	struct dial_call *c = call_of(t);

	if (t->told)
		return;
	tell(t, STATE(FAILED), code, reason);
	t->told = true;
	if (c && c->pool)
		dial_agents_unreached(c);
	yh_metric_add_l(&dial_m_transfers, "failed", 1);
	hang_up(t, reason);
	close_leg(t);
}

void dial_transfer_call_ended(struct dial_call *c)
{
	struct dial_transfer *t = of_call(c);

	if (!t)
		return;
	t->told = true;
	t->call = 0;
	hang_up(t, "the callee has hung up");
	close_leg(t);
}

/* ---- its beginning ---------------------------------------------------------
 */

/* "sip:user@host[:port]": is the host one of the settings' agent_hosts? */
static bool host_allowed(const struct dial_app *app, const char *agent)
{
	const char *at = strchr(agent, '@'), *list = app->conf->agent_hosts;
	size_t len = at ? strcspn(at + 1, ";?>") : 0;

	if (!len || strncmp(agent, "sip:", 4) || at == agent + 4 ||
	    strpbrk(agent, " <>\"\r\n,;?"))
		return false;
	while (*list) {
		size_t n = strcspn(list, ", ");

		if (n == len && !strncmp(list, at + 1, n))
			return true;
		list += n + strspn(list + n, ", ");
	}

	return false;
}

static int invite(struct dial_transfer *t, const struct dial_call *c)
{
	struct dial_sip_invite inv = {.id = t->id,
				      .caller = c->shown,
				      .session = t->id,
				      .headers = t->headers};
	bool direct = !strncmp(t->agent, "sip:", 4);
	int err;

	inv.trunk = (unsigned)(c->trunk - t->app->trunks->list);
	inv.number = direct ? "" : t->agent;
	inv.target = direct ? t->agent : "";
	t->srtp = direct ? DIAL_SRTP_OFF : c->trunk->media;
	inv.srtp = t->srtp;
	err = yh_random(t->srtp_key, sizeof(t->srtp_key));
	memcpy(inv.srtp_key, t->srtp_key, sizeof(inv.srtp_key));
	if (!err)
		err = dial_media_add(t->app->media, t->id, c->leg, &t->leg,
				     &inv.rtp_port);
	if (err)
		return err;
	t->leg_lives = true;
	err = dial_sip_invite(t->app->sip, &inv);
	if (err)
		return err;
	t->sip_lives = true;
	if (!direct) {
		dial_route_take(t->app->trunks, c->trunk, yh_now_ms());
		t->trunk = c->trunk;
	}

	return 0;
}

static void place(struct dial_transfer *t, struct dial_call *c)
{
	int err;

	t->placed = true;
	if (t->refers) {
		err = dial_sip_refer(t->app->sip, c->id, t->agent, t->id);
		t->sip_lives = !err;
	} else {
		err = invite(t, c);
	}
	if (err)
		fail(t, 0,
		     err == -EINVAL ? "the agent's address is none"
				    : yh_err_text(err));
}

/* The summary is stored: now the agent may be called. */
static void on_started(struct dial_app *app, uint32_t id)
{
	struct dial_transfer *t = by_id(app, id);
	struct dial_call *c = t ? call_of(t) : NULL;

	if (c && !t->told && c->state == DIAL_TALKING && c->trunk)
		place(t, c);
}

static const char *fault_of(const struct dial_call *c,
			    const Yinhu__V1__Transfer *cmd)
{
	if (of_call(c))
		return "a transfer is under way";
	if (strlen(cmd->agent) >= 128 || (!strncmp(cmd->agent, "sip:", 4) &&
					  !host_allowed(c->app, cmd->agent)))
		return "the agent's host is not in agent_hosts";
	if (cmd->n_summary > DIAL_SUMMARY_MAX)
		return "the summary has more than 16 entries";

	return NULL;
}

static const char *read_command(struct dial_transfer *t,
				const Yinhu__V1__Transfer *cmd)
{
	uint32_t ring =
		cmd->ring_timeout_ms ? cmd->ring_timeout_ms : RING_DEFAULT_MS;

	t->refers = cmd->mode == YINHU__V1__TRANSFER__MODE__REFER;
	t->ring_ms = ring < RING_MIN_MS	  ? RING_MIN_MS
		     : ring > RING_MAX_MS ? RING_MAX_MS
					  : ring;
	snprintf(t->agent, sizeof(t->agent), "%s", cmd->agent);
	for (size_t i = 0; i < cmd->n_summary; i++) {
		if (dial_summary_add(t->headers, cmd->summary[i]->key,
				     cmd->summary[i]->value))
			return "a key of the summary is no header's";
	}

	return NULL;
}

static void refuse(struct dial_call *c, uint32_t seq, const char *why)
{
	const struct dial_transfer_news news = {.state = STATE(FAILED),
						.seq = seq,
						.since_us = yh_now_us(),
						.reason = why};

	yh_metric_add_l(&dial_m_transfers, "refused", 1);
	(void)dial_tell_transfer(c, &news, NULL, 0);
}

void dial_transfer_start(struct dial_call *c, uint32_t seq,
			 const Yinhu__V1__Transfer *cmd)
{
	struct dial_transfer_news news = {.state = STATE(STARTED),
					  .seq = seq,
					  .since_us = yh_now_us(),
					  .reason = "",
					  .cmd = cmd};
	const char *fault = fault_of(c, cmd);
	struct dial_transfer *t = fault ? NULL : yh_zalloc(sizeof(*t));

	if (t)
		fault = read_command(t, cmd);
	else if (!fault)
		fault = yh_err_text(-ENOMEM);
	if (fault) {
		yh_free(t);
		refuse(c, seq, fault);
		return;
	}
	t->app = c->app;
	t->id = ++c->app->last_id;
	t->call = c->id;
	t->seq = seq;
	t->since_us = news.since_us;
	t->next = c->app->transfers;
	c->app->transfers = t;
	if (dial_tell_transfer(c, &news, on_started, t->id))
		fail(t, 0, "the summary could not be stored");
}

/* ---- what its leg says -----------------------------------------------------
 */

static int join(struct dial_transfer *t, struct dial_call *c,
		const struct dial_sdp *theirs)
{
	struct dial_order answer = {.kind = DIAL_ORDER_ANSWER,
				    .media = *theirs,
				    .agent = true,
				    .inspected = t->inspected};
	struct dial_order bridge = {.kind = DIAL_ORDER_BRIDGE};
	int err = 0;

	if (t->srtp != DIAL_SRTP_OFF && theirs->keyed)
		err = dial_srtp_create(&answer.srtp, t->srtp_key, theirs->key);
	if (!err)
		err = dial_media_order(t->app->media, t->leg, &answer);
	if (err)
		return err;
	bridge.peer = c->leg;
	err = dial_media_order(t->app->media, t->leg, &bridge);
	bridge.peer = t->leg;
	if (!err)
		err = dial_media_order(t->app->media, c->leg, &bridge);

	return err;
}

static void answered(struct dial_transfer *t, const struct dial_sip_event *ev)
{
	struct dial_call *c = call_of(t);
	const char *why;

	if (!c || c->state != DIAL_TALKING || !c->leg || !t->leg || t->told) {
		hang_up(t, "the callee has hung up");
		return;
	}
	why = dial_agent_inspect(c);
	t->inspected = why ? 0 : c->id;
	if (join(t, c, &ev->media)) {
		t->inspected = 0;
		dial_agent_forget(c);
		fail(t, 0, "no room for the agent's media");
		return;
	}
	t->connected = true;
	tell_connected(t, why);
	yh_info("call.transferred", "call_id=%s", c->lease->call_id);
}

/* The trunk has connected them: nothing is left to do here. */
static void referred(struct dial_transfer *t, const struct dial_sip_event *ev)
{
	struct dial_call *c = call_of(t);

	t->sip_lives = false;
	if (ev->code < 200 || ev->code >= 300) {
		fail(t, ev->code, ev->text);
	} else if (c && !t->told) {
		tell_connected(t, "the trunk carries the media");
		dial_call_hang_up(c, "bot", false, "the trunk connects them");
	}
}

static void ended(struct dial_transfer *t, const struct dial_sip_event *ev)
{
	struct dial_call *c = call_of(t);

	t->sip_lives = false;
	leave_trunk(t);
	if (!t->connected)
		fail(t, ev->code, ev->text);
	else if (c && !t->told)
		dial_call_hang_up(c, "agent", false, "the agent hung up");
	close_leg(t);
}

bool dial_transfer_on_sip(struct dial_app *app, const struct dial_sip_event *ev)
{
	struct dial_transfer *t = by_id(app, ev->id);
	struct dial_order o = {.kind = DIAL_ORDER_MEDIA, .media = ev->media};

	if (!t)
		return false;
	switch (ev->kind) {
	case DIAL_SIP_RINGING:
	case DIAL_SIP_EARLY_MEDIA:
		if (!t->ringing)
			tell(t, STATE(RINGING), 0, "");
		t->ringing = true;
		break;
	case DIAL_SIP_ANSWERED:
		answered(t, ev);
		break;
	case DIAL_SIP_MEDIA:
		if (t->leg && t->connected)
			(void)dial_media_order(app->media, t->leg, &o);
		break;
	case DIAL_SIP_REFERRED:
		referred(t, ev);
		break;
	case DIAL_SIP_ENDED:
		ended(t, ev);
		break;
	default:
		break;
	}

	return true;
}

bool dial_transfer_on_news(struct dial_app *app, const struct dial_news *news)
{
	struct dial_transfer *t = by_id(app, news->id);
	struct dial_call *c =
		t && t->inspected ? dial_call_by_id(app, t->inspected) : NULL;

	if (c)
		dial_agent_news(c, news);
	if (t && news->kind == DIAL_NEWS_GONE)
		t->leg_lives = false;
	else if (t && news->kind == DIAL_NEWS_DEAD)
		hang_up(t, "no media from the agent");

	return t;
}

static void finish(struct dial_transfer *t, uint64_t now_us)
{
	close_leg(t); /* there may have been no room for the order */
	if (!t->end_us)
		t->end_us = now_us;
	if (dial_passed(t->end_us, now_us, DIAL_HANG_UP_MS))
		t->sip_lives = false;
	if (!t->leg_lives && (!t->sip_lives || t->refers))
		free_transfer(t);
}

void dial_transfer_tick(struct dial_app *app, uint64_t now_us)
{
	struct dial_transfer *next;

	for (struct dial_transfer *t = app->transfers; t; t = next) {
		next = t->next;
		if (!t->connected && !t->told &&
		    dial_passed(t->since_us, now_us, t->ring_ms))
			fail(t, 0, "the agent did not answer in time");
		if (t->told)
			finish(t, now_us);
	}
}

void dial_transfer_free_all(struct dial_app *app)
{
	while (app->transfers)
		free_transfer(app->transfers);
}
