/**
 * @file sip.h  The SIP side of calls and trunks.
 *
 * sofia-sip (nua) runs on a thread of its own and its objects never leave it:
 * commands go there as su_msg, events come back through a yh_inbox. It carries
 * no media; the RTP ports are the caller's (media.h).
 *
 * A call has one INVITE at the callee: a challenge (401, 407), a 422 and a 3xx
 * are answered with another INVITE only while nothing but 100 has come.
 *
 * Source: RFC 3261, 3262 (PRACK), 3264, 3311 (UPDATE), 3325
 * (P-Asserted-Identity), 3326 (Reason), 4028 (session timers), 4733.
 */
#ifndef DIAL_SIP_H
#define DIAL_SIP_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "sdp.h"
#include "trunks.h"

struct dial_sip;

struct dial_sip_conf {
	const char *listen;	/**< "ADDR:PORT", UDP and TCP; 0 = a free one */
	const char *tls_listen; /**< Same for TLS; "" = none */
	const char *tls_dir;	/**< agent.pem, cafile.pem; "" = no TLS */
	const char *media_addr; /**< IPv4 that the SDP names */
	const struct dial_trunks *trunks; /**< Kept; names and places only */
	uint32_t options_timeout_ms;	  /**< Down without an answer */
};

enum dial_sip_kind {
	DIAL_SIP_RINGING,     /**< 180 or 182 */
	DIAL_SIP_EARLY_MEDIA, /**< 18x with SDP; media is set */
	DIAL_SIP_ANSWERED,    /**< 200 and our ACK; media is set */
	DIAL_SIP_MEDIA,	      /**< re-INVITE, UPDATE: moved, held, taken up */
	DIAL_SIP_REFERRED,    /**< code: how the trunk's own dialling ended */
	DIAL_SIP_ENDED,	      /**< Last event of a call, exactly once */
	DIAL_SIP_TRUNK,	      /**< A trunk's state; id is 0 */
};

struct dial_sip_event {
	enum dial_sip_kind kind;
	uint32_t id;		/**< As given to dial_sip_invite */
	uint64_t at_us;		/**< Monotonic */
	uint32_t code;		/**< SIP status, 0 if none */
	uint32_t q850;		/**< Reason's cause, 0 if none */
	bool local;		/**< The code was made here: no answer */
	bool by_peer;		/**< ENDED by a BYE of theirs */
	bool alerted;		/**< A response above 100 came before */
	bool up;		/**< TRUNK */
	unsigned trunk;		/**< TRUNK: which, from 0 */
	uint32_t retry_after_s; /**< Of a 503; 0 = it did not say */
	struct dial_sdp media;	/**< Their description */
	char text[128];		/**< For people; no personal data */
};

/** Loop thread. @param ev Borrowed */
typedef void dial_sip_cb(void *arg, const struct dial_sip_event *ev);

struct dial_sip_invite {
	uint32_t id;	     /**< Not 0, not in use */
	unsigned trunk;	     /**< From 0 */
	const char *number;  /**< Callee, digits with an optional +; or */
	const char *target;  /**< "sip:user@host[:port]"; NULL, "" = number */
	const char *headers; /**< More, each with CRLF; NULL = none */
	const char *caller;  /**< Shown to him, same form */
	uint16_t rtp_port;   /**< Ours */
	uint32_t session;    /**< Of the SDP's origin line */
	enum dial_srtp_mode srtp;
	uint8_t srtp_key[DIAL_SRTP_KEY_BYTES]; /**< Ours, unless OFF */
};

/** Start the thread and bind. A trunk without OPTIONS and REGISTER is up.
 * @param[out] out Untouched on error @param conf Borrowed for the call
 * @return 0, -EINVAL (an address), -EADDRINUSE (bind), -ENOMEM */
int dial_sip_open(struct dial_sip **out, uv_loop_t *loop,
		  const struct dial_sip_conf *conf, dial_sip_cb *cb, void *arg);

/** End all calls, wait for their ends at most 2 s, end the thread. No events
 * after this. Blocks. @param sip Taken, may be NULL */
void dial_sip_close(struct dial_sip *sip);

/** Place a call. @param inv Borrowed
 * @return 0 and ENDED comes once; -EINVAL (number or caller), -ENOMEM */
int dial_sip_invite(struct dial_sip *sip, const struct dial_sip_invite *inv);

/** Ask the trunk to connect the callee with another (REFER).
 * @param id A call that is up @param to Digits, or "sip:user@host"
 * @param as Id of the REFERRED that comes once; never if the call ends first
 * @return 0, -EINVAL, -ENOMEM */
int dial_sip_refer(struct dial_sip *sip, uint32_t id, const char *to,
		   uint32_t as);

/** CANCEL or BYE, whichever fits; unknown ids are ignored.
 * @param cause Q.850 for the Reason header @param text Borrowed, ASCII
 * @return 0, -ENOMEM */
int dial_sip_hang_up(struct dial_sip *sip, uint32_t id, uint32_t cause,
		     const char *text);

#endif
