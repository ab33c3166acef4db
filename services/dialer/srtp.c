/** @file srtp.c  SRTP and SRTCP of one call, contract in srtp.h */
#define OPENSSL_SUPPRESS_DEPRECATED /* SHA_CTX: copied without allocating */
#include <errno.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include "base/mem.h"
#include "srtp.h"

enum {
	KEY = 16,
	SALT = 14,
	AUTH = 20, /* key of HMAC-SHA1 */
	TAG = 10,  /* of its 20 bytes */
	IV = 16,
	SOURCES = 4, /* SSRCs of a peer; more are refused */
	WINDOW = 64, /* of replay protection [packets] */
	RTP_HEAD = 12,
	RTCP_HEAD = 8,
	INDEX = 4, /* of SRTCP, its first bit says that it is encrypted */
};

/* What is known of a source: its last index and those seen before it. */
struct source {
	bool started;
	uint32_t ssrc;
	uint64_t last;
	uint64_t seen; /* bit i: last - i */
};

/* One direction of RTP, or of RTCP. */
struct half {
	EVP_CIPHER_CTX *cipher; /* AES-128-CTR under the session key */
	SHA_CTX inner, outer;	/* HMAC's, past their key */
	uint8_t salt[SALT];
	struct source sources[SOURCES];
};

struct way {
	struct half rtp, rtcp;
};

struct dial_srtp {
	struct way *tx, *rx;
};

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static void put32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

/* ---- keys: RFC 3711 section 4.3 --------------------------------------------
 */

static int derive(EVP_CIPHER_CTX *prf, const uint8_t *salt, uint8_t label,
		  uint8_t *out, int n)
{
	uint8_t iv[IV] = {0};
	int done;

	memcpy(iv, salt, SALT);
	iv[7] ^= label;
	memset(out, 0, (size_t)n);
	if (EVP_EncryptInit_ex(prf, NULL, NULL, NULL, iv) != 1 ||
	    EVP_EncryptUpdate(prf, out, &done, out, n) != 1 || done != n)
		return -EIO;

	return 0;
}

static void key_hmac(struct half *h, const uint8_t auth[AUTH])
{
	uint8_t in[SHA_CBLOCK], out[SHA_CBLOCK];

	memset(in, 0x36, sizeof(in));
	memset(out, 0x5c, sizeof(out));
	for (int i = 0; i < AUTH; i++) {
		in[i] ^= auth[i];
		out[i] ^= auth[i];
	}
	SHA1_Init(&h->inner);
	SHA1_Update(&h->inner, in, sizeof(in));
	SHA1_Init(&h->outer);
	SHA1_Update(&h->outer, out, sizeof(out));
	OPENSSL_cleanse(in, sizeof(in));
	OPENSSL_cleanse(out, sizeof(out));
}

static int open_half(struct half *h, EVP_CIPHER_CTX *prf, const uint8_t *salt,
		     uint8_t label)
{
	uint8_t key[KEY], auth[AUTH];
	int err = derive(prf, salt, label, key, KEY);

	if (!err)
		err = derive(prf, salt, (uint8_t)(label + 1), auth, AUTH);
	if (!err)
		err = derive(prf, salt, (uint8_t)(label + 2), h->salt, SALT);
	h->cipher = EVP_CIPHER_CTX_new();
	if (!h->cipher)
		err = -ENOMEM;
	if (!err && EVP_EncryptInit_ex(h->cipher, EVP_aes_128_ctr(), NULL, key,
				       NULL) != 1)
		err = -EIO;
	if (!err)
		key_hmac(h, auth);
	OPENSSL_cleanse(key, sizeof(key));
	OPENSSL_cleanse(auth, sizeof(auth));

	return err;
}

static void close_way(struct way *w)
{
	if (!w)
		return;
	EVP_CIPHER_CTX_free(w->rtp.cipher);
	EVP_CIPHER_CTX_free(w->rtcp.cipher);
	OPENSSL_cleanse(w, sizeof(*w));
	yh_free(w);
}

static int open_way(struct way **out, const uint8_t key[DIAL_SRTP_KEY_BYTES])
{
	struct way *w = yh_zalloc(sizeof(*w));
	EVP_CIPHER_CTX *prf = EVP_CIPHER_CTX_new();
	int err = w && prf ? 0 : -ENOMEM;

	if (!err &&
	    EVP_EncryptInit_ex(prf, EVP_aes_128_ctr(), NULL, key, NULL) != 1)
		err = -EIO;
	if (!err)
		err = open_half(&w->rtp, prf, key + KEY, 0);
	if (!err)
		err = open_half(&w->rtcp, prf, key + KEY, 3);
	EVP_CIPHER_CTX_free(prf);
	if (err)
		close_way(w);
	else
		*out = w;

	return err;
}

