/** @file srtp.c  SRTP and SRTCP of one call, contract in srtp.h */
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include <srtp2/srtp.h>

#include "base/mem.h"
#include "srtp.h"

enum {
	WINDOW = 128, /* of replay protection [packets] */
	SHORTEST = 8, /* of RTCP: header and SSRC [bytes] */
};

struct dial_srtp {
	srtp_t tx, rx;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void init(void)
{
	(void)srtp_init();
}

static int create(srtp_t *out, srtp_ssrc_type_t type,
		  const uint8_t key[DIAL_SRTP_KEY_BYTES])
{
	uint8_t copy[DIAL_SRTP_KEY_BYTES];
	srtp_policy_t policy = {
		.ssrc = {.type = type}, .key = copy, .window_size = WINDOW};
	srtp_err_status_t st;

	memcpy(copy, key, sizeof(copy));
	srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
	srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
	st = srtp_create(out, &policy);
	explicit_bzero(copy, sizeof(copy));

	return st == srtp_err_status_ok		  ? 0
	       : st == srtp_err_status_alloc_fail ? -ENOMEM
						  : -EIO;
}

int dial_srtp_create(struct dial_srtp **out,
		     const uint8_t ours[DIAL_SRTP_KEY_BYTES],
		     const uint8_t theirs[DIAL_SRTP_KEY_BYTES])
{
	struct dial_srtp *s = yh_zalloc(sizeof(*s));
	int err;

	if (!s)
		return -ENOMEM;
	pthread_once(&once, init);
	err = create(&s->tx, ssrc_any_outbound, ours);
	if (!err)
		err = create(&s->rx, ssrc_any_inbound, theirs);
	if (err)
		dial_srtp_destroy(s);
	else
		*out = s;

	return err;
}

void dial_srtp_destroy(struct dial_srtp *s)
{
	if (!s)
		return;
	if (s->tx)
		srtp_dealloc(s->tx);
	if (s->rx)
		srtp_dealloc(s->rx);
	yh_free(s);
}

void dial_srtp_renew(struct dial_srtp **mine, struct dial_srtp *fresh)
{
	srtp_t rx;

	if (!*mine) {
		*mine = fresh;
		return;
	}
	rx = (*mine)->rx;
	(*mine)->rx = fresh->rx;
	fresh->rx = rx;
	dial_srtp_destroy(fresh);
}

int dial_srtp_protect(struct dial_srtp *s, void *packet, size_t *len, bool rtcp)
{
	int n = (int)*len;

	if (rtcp ? srtp_protect_rtcp(s->tx, packet, &n)
		 : srtp_protect(s->tx, packet, &n))
		return -EIO;
	*len = (size_t)n;

	return 0;
}

int dial_srtp_unprotect(struct dial_srtp *s, void *packet, size_t *len,
			bool rtcp)
{
	int n = (int)*len;

	if (n < SHORTEST || (rtcp ? srtp_unprotect_rtcp(s->rx, packet, &n)
				  : srtp_unprotect(s->rx, packet, &n)))
		return -EBADMSG;
	*len = (size_t)n;

	return 0;
}
