/**
 * @file sip_priv.h  What sip.c (thread, loop's side), sip_legs.c (calls),
 *                   sip_response.c (what comes back to an INVITE),
 *                   sip_session.c (re-INVITE, UPDATE), sip_trunks.c (OPTIONS,
 *                   REGISTER, digest) and sip_octets.c (parsing) share. All
 *                   but the first run on sofia's thread.
 */
#ifndef DIAL_SIP_PRIV_H
#define DIAL_SIP_PRIV_H

/* What sofia's callbacks carry; its headers read these names. */
#define NUA_MAGIC_T	struct dial_sip
#define NUA_HMAGIC_T	struct leg
#define SU_ROOT_MAGIC_T struct dial_sip
#define SU_MSG_ARG_T	struct command
#define SU_TIMER_ARG_T	struct dial_sip
#include <sofia-sip/nua.h>
#include <sofia-sip/nua_tag.h>
#include <sofia-sip/nta_tag.h>
#include <sofia-sip/msg_mclass.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/su_log.h>
#include <sofia-sip/tport_tag.h>

#include "loop/inbox.h"
#include "sip.h"

enum {
	BUCKETS = 1024,
	INBOX_MAX = 65536,
	CLOSE_MS = 2000,
	PROBE_DOWN_MS = 1000, /* how often a trunk that is down is asked, */
	PROBE_DOWN_MAX_MS = 30000, /* doubled up to */
	CHALLENGES_MAX = 2,	   /* of one INVITE */
	REDIRECTS_MAX = 2,
	SESSION_EXPIRES_S = 1800,
	MIN_SE_S = 90,
	URL_MAX = 320,
	NUMBER_MAX = 32,
	TARGET_MAX = 128,
};

/* sofia's mark of a response that it made itself (nta.c). */
#define MADE_HERE (1 << 15)

enum command_kind { INVITE, REFER, HANG_UP, CLOSE };

struct command {
	enum command_kind kind;
	struct dial_sip *sip;
	uint32_t id, cause, session;
	unsigned trunk;
	uint16_t rtp_port;
	enum dial_srtp_mode srtp;
	uint8_t srtp_key[DIAL_SRTP_KEY_BYTES];
	char number[NUMBER_MAX], caller[NUMBER_MAX], text[64];
	char target[TARGET_MAX];
	char *headers; /* taken */
};

/* A call on sofia's thread. */
struct leg {
	struct leg *next;
	nua_handle_t *nh;
	uint32_t id, session, version;
	struct dial_sdp ours;
	enum dial_srtp_mode srtp;
	struct line *line; /* its trunk */
	char number[NUMBER_MAX], caller[NUMBER_MAX];
	char target[TARGET_MAX]; /* in place of the trunk; "" = none */
	char *headers;		 /* NULL = none */
	uint32_t refer;		 /* id of its REFERRED; 0 = none is owed */
	unsigned challenges, redirects;
	struct dial_sdp media; /* of the last 18x with SDP, */
	char media_tag[64];    /* which came from this fork; "" = none */
	bool alerted, answered, hanging, ended;
	/* How it ended, gathered until it has. */
	uint32_t code, q850, retry_after_s;
	bool local, by_peer;
	char text[128];
};

/* A trunk on sofia's thread. */
struct line {
	const struct dial_trunk *trunk;
	unsigned index;
	char uri[URL_MAX]; /* HOST[:PORT][;transport=...] */
	nua_handle_t *probe, *registration;
	uint64_t probe_at_ms;
	uint32_t wait_ms; /* until it is asked again, while it is down */
	bool up, known, registered;
	unsigned challenges; /* of the registration, in a row */
};

/* How messages are read. */
struct parser {
	msg_mclass_t *messages;
	struct msg_hclass_s request, cseq, via;
};

