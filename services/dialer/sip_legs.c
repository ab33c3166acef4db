/** @file sip_legs.c  Calls and the trunk on sofia's thread, see sip.h */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "metrics.h"
#include "sdp.h"
#include "sip_priv.h"

/* ---- events, on sofia's thread
 * -------------------------------------------- */

static void tell(struct dial_sip *s, const struct dial_sip_event *ev)
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

static void tell_leg(struct dial_sip *s, const struct leg *leg,
		     enum dial_sip_kind kind, const struct sockaddr_in *media)
{
	struct dial_sip_event ev = {.kind = kind,
				    .id = leg->id,
				    .code = leg->code,
				    .q850 = leg->q850,
				    .local = leg->local,
				    .by_peer = leg->by_peer};

	if (media)
		ev.media = *media;
	snprintf(ev.text, sizeof(ev.text), "%s", leg->text);
	tell(s, &ev);
}

static void tell_ended(struct dial_sip *s, struct leg *leg)
{
	if (leg->ended)
		return;
	leg->ended = true;
	tell_leg(s, leg, DIAL_SIP_ENDED, NULL);
}

void dial_sip_tell_trunk(struct dial_sip *s, bool up, const char *why)
{
	struct dial_sip_event ev = {.kind = DIAL_SIP_TRUNK, .up = up};

	if (s->known && s->up == up)
		return;
	s->known = true;
	s->up = up;
	snprintf(ev.text, sizeof(ev.text), "%s", why);
	tell(s, &ev);
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

static void drop_leg(struct dial_sip *s, struct leg *leg)
{
	struct leg **at = find(s, leg->id);

	tell_ended(s, leg);
	if (*at == leg)
		*at = leg->next;
	nua_handle_bind(leg->nh, NULL);
	nua_handle_destroy(leg->nh);
	yh_free(leg);
}

static void note_end(struct leg *leg, int status, const char *phrase,
		     const sip_t *sip)
{
	const sip_reason_t *r = sip ? sip->sip_reason : NULL;

	leg->code = status > 0 ? (uint32_t)status : 0;
	leg->local = !sip || sip->sip_flags & MADE_HERE;
	for (; r; r = r->re_next) {
		if (r->re_protocol && !strcasecmp(r->re_protocol, "Q.850") &&
		    r->re_cause)
			leg->q850 =
				(uint32_t)strtoul(r->re_cause, NULL, 10) & 127;
	}
	snprintf(leg->text, sizeof(leg->text), "%d %s%s", status,
		 phrase ? phrase : "", leg->local ? " (no answer)" : "");
}

static void command_invite(struct dial_sip *s, const struct command *c)
{
	struct leg *leg = yh_zalloc(sizeof(*leg));
	char to[URL_MAX], from[URL_MAX], asserted[URL_MAX + 32];
	char sdp[DIAL_SDP_MAX];
	struct leg **at;

	if (!leg) {
		struct leg none = {.id = c->id, .local = true};

		tell_leg(s, &none, DIAL_SIP_ENDED, NULL);
		return;
	}
	leg->id = c->id;
	leg->rtp_port = c->rtp_port;
	leg->session = c->session;
	leg->version = 1;
	snprintf(to, sizeof(to), "sip:%s@%s", c->number, s->trunk);
	snprintf(from, sizeof(from), "<sip:%s@%s>", c->caller, s->addr);
	snprintf(asserted, sizeof(asserted), "P-Asserted-Identity: %s", from);
	dial_sdp_write(s->media_addr, c->rtp_port, c->session, 1, sdp);
	leg->nh = nua_handle(s->nua, leg, NUTAG_URL(to), SIPTAG_TO_STR(to),
			     SIPTAG_FROM_STR(from), TAG_END());
	if (!leg->nh) {
		leg->local = true;
		tell_ended(s, leg);
		yh_free(leg);
		return;
	}
	at = &s->legs[leg->id % BUCKETS];
	leg->next = *at;
	*at = leg;
	nua_invite(leg->nh, SIPTAG_HEADER_STR(asserted),
		   SIPTAG_CONTENT_TYPE_STR("application/sdp"),
		   SIPTAG_PAYLOAD_STR(sdp), TAG_END());
}

/* CANCEL waits for the final response: a 200 may cross it. */
static void hang_up(struct dial_sip *s, struct leg *leg, uint32_t cause,
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
	case HANG_UP:
		leg = *find(s, c->id);
		if (leg)
			hang_up(s, leg, c->cause, c->text);
		break;
	case CLOSE:
		s->closing = true;
		s->probe_at_ms = yh_now_ms();
		nua_shutdown(s->nua);
		break;
	}
}

