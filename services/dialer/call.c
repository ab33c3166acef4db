/** @file call.c  One call from its lease to its stored end, see call.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "agents.h"
#include "call_priv.h"
#include "metrics.h"
#include "pool.h"
#include "transfer.h"

enum { RING_DEFAULT_MS = 30000 };

struct dial_call *dial_call_by_id(struct dial_app *app, uint32_t id)
{
	struct dial_call *c = app->by_id[id % DIAL_ID_BUCKETS];

	while (c && c->id != id)
		c = c->same_id;

	return c;
}

struct dial_call *dial_call_find(struct dial_app *app, const char *call_id)
{
	struct dial_call *c = app->calls;

	while (c && strcmp(c->lease->call_id, call_id))
		c = c->next;

	return c;
}

bool dial_call_order(struct dial_call *c, const struct dial_order *order)
{
	int err = c->leg ? dial_media_order(c->app->media, c->leg, order)
			 : -ENOENT;

	if (err)
		dial_srtp_destroy(order->srtp);
	if (err && err != -ENOENT)
		yh_warn("media.order", "call_id=%s kind=%d err=%s",
			c->lease->call_id, order->kind, yh_err_text(err));

	return !err;
}

void dial_call_on_news(struct dial_call *c, const struct dial_news *news)
{
	switch (news->kind) {
	case DIAL_NEWS_ACTS:
		dial_call_act(c, news);
		break;
	case DIAL_NEWS_AUDIO:
		dial_call_words(c, news);
		break;
	case DIAL_NEWS_DROPPED:
		dial_say_dropped(c, news->seq);
		break;
	case DIAL_NEWS_UNHEARD:
		yh_warn("call.unheard", "call_id=%s cause=%s",
			c->lease->call_id, dial_watch_name(news->no_audio));
		break;
	case DIAL_NEWS_PROGRESS:
		dial_progress_news(c, news);
		break;
	case DIAL_NEWS_DEAD:
		yh_metric_add(&dial_m_rtp_dead, 1);
		dial_call_hang_up(c, "network", true, "no RTP and no RTCP");
		break;
	case DIAL_NEWS_GONE:
		dial_call_gone(c, news);
		break;
	case DIAL_NEWS_RECORDED:
		dial_call_recorded(c, news);
		break;
	}
}

/* ---- the beat --------------------------------------------------------------
 */

static void tick_ears(struct dial_call *c, uint64_t now_us)
{
	if (c->ears)
		dial_ears_tick(c->ears, now_us / 1000);
	if (c->agent.ears)
		dial_ears_tick(c->agent.ears, now_us / 1000);
}

static void talk(struct dial_call *c, uint64_t now_us)
{
	uint32_t most = dial_transfer_connected(c) ? DIAL_BRIDGED_MS
						   : c->app->conf->max_call_ms;

	tick_ears(c, now_us);
	if (dial_passed(c->answered_us, now_us, most))
		dial_call_hang_up(c, "bot", false, "longest call");
}

static void ring(struct dial_call *c, uint64_t now_us)
{
	uint32_t limit = c->lease->ring_timeout_ms ? c->lease->ring_timeout_ms
						   : RING_DEFAULT_MS;

	if (!c->hang_up_us && dial_passed(c->invited_us, now_us, limit)) {
		c->rang_out = true;
		dial_call_hang_up(c, "bot", false, "no answer");
	}
}

void dial_call_tick(struct dial_call *c, uint64_t now_us)
{
	if (c->state == DIAL_TALKING)
		talk(c, now_us);
	else if (c->state == DIAL_DIALING)
		ring(c, now_us);
	else
		tick_ears(c, now_us);
	if (c->state < DIAL_ENDING && c->hang_up_us &&
	    dial_passed(c->hang_up_us, now_us, DIAL_HANG_UP_MS))
		dial_call_line_down(c, true);
	if (c->state == DIAL_ENDING)
		dial_call_finish(c, now_us);
}

/* ---- SIP -------------------------------------------------------------------
 */

/* Their description, and SRTP if both have a key and theirs is a new one.
 * @return 0, -ENOMEM, -EIO */
static int describe(struct dial_call *c, const struct dial_sdp *theirs,
		    struct dial_order *o)
{
	bool fresh = c->srtp != DIAL_SRTP_OFF && theirs->keyed &&
		     (!c->media.keyed ||
		      memcmp(c->media.key, theirs->key, sizeof(theirs->key)));
	int err = fresh ? dial_srtp_create(&o->srtp, c->srtp_key, theirs->key)
			: 0;

	o->media = *theirs;
	if (!err)
		c->media = *theirs;

	return err;
}

/* @return A field of the contact, "" = it has none */
static const char *variable(const struct dial_call *c, const char *name)
{
	for (size_t i = 0; i < c->lease->n_variables; i++) {
		if (!strcmp(c->lease->variables[i]->key, name))
			return c->lease->variables[i]->value;
	}

	return "";
}