struct dial_sip {
	/* Loop thread. */
	dial_sip_cb *cb;
	void *arg;
	uv_thread_t thread;
	/* Set before the thread starts, then read only. */
	char bind_url[URL_MAX], tls_url[URL_MAX], tls_dir[256];
	char addr[64], media_addr[64];
	uint32_t options_timeout_ms;
	struct line lines[DIAL_TRUNKS]; /* then sofia's thread's */
	unsigned n_lines;
	/* Both: made before, and safe. */
	struct yh_inbox *inbox;
	uv_sem_t started;
	uv_sem_t let_go; /* Nobody posts to the root any more */
	/* sofia's thread. */
	su_root_t *root;
	nua_t *nua;
	su_timer_t *timer;
	struct parser parser;
	uint64_t closing_ms;
	bool closing;
	struct leg *legs[BUCKETS];
};

/* sip_octets.c. @param p->messages Receives what the caller frees
 * @return 0, -ENOMEM */
int dial_sip_make_parser(struct parser *p);

/* sip_trunks.c */
void dial_sip_open_lines(struct dial_sip *s);
/* An INVITE got no answer: is it only him, or the trunk? */
void dial_sip_ask_now(struct line *l);
void dial_sip_on_options(struct dial_sip *s, nua_handle_t *nh, int status,
			 const sip_t *sip);
void dial_sip_on_register(struct dial_sip *s, nua_handle_t *nh, int status,
			  const sip_t *sip);
void dial_sip_lines_tick(struct dial_sip *s, uint64_t now_ms);
void dial_sip_drop_lines(struct dial_sip *s);
/* Answer a challenge with the trunk's password. @return Is there one? */
bool dial_sip_authenticate(nua_handle_t *nh, const struct line *l,
			   const sip_t *sip);

/* sip_legs.c */
void dial_sip_tell(struct dial_sip *s, const struct dial_sip_event *ev);
void dial_sip_on_event(nua_event_t event, int status, char const *phrase,
		       nua_t *nua, nua_magic_t *s, nua_handle_t *nh,
		       nua_hmagic_t *leg, sip_t const *sip, tagi_t tags[]);
void dial_sip_on_command(su_root_magic_t *magic, su_msg_r msg,
			 struct command *c);
void dial_sip_on_timer(su_root_magic_t *magic, su_timer_t *t,
		       struct dial_sip *s);
void dial_sip_drop_all(struct dial_sip *s);
/* Tell the loop. @param media NULL = the event has none */
void dial_leg_tell(struct dial_sip *s, const struct leg *leg,
		   enum dial_sip_kind kind, const struct dial_sdp *media);
/* Note how the call ended. @param sip NULL = nothing came: our own doing */
void dial_leg_note_end(struct leg *leg, int status, const char *phrase,
		       const sip_t *sip);
/* Send the leg's INVITE. @param where HOST[:PORT][;params]
 * @return 0, -ENOMEM */
int dial_leg_invite(struct dial_sip *s, struct leg *leg, const char *where);
/* CANCEL or BYE, by how far it is. @param cause Q.850 */
void dial_leg_hang_up(struct dial_sip *s, struct leg *leg, uint32_t cause,
		      const char *text);
/* Free it; its end is told if it was not. */
void dial_leg_drop(struct dial_sip *s, struct leg *leg);

/* sip_response.c */
void dial_sip_on_invite_response(struct dial_sip *s, struct leg *leg,
				 int status, const char *phrase,
				 const sip_t *sip);

/* sip_session.c; leg is NULL for what belongs to no call. */
/* @return 0, -ENODATA (there is no SDP), as dial_sdp_read() */
int dial_leg_read_media(const sip_t *sip, struct dial_sdp *media);
void dial_sip_on_invite(struct dial_sip *s, struct leg *leg, nua_handle_t *nh,
			const sip_t *sip);
void dial_sip_on_update(struct dial_sip *s, struct leg *leg, nua_handle_t *nh,
			const sip_t *sip);
void dial_sip_on_ack(struct dial_sip *s, struct leg *leg, const sip_t *sip);

#endif
