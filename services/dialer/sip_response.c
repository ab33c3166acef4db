/** @file sip_response.c  What comes back to an INVITE, on sofia's thread. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "metrics.h"
#include "sip_priv.h"

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
	int err = dial_leg_read_media(sip, media);

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
	if (!dial_leg_read_media(sip, &media)) {
		leg->media = media;
		snprintf(leg->media_tag, sizeof(leg->media_tag), "%s",
			 tag_of(sip));
		dial_leg_tell(s, leg, DIAL_SIP_EARLY_MEDIA, &media);
	} else if (status == 180 || status == 182)
		dial_leg_tell(s, leg, DIAL_SIP_RINGING, NULL);
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
		dial_leg_hang_up(s, leg, 16, "cancelled");
	} else if (answered_media(leg, sip, &media)) {
		snprintf(leg->text, sizeof(leg->text),
			 "488 answered without PCMA over IPv4");
		leg->code = 488;
		dial_leg_hang_up(s, leg, 65, "no common codec");
	} else if (dial_sdp_check(&media, leg->srtp)) {
		snprintf(leg->text, sizeof(leg->text),
			 "488 answered without SRTP, which is required");
		leg->code = 488;
		dial_leg_hang_up(s, leg, 65, "SRTP is required");
	} else {
		if (leg->srtp == DIAL_SRTP_PREFER && media.keyed)
			leg->srtp = DIAL_SRTP_REQUIRE; /* and it stays so */
		dial_leg_tell(s, leg, DIAL_SIP_ANSWERED, &media);
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
	if (dial_leg_invite(s, leg, where)) {
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
	dial_leg_note_end(leg, status, phrase, sip);
	if (leg->local)
		dial_sip_ask_now(leg->line);
	if (challenged) /* nua waits for a password that there is not */
		dial_leg_drop(s, leg);
}

void dial_sip_on_invite_response(struct dial_sip *s, struct leg *leg,
				 int status, const char *phrase,
				 const sip_t *sip)
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
