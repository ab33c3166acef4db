/** @file sip_legs.c  Calls on sofia's thread, see sip.h */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "sdp.h"
#include "sip_priv.h"
#include "summary.h"

/* ---- events, on sofia's thread
 * -------------------------------------------- */

void dial_sip_tell(struct dial_sip *s, const struct dial_sip_event *ev)
{
	struct dial_sip_event *copy = yh_zalloc(sizeof(*copy));

	if (copy) {
		*copy = *ev;
		copy->at_us = yh_now_us();
	}
	if (!copy || yh_inbox_put(s->inbox, copy)) {
		yh_error("sip.event_lost", "kind=%d", ev->kind);
		yh_free(copy);
	}
}

void dial_leg_tell(struct dial_sip *s, const struct leg *leg,
		   enum dial_sip_kind kind, const struct dial_sdp *media)
{
	struct dial_sip_event ev = {.kind = kind,
				    .id = leg->id,
				    .code = leg->code,
				    .q850 = leg->q850,
				    .local = leg->local,
				    .alerted = leg->alerted,
				    .retry_after_s = leg->retry_after_s,
				    .by_peer = leg->by_peer};

	if (media)
		ev.media = *media;
	snprintf(ev.text, sizeof(ev.text), "%s", leg->text);
	dial_sip_tell(s, &ev);
}

static void tell_ended(struct dial_sip *s, struct leg *leg)
{
	if (leg->ended)
		return;
	leg->ended = true;
	dial_leg_tell(s, leg, DIAL_SIP_ENDED, NULL);
}

/* ---- legs -----------------------------------------------------------------
 */

static struct leg **find(struct dial_sip *s, uint32_t id)
{
	struct leg **at = &s->legs[id % BUCKETS];

	while (*at && (*at)->id != id)
		at = &(*at)->next;

	return at;
}

static void free_leg(struct leg *leg)
{
	yh_free(leg->headers);
	yh_free(leg);
}

void dial_leg_drop(struct dial_sip *s, struct leg *leg)
{
	struct leg **at = find(s, leg->id);

	tell_ended(s, leg);
	if (*at == leg)
		*at = leg->next;
	nua_handle_bind(leg->nh, NULL);
	nua_handle_destroy(leg->nh);
	free_leg(leg);
}

void dial_leg_note_end(struct leg *leg, int status, const char *phrase,
		       const sip_t *sip)
{
	const sip_reason_t *r = sip ? sip->sip_reason : NULL;
	const sip_retry_after_t *after = sip ? sip->sip_retry_after : NULL;

	leg->code = status > 0 ? (uint32_t)status : 0;
	leg->local = !sip || sip->sip_flags & MADE_HERE;
	leg->retry_after_s =
		status == 503 && after ? (uint32_t)after->af_delta : 0;
	for (; r; r = r->re_next) {
		if (r->re_protocol && !strcasecmp(r->re_protocol, "Q.850") &&
		    r->re_cause)
			leg->q850 =
				(uint32_t)strtoul(r->re_cause, NULL, 10) & 127;
	}
	snprintf(leg->text, sizeof(leg->text), "%d %s%s", status,
		 phrase ? phrase : "", leg->local ? " (no answer)" : "");
}

int dial_leg_invite(struct dial_sip *s, struct leg *leg, const char *where)
{
	char to[URL_MAX * 2], from[URL_MAX], sdp[DIAL_SDP_MAX];
	char headers[URL_MAX + 32 + DIAL_SUMMARY_BYTES];

	snprintf(to, sizeof(to), "sip:%s@%s", leg->number, where);
	if (leg->target[0])
		snprintf(to, sizeof(to), "%s", leg->target);
	snprintf(from, sizeof(from), "<sip:%s@%s>", leg->caller, s->addr);
	snprintf(headers, sizeof(headers), "P-Asserted-Identity: %s\r\n%s",
		 from, leg->headers ? leg->headers : "");
	dial_sdp_write(&leg->ours, leg->session, ++leg->version, sdp);
	leg->nh = nua_handle(s->nua, leg, NUTAG_URL(to), SIPTAG_TO_STR(to),
			     SIPTAG_FROM_STR(from), TAG_END());
	if (!leg->nh)
		return -ENOMEM;
	nua_invite(leg->nh, SIPTAG_HEADER_STR(headers),
		   SIPTAG_CONTENT_TYPE_STR("application/sdp"),
		   SIPTAG_PAYLOAD_STR(sdp), TAG_END());

	return 0;
}

static void command_invite(struct dial_sip *s, const struct command *c)
{
	struct leg *leg = yh_zalloc(sizeof(*leg));
	struct leg **at;

	if (!leg) {
		struct leg none = {.id = c->id, .local = true};

		yh_free(c->headers);
		dial_leg_tell(s, &none, DIAL_SIP_ENDED, NULL);
		return;
	}
	leg->id = c->id;
	leg->srtp = c->srtp;
	dial_sdp_offer(&leg->ours, s->media_addr, c->rtp_port, c->srtp,
		       c->srtp_key);
	leg->session = c->session;
	leg->line = &s->lines[c->trunk];
	snprintf(leg->number, sizeof(leg->number), "%s", c->number);
	snprintf(leg->caller, sizeof(leg->caller), "%s", c->caller);
	snprintf(leg->target, sizeof(leg->target), "%s", c->target);
	leg->headers = c->headers;
	if (dial_leg_invite(s, leg, leg->line->uri)) {
		leg->local = true;
		tell_ended(s, leg);
		free_leg(leg);
		return;
	}
	at = &s->legs[leg->id % BUCKETS];
	leg->next = *at;
	*at = leg;
}

