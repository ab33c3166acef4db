#include "call.h"

#include "alaw.h"
#include "ear.h"
#include "media.h"
#include "mind.h"
#include "tally.h"

#include <errno.h>

enum {
	BARGE_HANG_MS = 400, /* while breaking in: the bot counts as silent */
	RING_TAIL_MS = 300,  /* between an announcement and the final code */
};

enum state { RINGING, ANSWERED, OVER };

struct car_call {
	struct le le;
	struct car_server *server;
	const struct car_persona *persona;
	enum state state;
	bool offered; /* the INVITE brought an SDP offer */
	struct sipsess *sess;
	struct sdp_session *sdp;
	struct sdp_media *audio;
	struct car_media media;
	struct car_ear ear;
	struct car_mind mind;
	struct car_tally tally;
	int64_t invited_ms;
	int64_t due_ms; /* when ringing ends; -1: with the announcement */
};

#define LOG(c, ...) CAR_TALLY_LOG(&(c)->tally, __VA_ARGS__)

struct car_call *car_call_of(struct le *le)
{
	return le->data;
}

static void destructor(void *arg)
{
	struct car_call *c = arg;

	list_unlink(&c->le);
	if (c->state != OVER)
		c->server->count.calls--;
	mem_deref(c->sess);
	mem_deref(c->sdp);
	car_media_fini(&c->media);
	car_tally_fini(&c->tally);
}

/* The call is over and gone after this. */
static void finish(struct car_call *c, const char *by, const char *why)
{
	car_tally_end(&c->tally, by, why, &c->media.counts);
	c->state = OVER;
	c->server->count.calls--;
	c->server->count.ended++;
	mem_deref(c);
}

/* ---- heard and said -------------------------------------------------------
 */

static void on_frame(void *arg, double rms)
{
	struct car_call *c = arg;

	if (c->state != ANSWERED ||
	    car_ear_frame(&c->ear, car_now_ms(), rms) != CAR_HEARD_START)
		return;
	car_tally_prompt_start(&c->tally, c->ear.onset_ms);
	car_mind_prompt_start(&c->mind, c->ear.onset_ms);
}

static void heard_end(struct car_call *c, int64_t now_ms)
{
	int64_t last_ms = c->ear.last_loud_ms;

	if (car_tally_prompt_end(&c->tally, c->ear.onset_ms, last_ms))
		c->ear.hang_ms = c->persona->hang_over_ms;
	car_mind_prompt_end(&c->mind, last_ms, now_ms);
}

static void say(struct car_call *c, const struct car_step *step, int64_t now_ms)
{
	if (step->why == CAR_WHY_BARGE_IN)
		c->ear.hang_ms = BARGE_HANG_MS;
	car_tally_say(&c->tally, step, now_ms, c->ear.onset_ms);
	if (step->line->is_keys)
		car_media_press(&c->media, step->line->text);
	else
		car_media_play(&c->media, step->line->clip);
}

static void said(struct car_call *c, int64_t now_ms)
{
	if (c->tally.barge_ms >= 0)
		c->ear.hang_ms = BARGE_HANG_MS / 2;
	car_tally_said(&c->tally, now_ms);
	car_mind_said(&c->mind, now_ms);
}

static void talk_tick(struct car_call *c, int64_t now_ms)
{
	if (car_ear_tick(&c->ear, now_ms) == CAR_HEARD_END)
		heard_end(c, now_ms);
	struct car_step step = car_mind_tick(&c->mind, now_ms);
	if (step.act == CAR_ACT_SAY)
		say(c, &step, now_ms);
	if (car_media_tick(&c->media))
		said(c, now_ms);
	if (step.act == CAR_ACT_HANGUP)
		finish(c, "callee", car_why_name(step.why));
}

/* ---- SIP ------------------------------------------------------------------
 */

