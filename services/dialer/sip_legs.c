/** @file sip_legs.c  Calls on sofia's thread, see sip.h */
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

static void tell_leg(struct dial_sip *s, const struct leg *leg,
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
	tell_leg(s, leg, DIAL_SIP_ENDED, NULL);
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

static void drop_leg(struct dial_sip *s, struct leg *leg)
{
	struct leg **at = find(s, leg->id);

	tell_ended(s, leg);
	if (*at == leg)
		*at = leg->next;
	nua_handle_bind(leg->nh, NULL);
	nua_handle_destroy(leg->nh);
	free_leg(leg);
}

static void note_end(struct leg *leg, int status, const char *phrase,
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

/* Send the leg's INVITE. @param where HOST[:PORT][;params] */
static int send_invite(struct dial_sip *s, struct leg *leg, const char *where)
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
		tell_leg(s, &none, DIAL_SIP_ENDED, NULL);
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
	if (send_invite(s, leg, leg->line->uri)) {
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
			hang_up(s, leg, c->cause, c->text);
		break;
	case CLOSE:
		s->closing = true;
		s->closing_ms = yh_now_ms();
		nua_shutdown(s->nua);
		break;
	}
}

/* ---- what the peer says
 * --------------------------------------------------- */

static int read_media(const sip_t *sip, struct dial_sdp *media)
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

/* Which of several callees, where the call was forked. */
static const char *tag_of(const sip_t *sip)
{
	return sip->sip_to && sip->sip_to->a_tag ? sip->sip_to->a_tag : "";
}

/* A 200 need not repeat the answer of its own reliable 18x (RFC 3262). */
static int answered_media(const struct leg *leg, const sip_t *sip,
			  struct dial_sdp *media)
{
	int err = read_media(sip, media);

	if (err != -ENODATA || !leg->media_tag[0] ||
	    strncmp(leg->media_tag, tag_of(sip), sizeof(leg->media_tag) - 1))
		return err;
	*media = leg->media;

	return 0;
}

static void provisional(struct dial_sip *s, struct leg *leg, int status,
			const sip_t *sip)
{
	struct dial_sdp media;

	if (!leg->alerted && status > 100) {
		leg->alerted = true; /* no INVITE again, of sofia either */
		nua_set_hparams(leg->nh, NUTAG_RETRY_COUNT(0), TAG_END());
	}
	if (!read_media(sip, &media)) {
		leg->media = media;
		snprintf(leg->media_tag, sizeof(leg->media_tag), "%s",
			 tag_of(sip));
		tell_leg(s, leg, DIAL_SIP_EARLY_MEDIA, &media);
	} else if (status == 180 || status == 182)
		tell_leg(s, leg, DIAL_SIP_RINGING, NULL);
}

static void answered(struct dial_sip *s, struct leg *leg, const sip_t *sip)
{
	struct dial_sdp media;
	bool crossed = leg->hanging;

	nua_ack(leg->nh, TAG_END());
	nua_set_hparams(leg->nh, NUTAG_RETRY_COUNT(3), TAG_END());
	leg->answered = true;
	leg->hanging = false;
	if (crossed) {
		snprintf(leg->text, sizeof(leg->text), "487 cancelled");
		leg->code = 487;
		hang_up(s, leg, 16, "cancelled");
	} else if (answered_media(leg, sip, &media)) {
		snprintf(leg->text, sizeof(leg->text),
			 "488 answered without PCMA over IPv4");
		leg->code = 488;
		hang_up(s, leg, 65, "no common codec");
	} else if (dial_sdp_check(&media, leg->srtp)) {
		snprintf(leg->text, sizeof(leg->text),
			 "488 answered without SRTP, which is required");
		leg->code = 488;
		hang_up(s, leg, 65, "SRTP is required");
	} else {
		if (leg->srtp == DIAL_SRTP_PREFER && media.keyed)
			leg->srtp = DIAL_SRTP_REQUIRE; /* and it stays so */
		tell_leg(s, leg, DIAL_SIP_ANSWERED, &media);
	}
}

/* Another INVITE is in order: the trunk has refused the first, and nobody can
 * have heard it ring. */
static bool may_repeat(const struct dial_sip *s, const struct leg *leg)
{
	return !leg->alerted && !leg->hanging && !s->closing && !leg->target[0];
}

/* The callee stays who he is: only the place may change, and only to one of the
 * trunk's own. */
static bool follow(struct dial_sip *s, struct leg *leg, const sip_t *sip)
{
	const url_t *u =
		sip && sip->sip_contact ? sip->sip_contact->m_url : NULL;
	char where[URL_MAX];
	nua_handle_t *old = leg->nh;

	if (!u || !u->url_host || !u->url_user || u->url_type != url_sip ||
	    strcmp(u->url_user, leg->number) != 0 ||
	    leg->redirects >= REDIRECTS_MAX ||
	    !dial_trunk_redirects_to(leg->line->trunk, u->url_host,
				     u->url_port ? u->url_port : "5060"))
		return false;
	leg->redirects++;
	snprintf(where, sizeof(where), "%s%s%s%s", u->url_host,
		 u->url_port ? ":" : "", u->url_port ? u->url_port : "",
		 strchr(leg->line->uri, ';') ? strchr(leg->line->uri, ';')
					     : "");
	nua_handle_bind(old, NULL);
	if (send_invite(s, leg, where)) {
		leg->nh = old;
		nua_handle_bind(old, leg);
		return false;
	}
	nua_handle_destroy(old);

	return true;
}

static void refused(struct dial_sip *s, struct leg *leg, int status,
		    const char *phrase, const sip_t *sip)
{
	bool challenged = status == 401 || status == 407;

	if (challenged && may_repeat(s, leg) &&
	    leg->challenges++ < CHALLENGES_MAX &&
	    dial_sip_authenticate(leg->nh, leg->line, sip))
		return;
	if (status < 400 && may_repeat(s, leg) && follow(s, leg, sip))
		return;
	note_end(leg, status, phrase, sip);
	if (leg->local)
		dial_sip_ask_now(leg->line);
	if (challenged) /* nua waits for a password that there is not */
		drop_leg(s, leg);
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
	if (status < 200)
		provisional(s, leg, status, sip);
	else if (status < 300)
		answered(s, leg, sip);
	else
		refused(s, leg, status, phrase, sip);
}

/* ---- the session changes ---------------------------------------------------
 */

/* Answer an offer, or make one where there is none.
 * @return 0, -errno: it cannot be taken */
static int write_answer(struct leg *leg, const sip_t *sip,
			struct dial_sdp *theirs, char sdp[DIAL_SDP_MAX])
{
	struct dial_sdp ours = leg->ours;
	int err = read_media(sip, theirs);

	if (!err)
		err = dial_sdp_check(theirs, leg->srtp);
	if (err && err != -ENODATA)
		return err;
	if (!err)
		dial_sdp_answer(&ours, &leg->ours, theirs);
	dial_sdp_write(&ours, leg->session, ++leg->version, sdp);

	return 0;
}

/* INVITE or UPDATE with an offer, or an INVITE that asks for one. */
static void renegotiate(struct dial_sip *s, struct leg *leg, nua_handle_t *nh,
			const sip_t *sip)
{
	struct dial_sdp media;
	char sdp[DIAL_SDP_MAX];

	if (write_answer(leg, sip, &media, sdp)) {
		nua_respond(nh, SIP_488_NOT_ACCEPTABLE, NUTAG_WITH_THIS(s->nua),
			    TAG_END());
		return;
	}
	nua_respond(nh, SIP_200_OK, NUTAG_WITH_THIS(s->nua),
		    SIPTAG_CONTENT_TYPE_STR("application/sdp"),
		    SIPTAG_PAYLOAD_STR(sdp), TAG_END());
	if (sip->sip_payload)
		tell_leg(s, leg, DIAL_SIP_MEDIA, &media);
}

static bool is_sdp(const sip_content_type_t *c)
{
	return !c || !c->c_type || !strcasecmp(c->c_type, "application/sdp");
}

/* RFC 3261 section 20.1: without Accept, SDP is taken. */
static bool takes_sdp(const sip_accept_t *a)
{
	bool found = !a;

	for (; a && !found; a = a->ac_next)
		found = a->ac_type &&
			(!strcasecmp(a->ac_type, "application/sdp") ||
			 !strcmp(a->ac_type, "*/*") ||
			 !strcasecmp(a->ac_type, "application/*"));

	return found;
}

static void on_invite(struct dial_sip *s, struct leg *leg, nua_handle_t *nh,
		      const sip_t *sip)
{
	if (leg) {
		renegotiate(s, leg, nh, sip);
		return;
	}
	/* We take no calls; what is wrong with this one is told first. */
	if (!is_sdp(sip->sip_content_type))
		nua_respond(nh, SIP_415_UNSUPPORTED_MEDIA,
			    SIPTAG_ACCEPT_STR("application/sdp"), TAG_END());
	else if (!takes_sdp(sip->sip_accept))
		nua_respond(nh, SIP_406_NOT_ACCEPTABLE, TAG_END());
	else
		nua_respond(nh, SIP_403_FORBIDDEN, TAG_END());
	nua_handle_destroy(nh);
}

/* Without SDP it only keeps the session alive (RFC 4028). */
static void on_update(struct dial_sip *s, struct leg *leg, nua_handle_t *nh,
		      const sip_t *sip)
{
	if (leg && sip->sip_payload)
		renegotiate(s, leg, nh, sip);
	else
		nua_respond(nh, SIP_200_OK, NUTAG_WITH_THIS(s->nua), TAG_END());
}

/* A re-INVITE without an offer has its answer in the ACK. */
static void on_ack(struct dial_sip *s, struct leg *leg, const sip_t *sip)
{
	struct dial_sdp media;

	if (leg && !read_media(sip, &media) &&
	    !dial_sdp_check(&media, leg->srtp))
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
		on_invite(s, leg, nh, sip);
		break;
	case nua_i_update:
		on_update(s, leg, nh, sip);
		break;
	case nua_r_refer:
		if (leg && status >= 300)
			tell_referred(s, leg, (uint32_t)status);
		break;
	case nua_i_notify:
		on_notify(s, leg, sip);
		break;
	case nua_i_ack:
		on_ack(s, leg, sip);
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
			drop_leg(s, s->legs[i]);
	}
	dial_sip_drop_lines(s);
}