/* CANCEL waits for the final response: a 200 may cross it. */
void dial_leg_hang_up(struct dial_sip *s, struct leg *leg, uint32_t cause,
		      const char *text)
{
	char reason[128];

	if (leg->hanging)
		return;
	leg->hanging = true;
	snprintf(reason, sizeof(reason), "Q.850;cause=%u;text=\"%s\"", cause,
		 text);
	if (leg->answered)
		nua_bye(leg->nh, SIPTAG_REASON_STR(reason), TAG_END());
	else
		nua_cancel(leg->nh, SIPTAG_REASON_STR(reason), TAG_END());
	if (leg->answered)
		tell_ended(s, leg);
}

static void refer(struct leg *leg, const struct command *c)
{
	char to[URL_MAX * 2];

	if (!leg->answered || leg->hanging)
		return;
	leg->refer = c->session;
	snprintf(to, sizeof(to), "<%s>", c->target);
	if (strncmp(c->target, "sip:", 4) != 0)
		snprintf(to, sizeof(to), "<sip:%s@%s>", c->target,
			 leg->line->trunk->address);
	nua_refer(leg->nh, SIPTAG_REFER_TO_STR(to), TAG_END());
}

void dial_sip_on_command(su_root_magic_t *magic, su_msg_r msg,
			 struct command *c)
{
	struct dial_sip *s = c->sip;
	struct leg *leg;

	(void)magic;
	(void)msg;
	switch (c->kind) {
	case INVITE:
		command_invite(s, c);
		break;
	case REFER:
		leg = *find(s, c->id);
		if (leg)
			refer(leg, c);
		break;
	case HANG_UP:
		leg = *find(s, c->id);
		if (leg)
			dial_leg_hang_up(s, leg, c->cause, c->text);
		break;
	case CLOSE:
		s->closing = true;
		s->closing_ms = yh_now_ms();
		nua_shutdown(s->nua);
		break;
	}
}

static void on_bye(struct leg *leg, const sip_t *sip)
{
	if (!leg)
		return;
	dial_leg_note_end(leg, 200, "BYE", sip);
	leg->local = false;
	leg->by_peer = true;
}

/* ---- a transfer by the trunk -----------------------------------------------
 */

static void tell_referred(struct dial_sip *s, struct leg *leg, uint32_t code)
{
	struct dial_sip_event ev = {
		.kind = DIAL_SIP_REFERRED, .id = leg->refer, .code = code};

	if (!leg->refer || code < 200)
		return;
	leg->refer = 0;
	snprintf(ev.text, sizeof(ev.text), "%u to REFER", code);
	dial_sip_tell(s, &ev);
}

/* Its body says how the trunk's own call goes: "SIP/2.0 200 OK" (RFC 3420). */
static void on_notify(struct dial_sip *s, struct leg *leg, const sip_t *sip)
{
	const sip_payload_t *pl = sip ? sip->sip_payload : NULL;
	char line[16];

	if (!leg || !pl || pl->pl_len < 12)
		return;
	snprintf(line, sizeof(line), "%.12s", pl->pl_data);
	if (!strncmp(line, "SIP/2.0 ", 8))
		tell_referred(s, leg, (uint32_t)strtoul(line + 8, NULL, 10));
}

/* ---- the timer -------------------------------------------------------------
 */

void dial_sip_on_timer(su_root_magic_t *magic, su_timer_t *t,
		       struct dial_sip *s)
{
	uint64_t now = yh_now_ms();

	(void)magic;
	(void)t;
	if (s->closing && now - s->closing_ms > CLOSE_MS)
		su_root_break(s->root);
	if (!s->closing)
		dial_sip_lines_tick(s, now);
}

/* ---- sofia calls
 */

static void on_state(struct dial_sip *s, struct leg *leg, tagi_t *tags)
{
	int state = nua_callstate_init;

	tl_gets(tags, NUTAG_CALLSTATE_REF(state), TAG_END());
	if (leg && state == nua_callstate_terminated)
		dial_leg_drop(s, leg);
}

void dial_sip_on_event(nua_event_t event, int status, char const *phrase,
		       nua_t *nua, nua_magic_t *s, nua_handle_t *nh,
		       nua_hmagic_t *leg, sip_t const *sip, tagi_t tags[])
{
	(void)nua;
	switch (event) {
	case nua_r_invite:
		if (leg)
			dial_sip_on_invite_response(s, leg, status, phrase,
						    sip);
		break;
	case nua_i_invite:
		dial_sip_on_invite(s, leg, nh, sip);
		break;
	case nua_i_update:
		dial_sip_on_update(s, leg, nh, sip);
		break;
	case nua_r_refer:
		if (leg && status >= 300)
			tell_referred(s, leg, (uint32_t)status);
		break;
	case nua_i_notify:
		on_notify(s, leg, sip);
		break;
	case nua_i_ack:
		dial_sip_on_ack(s, leg, sip);
		break;
	case nua_i_bye:
		on_bye(leg, sip);
		break;
	case nua_i_state:
		on_state(s, leg, tags);
		break;
	case nua_i_terminated:
		if (leg)
			dial_leg_drop(s, leg);
		break;
	case nua_r_options:
		dial_sip_on_options(s, nh, status, sip);
		break;
	case nua_r_register:
		dial_sip_on_register(s, nh, status, sip);
		break;
	case nua_r_shutdown:
		if (status >= 200)
			su_root_break(s->root);
		break;
	default:
		break;
	}
}

void dial_sip_drop_all(struct dial_sip *s)
{
	for (unsigned i = 0; i < BUCKETS; i++) {
		while (s->legs[i])
			dial_leg_drop(s, s->legs[i]);
	}
	dial_sip_drop_lines(s);
}
