/** @file end.c  How a call ends, see call.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "call_priv.h"
#include "metrics.h"
#include "outcome.h"
#include "pool.h"
#include "transfer.h"
#include "quality.h"

enum { STORE_AGAIN_US = 1000000 };

/* ---- the end ---------------------------------------------------------------
 */

static void unlink_call(struct dial_call *c)
{
	struct dial_app *app = c->app;
	struct dial_call **at = &app->calls;

	while (*at && *at != c)
		at = &(*at)->next;
	if (*at) {
		*at = c->next;
		app->n_calls--;
		yh_metric_set(&dial_m_calls, app->n_calls);
	}
	at = &app->by_id[c->id % DIAL_ID_BUCKETS];
	while (*at && *at != c)
		at = &(*at)->same_id;
	if (*at)
		*at = c->same_id;
}

void dial_call_free(struct dial_call *c)
{
	unlink_call(c);
	dial_say_forget(c);
	dial_ears_close(c->ears);
	dial_agent_forget(c);
	dial_progress_fini(c);
	if (c->lease)
		yinhu__v1__attempt_lease__free_unpacked(c->lease, NULL);
	yh_free(c);
}

void dial_call_recorded(struct dial_call *c, const struct dial_news *news)
{
	if (news->err) {
		yh_metric_add(&dial_m_recordings_failed, 1);
		yh_error("call.recording", "err=%s", yh_err_text(news->err));
	}
	c->recorded = !news->err;
	c->made = news->made;
	c->recording = false;
}

static void note_quality(const struct dial_leg_stats *s)
{
	struct dial_quality q = dial_quality_of(s);

	yh_metric_add(&dial_m_rtp_lost, s->lost);
	yh_metric_add(&dial_m_barge_ins, s->n_barge_ins);
	yh_metric_add(&dial_m_resumed, s->n_resumed);
	if (s->no_audio)
		yh_metric_add_l(&dial_m_no_audio, dial_watch_name(s->no_audio),
				1);
	if (!s->received)
		return;
	yh_metric_observe(&dial_m_loss, (double)q.loss);
	yh_metric_observe(&dial_m_jitter, s->jitter_us / 1e6);
	yh_metric_observe(&dial_m_mos, (double)q.mos);
	if (s->round_trip_us)
		yh_metric_observe(&dial_m_round_trip, s->round_trip_us / 1e6);
}

void dial_call_gone(struct dial_call *c, const struct dial_news *news)
{
	c->leg_lives = false;
	c->stats = news->stats;
	if (!news->recorded)
		c->recording = false;
	if (c->answered_us)
		note_quality(&c->stats);
}

/* If it was not told yet. */
static void close_leg(struct dial_call *c)
{
	const struct dial_order o = {.kind = DIAL_ORDER_CLOSE};

	if (c->leg && dial_call_order(c, &o))
		c->leg = NULL;
}

static void choose_outcome(struct dial_call *c, bool local)
{
	const struct dial_end end = {.sip_code = c->sip_code,
				     .q850_cause = c->q850,
				     .announcement = dial_progress_announced(c),
				     .local = local,
				     .rang_out = c->rang_out};

	if (c->interrupted)
		c->outcome = YINHU__V1__CALL_OUTCOME__INTERRUPTED;
	else if (c->answered_us)
		c->outcome = YINHU__V1__CALL_OUTCOME__ANSWERED;
	else if (c->outcome ==
		 YINHU__V1__CALL_OUTCOME__CALL_OUTCOME_UNSPECIFIED)
		c->outcome =
			dial_outcome(c->app->outcomes, &end, &c->disposition);
}

/* The line is down. Words and the recording may take a little longer. */
void dial_call_line_down(struct dial_call *c, bool local)
{
	if (c->state >= DIAL_ENDING)
		return;
	c->state = DIAL_ENDING;
	c->line_down_us = yh_now_us();
	if (!c->ring_ms)
		c->ring_ms =
			(uint32_t)((c->line_down_us - c->invited_us) / 1000);
	choose_outcome(c, local);
	if (c->answered_us)
		yh_metric_observe(&dial_m_talk,
				  (double)(c->line_down_us - c->answered_us) /
					  1e6);
	close_leg(c);
	if (c->pool)
		dial_pool_ended(c->pool, c->id, yh_now_ms());
	if (c->trunk && c->outcome == YINHU__V1__CALL_OUTCOME__TRUNK_FAILURE)
		yh_metric_add_l(&dial_m_trunk_failures, c->trunk->name, 1);
	dial_transfer_call_ended(c);
	dial_call_leave_trunk(c);
}

/* All that will be known is known. */
static void settle(struct dial_call *c)
{
	if (c->progress.late && !c->interrupted && !c->answered_us) {
		c->outcome = YINHU__V1__CALL_OUTCOME__CALL_OUTCOME_UNSPECIFIED;
		choose_outcome(c, false);
	}
	c->progress.late = false;
	yh_metric_add_l(&dial_m_outcomes, dial_outcome_name(c->outcome), 1);
	yh_metric_add_l(&dial_m_progress,
			yh_progress_name(c->progress.verdict.class), 1);
	yh_info("call.ended",
		"call_id=%s outcome=%s by=%s code=%u q850=%u reason=%s",
		c->lease->call_id, dial_outcome_name(c->outcome), c->hung_up_by,
		c->sip_code, c->q850, c->reason);
}

void dial_call_hang_up(struct dial_call *c, const char *by, bool interrupted,
		       const char *why)
{
	if (c->state >= DIAL_ENDING || c->hang_up_us)
		return;
	c->hang_up_us = yh_now_us();
	c->hung_up_by = by;
	c->interrupted = interrupted;
	snprintf(c->reason, sizeof(c->reason), "%s", why);
	if (dial_sip_hang_up(c->app->sip, c->id, 16, why))
		c->hang_up_us -= DIAL_HANG_UP_MS * 1000; /* wait no longer */
}

static void on_stored(struct dial_app *app, uint32_t id)
{
	struct dial_call *c = dial_call_by_id(app, id);

	if (c)
		dial_call_free(c);
}

void dial_call_finish(struct dial_call *c, uint64_t now_us)
{
	bool words = ((c->ears && !dial_ears_idle(c->ears)) ||
		      dial_agent_talks(c) || c->progress.waiting) &&
		     !dial_passed(c->line_down_us, now_us, DIAL_WORDS_MS);

	if (c->recording &&
	    dial_passed(c->line_down_us, now_us, DIAL_RECORDED_MS)) {
		yh_metric_add(&dial_m_recordings_failed, 1);
		c->recording = false;
	}
	close_leg(c); /* there may have been no room for the order */
	if (words || c->leg_lives || c->recording || now_us < c->store_us)
		return;
	if (!c->store_us)
		settle(c);
	c->state = DIAL_STORING;
	if (dial_tell_ended(c, on_stored)) {
		c->state = DIAL_ENDING;
		c->store_us = now_us + STORE_AGAIN_US;
	}
}
