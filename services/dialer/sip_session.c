/**
 * @file sip_session.c  The session of a call changes: re-INVITE, UPDATE, and
 * the INVITEs of strangers. On sofia's thread.
 */
#include <errno.h>
#include <string.h>

#include "sip_priv.h"

int dial_leg_read_media(const sip_t *sip, struct dial_sdp *media)
{
	const sip_payload_t *pl = sip ? sip->sip_payload : NULL;

	return pl && pl->pl_len ? dial_sdp_read(pl->pl_data, pl->pl_len, media)
				: -ENODATA;
}

/* Answer an offer, or make one where there is none.
 * @return 0, -errno: it cannot be taken */
static int write_answer(struct leg *leg, const sip_t *sip,
			struct dial_sdp *theirs, char sdp[DIAL_SDP_MAX])
{
	struct dial_sdp ours = leg->ours;
	int err = dial_leg_read_media(sip, theirs);

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
		dial_leg_tell(s, leg, DIAL_SIP_MEDIA, &media);
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

void dial_sip_on_invite(struct dial_sip *s, struct leg *leg, nua_handle_t *nh,
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
void dial_sip_on_update(struct dial_sip *s, struct leg *leg, nua_handle_t *nh,
			const sip_t *sip)
{
	if (leg && sip->sip_payload)
		renegotiate(s, leg, nh, sip);
	else
		nua_respond(nh, SIP_200_OK, NUTAG_WITH_THIS(s->nua), TAG_END());
}

/* A re-INVITE without an offer has its answer in the ACK. */
void dial_sip_on_ack(struct dial_sip *s, struct leg *leg, const sip_t *sip)
{
	struct dial_sdp media;

	if (leg && !dial_leg_read_media(sip, &media) &&
	    !dial_sdp_check(&media, leg->srtp))
		dial_leg_tell(s, leg, DIAL_SIP_MEDIA, &media);
}