int dial_srtp_create(struct dial_srtp **out,
		     const uint8_t ours[DIAL_SRTP_KEY_BYTES],
		     const uint8_t theirs[DIAL_SRTP_KEY_BYTES])
{
	struct dial_srtp *s = yh_zalloc(sizeof(*s));
	int err;

	if (!s)
		return -ENOMEM;
	err = open_way(&s->tx, ours);
	if (!err)
		err = open_way(&s->rx, theirs);
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
	close_way(s->tx);
	close_way(s->rx);
	yh_free(s);
}

void dial_srtp_renew(struct dial_srtp **mine, struct dial_srtp *fresh)
{
	struct way *rx;

	if (!*mine) {
		*mine = fresh;
		return;
	}
	rx = (*mine)->rx;
	(*mine)->rx = fresh->rx;
	fresh->rx = rx;
	dial_srtp_destroy(fresh);
}

/* ---- packets: sections 3.3, 4.1.1, 4.2.1 -----------------------------------
 */

static int crypt(struct half *h, uint32_t ssrc, uint64_t index, uint8_t *p,
		 size_t n)
{
	uint8_t iv[IV] = {0};
	int done;

	memcpy(iv, h->salt, SALT);
	for (int i = 0; i < 4; i++)
		iv[4 + i] ^= (uint8_t)(ssrc >> (24 - 8 * i));
	for (int i = 0; i < 6; i++)
		iv[8 + i] ^= (uint8_t)(index >> (40 - 8 * i));
	if (EVP_EncryptInit_ex(h->cipher, NULL, NULL, NULL, iv) != 1 ||
	    EVP_EncryptUpdate(h->cipher, p, &done, p, (int)n) != 1 ||
	    (size_t)done != n)
		return -EIO;

	return 0;
}

/* @param roc Of RTP, which is not in the packet; NULL for RTCP */
static void authenticate(const struct half *h, const uint8_t *p, size_t n,
			 const uint8_t *roc, uint8_t tag[SHA_DIGEST_LENGTH])
{
	SHA_CTX c = h->inner;

	SHA1_Update(&c, p, n);
	if (roc)
		SHA1_Update(&c, roc, 4);
	SHA1_Final(tag, &c);
	c = h->outer;
	SHA1_Update(&c, tag, SHA_DIGEST_LENGTH);
	SHA1_Final(tag, &c);
}

/* @return NULL: one source too many */
static struct source *source_of(struct half *h, uint32_t ssrc)
{
	for (int i = 0; i < SOURCES; i++) {
		struct source *s = &h->sources[i];

		if (!s->started)
			s->ssrc = ssrc;
		if (s->ssrc == ssrc)
			return s;
	}

	return NULL;
}

/* Section 3.3.1: the index that lies next to the last one. @return Below 0
 * of the count: before the first packet */
static int64_t guess(const struct source *s, uint16_t seq)
{
	int64_t roc = (int64_t)(s->last >> 16);
	uint16_t last = (uint16_t)s->last;

	if (!s->started)
		return seq;
	if (last < 0x8000 && seq - last > 0x8000)
		roc--;
	else if (last >= 0x8000 && last - 0x8000 > seq)
		roc++;

	return roc * 65536 + seq;
}

static bool is_fresh(const struct source *s, uint64_t index)
{
	if (!s->started || index > s->last)
		return true;

	return s->last - index < WINDOW && !(s->seen >> (s->last - index) & 1);
}

static void note(struct source *s, uint64_t index)
{
	uint64_t step = index > s->last ? index - s->last : 0;

	if (!s->started) {
		s->started = true;
		s->last = index;
		s->seen = 1;
	} else if (step) {
		s->seen = step < WINDOW ? s->seen << step | 1 : 1;
		s->last = index;
	} else {
		s->seen |= 1ull << (s->last - index);
	}
}