/* ---- what the peer says
 * --------------------------------------------------- */

static int read_media(const sip_t *sip, struct sockaddr_in *media)
{
	const sip_payload_t *pl = sip ? sip->sip_payload : NULL;

	return pl && pl->pl_len ? dial_sdp_read(pl->pl_data, pl->pl_len, media)
				: -ENODATA;
}

static void count_response(int status)
{
	static const char *const classes[] = {"1xx", "2xx", "3xx",
					      "4xx", "5xx", "6xx"};

	if (status > 100 && status < 700)
		yh_metric_add_l(&dial_m_sip_responses,
				classes[status / 100 - 1], 1);
}

static void provisional(struct dial_sip *s, struct leg *leg, int status,
			const sip_t *sip)
{
	struct sockaddr_in media;

	if (!read_media(sip, &media))
		tell_leg(s, leg, DIAL_SIP_EARLY_MEDIA, &media);
	else if (status == 180 || status == 182)
		tell_leg(s, leg, DIAL_SIP_RINGING, NULL);
}

static void answered(struct dial_sip *s, struct leg *leg, const sip_t *sip)
{
	struct sockaddr_in media;
	bool crossed = leg->hanging;

	nua_ack(leg->nh, TAG_END());
	leg->answered = true;
	leg->hanging = false;
	if (crossed) {
		snprintf(leg->text, sizeof(leg->text), "487 cancelled");
		leg->code = 487;
		hang_up(s, leg, 16, "cancelled");
	} else if (read_media(sip, &media)) {
		snprintf(leg->text, sizeof(leg->text),
			 "488 answered without PCMA over IPv4");
		leg->code = 488;
		hang_up(s, leg, 65, "no common codec");
	} else {
		tell_leg(s, leg, DIAL_SIP_ANSWERED, &media);
	}
}

static void on_invite_response(struct dial_sip *s, struct leg *leg, int status,
			       const char *phrase, const sip_t *sip)
{
	if (leg->answered) { /* a 200 again: our ACK was lost */
		if (status < 300)
			nua_ack(leg->nh, TAG_END());
		return;
	}
	count_response(status);
	if (status < 200) {
		provisional(s, leg, status, sip);
	} else if (status < 300) {
		answered(s, leg, sip);
	} else {
		note_end(leg, status, phrase, sip);
		if (leg->local) /* is it only him, or the trunk? */
			s->probe_at_ms = 0;
	}
}

static void on_reinvite(struct dial_sip *s, struct leg *leg, nua_handle_t *nh,
			const sip_t *sip)
{
	struct sockaddr_in media;
	char sdp[DIAL_SDP_MAX];
	int err;

	if (!leg) { /* we take no calls */
		nua_respond(nh, SIP_403_FORBIDDEN, TAG_END());
		nua_handle_destroy(nh);
		return;
	}
	err = read_media(sip, &media);
	if (err && err != -ENODATA) {
		nua_respond(nh, SIP_488_NOT_ACCEPTABLE, TAG_END());
		return;
	}
	dial_sdp_write(s->media_addr, leg->rtp_port, leg->session,
		       ++leg->version, sdp);
	nua_respond(nh, SIP_200_OK, SIPTAG_CONTENT_TYPE_STR("application/sdp"),
		    SIPTAG_PAYLOAD_STR(sdp), TAG_END());
	if (!err)
		tell_leg(s, leg, DIAL_SIP_MEDIA, &media);
}