/* Take the far end's address and format from the SDP just decoded. */
static int take_peer(struct car_call *c)
{
	const struct sdp_format *fmt = sdp_media_rformat(c->audio, "PCMA");

	if (!fmt)
		return -ENOTSUP;
	car_media_peer(&c->media, sdp_media_raddr(c->audio), (uint8_t)fmt->pt);
	fmt = sdp_media_rformat(c->audio, "telephone-event");
	c->media.keys_pt = fmt ? fmt->pt : -1;
	if (!(sdp_media_rdir(c->audio) & SDP_RECVONLY))
		c->media.sending = false; /* on hold */
	return 0;
}

static int on_offer(struct mbuf **descp, const struct sip_msg *msg, void *arg)
{
	struct car_call *c = arg;
	bool offered = mbuf_get_left(msg->mb) > 0;

	if (offered && (sdp_decode(c->sdp, msg->mb, true) || take_peer(c)))
		return EPROTO;
	LOG(c, car_now_ms(), "reinvite", "{s:b}", "sending", c->media.sending);
	return sdp_encode(descp, c->sdp, !offered);
}

static int on_answer(const struct sip_msg *msg, void *arg)
{
	struct car_call *c = arg;
	int err = sdp_decode(c->sdp, msg->mb, false);

	return err ? err : -take_peer(c);
}

static void on_established(const struct sip_msg *msg, void *arg)
{
	(void)msg;
	LOG((struct car_call *)arg, car_now_ms(), "ack", NULL);
}

static void on_info(struct sip *sip, const struct sip_msg *msg, void *arg)
{
	(void)arg;
	(void)sip_reply(sip, msg, 200, "OK");
}

/* BYE, CANCEL, or no ACK for our 200. */
static void on_close(int err, const struct sip_msg *msg, void *arg)
{
	struct car_call *c = arg;

	(void)msg;
	if (c->state == RINGING) {
		c->server->count.cancelled++;
		LOG(c, car_now_ms(), "cancel", "{s:I}", "rang_ms",
		    (long long)(car_now_ms() - c->invited_ms));
		finish(c, "bot", "cancel");
	} else if (err == ETIMEDOUT) {
		finish(c, "carrier", "no_ack");
	} else {
		finish(c, "bot", "bye");
	}
}

static const char ALLOW[] =
	"Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, INFO\r\n";

static void answer(struct car_call *c, int64_t now_ms)
{
	struct mbuf *desc = NULL;
	int err = sdp_encode(&desc, c->sdp, !c->offered);

	if (!err)
		err = sipsess_answer(c->sess, 200, "OK", desc, "%s", ALLOW);
	mem_deref(desc);
	if (err) {
		finish(c, "carrier", "no_answer_sent");
		return;
	}
	c->state = ANSWERED;
	c->tally.answered_ms = now_ms;
	c->server->count.answered++;
	c->media.ringing = false;
	car_noise_init(&c->media.noise, c->persona->voice.noise_dbov,
		       hash_joaat_str(c->tally.call_id));
	car_mind_init(&c->mind, c->persona, now_ms);
	LOG(c, now_ms, "answer", NULL);
}

static void reject(struct car_call *c, int64_t now_ms)
{
	const struct car_persona *p = c->persona;

	if (p->q850)
		(void)sipsess_reject(c->sess, p->code, p->reason,
				     "Reason: Q.850;cause=%d\r\n"
				     "Content-Length: 0\r\n\r\n",
				     p->q850);
	else
		(void)sipsess_reject(c->sess, p->code, p->reason, NULL);
	LOG(c, now_ms, "reject", "{s:i}", "code", p->code);
	c->server->count.rejected++;
	finish(c, "callee", "reject");
}

static void ring_tick(struct car_call *c, int64_t now_ms)
{
	if (c->persona->early_media && car_media_tick(&c->media))
		c->due_ms = now_ms + RING_TAIL_MS;
	if (c->due_ms < 0 || now_ms < c->due_ms)
		return;
	if (c->persona->code == 200)
		answer(c, now_ms);
	else
		reject(c, now_ms);
}