/* Where RTP's payload begins. @return 0: it is none */
static size_t rtp_head(const uint8_t *p, size_t n)
{
	size_t head = RTP_HEAD;

	if (n < head || p[0] >> 6 != 2)
		return 0;
	head += (size_t)(p[0] & 15) * 4;
	if (p[0] & 0x10) {
		if (n < head + 4)
			return 0;
		head += 4 + ((size_t)p[head + 2] << 8 | p[head + 3]) * 4;
	}

	return head <= n ? head : 0;
}

static int protect_rtp(struct half *h, uint8_t *p, size_t *len)
{
	size_t head = rtp_head(p, *len);
	struct source *s = head ? source_of(h, get32(p + 8)) : NULL;
	uint8_t roc[4], tag[SHA_DIGEST_LENGTH];
	int64_t index;

	if (!s)
		return -EIO;
	index = guess(s, (uint16_t)(p[2] << 8 | p[3]));
	if (index < 0 || !is_fresh(s, (uint64_t)index) ||
	    crypt(h, s->ssrc, (uint64_t)index, p + head, *len - head))
		return -EIO;
	note(s, (uint64_t)index);
	put32(roc, (uint32_t)(index >> 16));
	authenticate(h, p, *len, roc, tag);
	memcpy(p + *len, tag, TAG);
	*len += TAG;

	return 0;
}

static int unprotect_rtp(struct half *h, uint8_t *p, size_t *len)
{
	size_t n = *len > TAG ? *len - TAG : 0, head = rtp_head(p, n);
	struct source *s = head ? source_of(h, get32(p + 8)) : NULL;
	uint8_t roc[4], tag[SHA_DIGEST_LENGTH];
	int64_t index;

	if (!s)
		return -EBADMSG;
	index = guess(s, (uint16_t)(p[2] << 8 | p[3]));
	if (index < 0 || !is_fresh(s, (uint64_t)index))
		return -EBADMSG;
	put32(roc, (uint32_t)(index >> 16));
	authenticate(h, p, n, roc, tag);
	if (CRYPTO_memcmp(tag, p + n, TAG) != 0 ||
	    crypt(h, s->ssrc, (uint64_t)index, p + head, n - head))
		return -EBADMSG;
	note(s, (uint64_t)index);
	*len = n;

	return 0;
}

/* Section 3.4: the index travels in the packet. */
static int protect_rtcp(struct half *h, uint8_t *p, size_t *len)
{
	struct source *s =
		*len >= RTCP_HEAD ? source_of(h, get32(p + 4)) : NULL;
	uint8_t tag[SHA_DIGEST_LENGTH];
	uint64_t index;

	if (!s)
		return -EIO;
	index = s->started ? s->last + 1 : 1;
	if (index >> 31 ||
	    crypt(h, s->ssrc, index, p + RTCP_HEAD, *len - RTCP_HEAD))
		return -EIO;
	note(s, index);
	put32(p + *len, (uint32_t)index | 0x80000000u);
	*len += INDEX;
	authenticate(h, p, *len, NULL, tag);
	memcpy(p + *len, tag, TAG);
	*len += TAG;

	return 0;
}

static int unprotect_rtcp(struct half *h, uint8_t *p, size_t *len)
{
	size_t n = *len;
	uint8_t tag[SHA_DIGEST_LENGTH];
	struct source *s;
	uint32_t index;

	if (n < RTCP_HEAD + INDEX + TAG)
		return -EBADMSG;
	n -= INDEX + TAG;
	s = source_of(h, get32(p + 4));
	index = get32(p + n);
	if (!s || !(index & 0x80000000u) || !is_fresh(s, index & 0x7fffffff))
		return -EBADMSG;
	authenticate(h, p, n + INDEX, NULL, tag);
	index &= 0x7fffffff;
	if (CRYPTO_memcmp(tag, p + n + INDEX, TAG) != 0 ||
	    crypt(h, s->ssrc, index, p + RTCP_HEAD, n - RTCP_HEAD))
		return -EBADMSG;
	note(s, index);
	*len = n;

	return 0;
}

int dial_srtp_protect(struct dial_srtp *s, void *packet, size_t *len, bool rtcp)
{
	return rtcp ? protect_rtcp(&s->tx->rtcp, packet, len)
		    : protect_rtp(&s->tx->rtp, packet, len);
}

int dial_srtp_unprotect(struct dial_srtp *s, void *packet, size_t *len,
			bool rtcp)
{
	return rtcp ? unprotect_rtcp(&s->rx->rtcp, packet, len)
		    : unprotect_rtp(&s->rx->rtp, packet, len);
}
