/**
 * @file sip_priv.h  What sip.c (thread, loop's side) and sip_legs.c (what is
 *                   done on sofia's thread) share.
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
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/su_log.h>

#include "loop/inbox.h"
#include "sip.h"

enum {
	BUCKETS = 1024,
	INBOX_MAX = 65536,
	CLOSE_MS = 2000,
	PROBE_DOWN_MS = 1000, /* how often a trunk that is down is asked */
	URL_MAX = 320,
	NUMBER_MAX = 32,
};

/* sofia's mark of a response that it made itself (nta.c). */
#define MADE_HERE (1 << 15)

enum command_kind { INVITE, HANG_UP, CLOSE };

struct command {
	enum command_kind kind;
	struct dial_sip *sip;
	uint32_t id, cause, session;
	uint16_t rtp_port;
	char number[NUMBER_MAX], caller[NUMBER_MAX], text[64];
};

/* A call on sofia's thread. */
struct leg {
	struct leg *next;
	nua_handle_t *nh;
	uint32_t id, session, version;
	uint16_t rtp_port;
	bool answered, hanging, ended;
	/* How it ended, gathered until it has. */
	uint32_t code, q850;
	bool local, by_peer;
	char text[128];
};

struct dial_sip {
	/* Loop thread. */
	dial_sip_cb *cb;
	void *arg;
	uv_thread_t thread;
	/* Set before the thread starts, then read only. */
	char bind_url[URL_MAX], trunk[256], addr[64], media_addr[64];
	uint32_t options_ms, options_timeout_ms;
	/* Both: made before, and safe. */
	struct yh_inbox *inbox;
	uv_sem_t started;
	/* sofia's thread. */
	su_root_t *root;
	nua_t *nua;
	su_timer_t *timer;
	nua_handle_t *probe;
	uint64_t probe_at_ms;
	bool up, known, closing;
	struct leg *legs[BUCKETS];
};

/* sip_legs.c; all on sofia's thread. */
void dial_sip_on_event(nua_event_t event, int status, char const *phrase,
		       nua_t *nua, nua_magic_t *s, nua_handle_t *nh,
		       nua_hmagic_t *leg, sip_t const *sip, tagi_t tags[]);
void dial_sip_on_command(su_root_magic_t *magic, su_msg_r msg,
			 struct command *c);
void dial_sip_on_timer(su_root_magic_t *magic, su_timer_t *t,
		       struct dial_sip *s);
void dial_sip_tell_trunk(struct dial_sip *s, bool up, const char *why);
void dial_sip_drop_all(struct dial_sip *s);

#endif