static void start_talking(struct dial_call *c, const struct dial_sdp *media)
{
	struct dial_order o = {.kind = DIAL_ORDER_ANSWER};
	const struct dial_ears_conf ears = {
		.call_id = c->lease->call_id,
		.script = c->lease->script,
		.region = variable(c, "region"),
		.for_agent = c->pool != NULL,
		.heard = dial_call_on_heard,
		.so_far = dial_call_on_so_far,
		.arg = c,
	};
	int n = snprintf(o.path, sizeof(o.path), "%s/%s.wav",
			 c->app->conf->recordings_dir, c->lease->call_id);

	if (n < 0 || (size_t)n >= sizeof(o.path))
		o.path[0] = '\0';
	if (dial_ears_open(&c->ears, c->app->speech, &ears) ||
	    describe(c, media, &o) || !dial_call_order(c, &o))
		dial_call_hang_up(c, "bot", true, "out of memory");
	else
		dial_tell_answered(c);
	if (c->pool)
		dial_pool_answered(c->pool, c->id, yh_now_ms());
	c->recording = c->ears && o.path[0];
}

static void answer(struct dial_call *c, const struct dial_sip_event *ev)
{
	c->state = DIAL_TALKING;
	dial_progress_answer(c);
	c->answered_us = yh_now_us();
	c->ring_ms = (uint32_t)((c->answered_us - c->invited_us) / 1000);
	yh_metric_add(&dial_m_answered, 1);
	yh_metric_observe(&dial_m_setup, c->ring_ms / 1000.0);
	yh_info("call.answered", "call_id=%s ring_ms=%u", c->lease->call_id,
		c->ring_ms);
	start_talking(c, &ev->media);
}

static void move_media(struct dial_call *c, const struct dial_sip_event *ev)
{
	struct dial_order o = {.kind = DIAL_ORDER_MEDIA};

	if (c->state == DIAL_TALKING && !describe(c, &ev->media, &o))
		dial_call_order(c, &o);
}

static void overhear(struct dial_call *c, const struct dial_sip_event *ev)
{
	struct dial_order o = {.kind = DIAL_ORDER_LISTEN};

	if (!c->early)
		dial_tell_ringing(c, true);
	c->early = true;
	if (c->state == DIAL_DIALING && !describe(c, &ev->media, &o))
		dial_call_order(c, &o);
}

static void end_by_sip(struct dial_call *c, const struct dial_sip_event *ev)
{
	if (c->state >= DIAL_ENDING || dial_call_fail_over(c, ev))
		return;
	c->sip_code = c->answered_us ? 200 : ev->code;
	c->q850 = ev->q850;
	if (!c->hang_up_us) {
		c->hung_up_by = ev->by_peer ? "callee" : "network";
		snprintf(c->reason, sizeof(c->reason), "%s", ev->text);
	}
	dial_progress_end(c);
	dial_call_line_down(c, ev->local);
}

void dial_call_on_sip(struct dial_call *c, const struct dial_sip_event *ev)
{
	switch (ev->kind) {
	case DIAL_SIP_RINGING:
		if (!c->ringing)
			dial_tell_ringing(c, false);
		c->ringing = true;
		break;
	case DIAL_SIP_EARLY_MEDIA:
		overhear(c, ev);
		break;
	case DIAL_SIP_ANSWERED:
		if (c->state == DIAL_DIALING && !c->hang_up_us)
			answer(c, ev);
		break;
	case DIAL_SIP_MEDIA:
		move_media(c, ev);
		break;
	case DIAL_SIP_ENDED:
		end_by_sip(c, ev);
		break;
	default:
		break;
	}
}

/* ---- the beginning ---------------------------------------------------------
 */

static Yinhu__V1__AttemptLease *copy_lease(const Yinhu__V1__AttemptLease *l)
{
	size_t len = yinhu__v1__attempt_lease__get_packed_size(l);
	uint8_t *buf = yh_zalloc(len + 1);
	Yinhu__V1__AttemptLease *copy;

	if (!buf)
		return NULL;
	yinhu__v1__attempt_lease__pack(l, buf);
	copy = yinhu__v1__attempt_lease__unpack(NULL, len, buf);
	yh_free(buf);

	return copy;
}

int dial_call_start(struct dial_app *app, const Yinhu__V1__AttemptLease *lease,
		    struct dial_trunk *trunk)
{
	struct dial_call *c = yh_zalloc(sizeof(*c));

	if (!c)
		return -ENOMEM;
	c->app = app;
	c->hung_up_by = "";
	c->trunk_name = "";
	c->shown = "";
	c->disposition = "";
	c->lease = copy_lease(lease);
	if (!c->lease) {
		yh_free(c);
		return -ENOMEM;
	}
	c->id = ++app->last_id;
	c->invited_us = yh_now_us();
	c->next = app->calls;
	app->calls = c;
	c->same_id = app->by_id[c->id % DIAL_ID_BUCKETS];
	app->by_id[c->id % DIAL_ID_BUCKETS] = c;
	app->n_calls++;
	yh_metric_set(&dial_m_calls, app->n_calls);
	if (lease->for_agent)
		c->pool = dial_agents_pool(app->agents, lease->campaign_id);
	if (c->pool)
		(void)dial_pool_dialled(c->pool, c->id, yh_now_ms());
	dial_call_place(c, trunk);

	return 0;
}