static void on_bye(struct leg *leg, const sip_t *sip)
{
	if (!leg)
		return;
	note_end(leg, 200, "BYE", sip);
	leg->local = false;
	leg->by_peer = true;
}

/* ---- the trunk -------------------------------------------------------------
 */

static void on_options(struct dial_sip *s, nua_handle_t *nh, int status,
		       const sip_t *sip)
{
	char why[128];
	bool local = !sip || sip->sip_flags & MADE_HERE;

	if (nh != s->probe || status < 200)
		return;
	snprintf(why, sizeof(why), "%d to OPTIONS from %.80s", status,
		 s->trunk);
	if (local)
		snprintf(why, sizeof(why), "no answer to OPTIONS from %.80s",
			 s->trunk);
	dial_sip_tell_trunk(s, !local && status < 500 && status != 408, why);
	nua_handle_destroy(s->probe);
	s->probe = NULL;
}

static void ask_trunk(struct dial_sip *s, uint64_t now)
{
	char to[URL_MAX], from[URL_MAX];

	snprintf(to, sizeof(to), "sip:%s", s->trunk);
	snprintf(from, sizeof(from), "<sip:yinhu@%s>", s->addr);
	s->probe = nua_handle(s->nua, NULL, NUTAG_URL(to), SIPTAG_TO_STR(to),
			      SIPTAG_FROM_STR(from), TAG_END());
	s->probe_at_ms = now;
	if (s->probe)
		nua_options(s->probe, TAG_END());
}

void dial_sip_on_timer(su_root_magic_t *magic, su_timer_t *t,
		       struct dial_sip *s)
{
	uint64_t now = yh_now_ms(), every = s->options_ms;
	char why[128];

	(void)magic;
	(void)t;
	if (s->closing && now - s->probe_at_ms > CLOSE_MS)
		su_root_break(s->root);
	if (s->closing || !s->options_ms)
		return;
	if (s->probe && now - s->probe_at_ms > s->options_timeout_ms) {
		nua_handle_destroy(s->probe);
		s->probe = NULL;
		snprintf(why, sizeof(why), "no answer to OPTIONS from %.80s",
			 s->trunk);
		dial_sip_tell_trunk(s, false, why);
	}
	if (!s->up && every > PROBE_DOWN_MS)
		every = PROBE_DOWN_MS;
	if (!s->probe && (!s->probe_at_ms || now - s->probe_at_ms >= every))
		ask_trunk(s, now);
}

/* ---- sofia calls
 */

static void on_state(struct dial_sip *s, struct leg *leg, tagi_t *tags)
{
	int state = nua_callstate_init;

	tl_gets(tags, NUTAG_CALLSTATE_REF(state), TAG_END());
	if (leg && state == nua_callstate_terminated)
		drop_leg(s, leg);
}

void dial_sip_on_event(nua_event_t event, int status, char const *phrase,
		       nua_t *nua, nua_magic_t *s, nua_handle_t *nh,
		       nua_hmagic_t *leg, sip_t const *sip, tagi_t tags[])
{
	(void)nua;
	switch (event) {
	case nua_r_invite:
		if (leg)
			on_invite_response(s, leg, status, phrase, sip);
		break;
	case nua_i_invite:
		on_reinvite(s, leg, nh, sip);
		break;
	case nua_i_bye:
		on_bye(leg, sip);
		break;
	case nua_i_state:
		on_state(s, leg, tags);
		break;
	case nua_i_terminated:
		if (leg)
			drop_leg(s, leg);
		break;
	case nua_r_options:
		on_options(s, nh, status, sip);
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
			drop_leg(s, s->legs[i]);
	}
	if (s->probe)
		nua_handle_destroy(s->probe);
}