void car_call_tick(struct car_call *c, int64_t now_ms)
{
	if (c->state == RINGING)
		ring_tick(c, now_ms);
	else if (c->state == ANSWERED)
		talk_tick(c, now_ms);
}

void car_call_shut(struct car_call *c, const char *why)
{
	if (c->state == RINGING)
		(void)sipsess_reject(c->sess, 503, "Service Unavailable", NULL);
	finish(c, "carrier", why);
}

static int offer_sdp(struct car_call *c, const struct sip_msg *msg)
{
	int err = sdp_session_alloc(&c->sdp, &c->server->laddr);

	if (!err)
		err = sdp_media_add(&c->audio, c->sdp, "audio",
				    car_media_port(&c->media), "RTP/AVP");
	if (!err)
		err = sdp_format_add(NULL, c->audio, false, "8", "PCMA",
				     CAR_RATE_HZ, 1, NULL, NULL, NULL, false,
				     NULL);
	if (!err)
		err = sdp_format_add(NULL, c->audio, false, "101",
				     "telephone-event", CAR_RATE_HZ, 1, NULL,
				     NULL, NULL, false, "0-15");
	if (!err)
		err = sdp_media_set_lattr(c->audio, true, "ptime", "20");
	if (err)
		return -err;
	c->offered = mbuf_get_left(msg->mb) > 0;
	if (!c->offered)
		return 0; /* ours goes out with the 200 */
	if (sdp_decode(c->sdp, msg->mb, true))
		return -EBADMSG;
	return take_peer(c);
}

/* 180, or 183 with sound; the rest is up to the tick. */
static int ring(struct car_call *c, const struct sip_msg *msg)
{
	const struct car_persona *p = c->persona;
	bool early = p->early_media && c->offered;
	struct mbuf *desc = NULL;
	int err = early ? sdp_encode(&desc, c->sdp, false) : 0;

	if (!err)
		err = sipsess_accept(
			&c->sess, c->server->sock, msg, early ? 183 : 180,
			early ? "Session Progress" : "Ringing", "carrier",
			"application/sdp", desc, NULL, NULL, false, on_offer,
			on_answer, on_established, on_info, NULL, on_close, c,
			"%s", ALLOW);
	mem_deref(desc);
	if (err)
		return -err;
	bool announces = early && p->announce.clip;
	c->due_ms = announces ? -1 : c->invited_ms + p->ring_ms;
	c->media.ringing = early && !announces;
	if (announces)
		car_media_play(&c->media, p->announce.clip);
	LOG(c, car_now_ms(), "ringing", "{s:i,s:s*}", "code", early ? 183 : 180,
	    "announce", announces ? p->announce.text : NULL);
	return 0;
}

int car_call_open(struct car_server *server, const struct sip_msg *msg,
		  const struct car_persona *persona, const char *number)
{
	struct car_call *c = mem_zalloc(sizeof(*c), destructor);

	if (!c)
		return -ENOMEM;
	c->server = server;
	c->persona = persona;
	c->invited_ms = car_now_ms();
	(void)pl_strcpy(&msg->callid, c->tally.call_id,
			sizeof(c->tally.call_id));
	str_ncpy(c->tally.number, number, sizeof(c->tally.number));
	car_tally_init(&c->tally, server->truth, persona);
	car_ear_init(&c->ear, persona->hang_over_ms);
	server->count.calls++;
	int rc = car_media_init(&c->media, &server->laddr, server->opt->rtp_min,
				server->opt->rtp_max, on_frame, c);
	if (!rc)
		rc = offer_sdp(c, msg);
	if (!rc)
		rc = ring(c, msg);
	if (rc) {
		mem_deref(c);
		return rc;
	}
	list_append(&server->calls, &c->le, c);
	if (server->count.calls > server->count.most_calls)
		server->count.most_calls = server->count.calls;
	return 0;
}
