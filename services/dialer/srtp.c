/** @file srtp.c  SRTP and SRTCP of one call, contract in srtp.h */
#include <errno.h>
#include <string.h>

#include <openssl/crypto.h>

#include "base/mem.h"
#include "cipher.h"
#include "srtp.h"

enum {
	SALT = 14,
	TAG = 10,    /* of HMAC-SHA1's 20 bytes */
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
	struct dial_cipher_key key; /* of the session */
	uint8_t salt[SALT];
	bool busy; /* a packet is in the batch that is being opened */
	struct source sources[SOURCES];
};

struct way {
	struct half rtp, rtcp;
};

struct dial_srtp {
	struct way tx, rx;
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

static int derive(const uint8_t *master, uint8_t label, uint8_t *out, size_t n)
{
	uint8_t iv[DIAL_CIPHER_IV] = {0};

	memcpy(iv, master + DIAL_CIPHER_KEY, SALT);
	iv[7] ^= label;

	return dial_cipher_stream(master, iv, out, n);
}

static int open_half(struct half *h, const uint8_t *master, uint8_t label)
{
	uint8_t key[DIAL_CIPHER_KEY], auth[DIAL_CIPHER_AUTH];
	int err = derive(master, label, key, sizeof(key));

	if (!err)
		err = derive(master, (uint8_t)(label + 1), auth, sizeof(auth));
	if (!err)
		err = derive(master, (uint8_t)(label + 2), h->salt, SALT);
	if (!err)
		err = dial_cipher_key_init(&h->key, key, auth);
	OPENSSL_cleanse(key, sizeof(key));
	OPENSSL_cleanse(auth, sizeof(auth));

	return err;
}

static int open_way(struct way *w, const uint8_t master[DIAL_SRTP_KEY_BYTES])
{
	int err = open_half(&w->rtp, master, 0);

	return err ? err : open_half(&w->rtcp, master, 3);
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
	OPENSSL_cleanse(s, sizeof(*s));
	yh_free(s);
}

void dial_srtp_renew(struct dial_srtp **mine, struct dial_srtp *fresh)
{
	if (!*mine) {
		*mine = fresh;
		return;
	}
	(*mine)->rx = fresh->rx;
	dial_srtp_destroy(fresh);
}

void dial_srtp_prefetch(const struct dial_srtp *s, bool tx)
{
	const char *p = (const char *)(tx ? &s->tx.rtp : &s->rx.rtp);

	for (size_t i = 0; i < offsetof(struct half, sources[1]); i += 64)
		__builtin_prefetch(p + i, 1);
}

/* ---- packets: sections 3.3, 4.1.1, 4.2.1 -----------------------------------
 */

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

/* A packet on its way. RTP's rollover counter is signed where the tag will
 * stand; SRTCP's index stays before it. */
struct transit {
	struct dial_srtp_packet *packet;
	struct half *half;
	struct source *source;
	uint64_t index;
	uint8_t tag[TAG]; /* theirs */
};

struct batch {
	unsigned n;
	struct dial_cipher_job jobs[DIAL_CIPHER_MANY];
	struct transit of[DIAL_CIPHER_MANY];
};

/* @param len Of the packet as it is unprotected
 * @return 0: not of that kind, or one source too many */
static size_t look_at(struct transit *t, size_t len, bool rtcp)
{
	const uint8_t *p = t->packet->data;
	size_t head =
		rtcp ? (len >= RTCP_HEAD ? RTCP_HEAD : 0) : rtp_head(p, len);

	if (head)
		t->source = source_of(t->half, get32(p + (rtcp ? 4 : 8)));

	return t->source ? head : 0;
}

static void describe(struct dial_cipher_job *j, const struct transit *t,
		     size_t head, size_t len)
{
	*j = (struct dial_cipher_job){.key = &t->half->key,
				      .packet = t->packet->data,
				      .head = head,
				      .len = len,
				      .suffix = INDEX};
	memcpy(j->iv, t->half->salt, SALT);
	for (int i = 0; i < 4; i++)
		j->iv[4 + i] ^= (uint8_t)(t->source->ssrc >> (24 - 8 * i));
	for (int i = 0; i < 6; i++)
		j->iv[8 + i] ^= (uint8_t)(t->index >> (40 - 8 * i));
}

static uint16_t seq_of(const uint8_t *p)
{
	return (uint16_t)(p[2] << 8 | p[3]);
}

/* ---- sending ---- */

static int begin_seal(struct transit *t, struct dial_cipher_job *j, bool rtcp)
{
	uint8_t *p = t->packet->data;
	size_t len = t->packet->len, head = look_at(t, len, rtcp);
	struct source *s = t->source;
	int64_t index;

	if (!head)
		return -EIO;
	if (rtcp)
		index = s->started ? (int64_t)s->last + 1 : 1;
	else
		index = guess(s, seq_of(p));
	if (index < 0 || (rtcp && index >> 31) || !is_fresh(s, (uint64_t)index))
		return -EIO;
	t->index = (uint64_t)index;
	note(s, t->index);
	put32(p + len,
	      rtcp ? (uint32_t)index | 0x80000000u : (uint32_t)(index >> 16));
	describe(j, t, head, len);

	return 0;
}

static void end_seal(struct batch *b, bool rtcp)
{
	int err = b->n ? dial_cipher_seal(b->jobs, b->n) : 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct dial_srtp_packet *p = b->of[i].packet;

		p->err = err ? -EIO : 0;
		p->len += rtcp ? INDEX : 0;
		memcpy(p->data + p->len, b->jobs[i].tag, TAG);
		p->len += TAG;
	}
	b->n = 0;
}

static void protect(struct dial_srtp_packet *p, unsigned n, bool rtcp)
{
	struct batch b;

	b.n = 0;
	for (; n; n--, p++) {
		struct way *tx = &p->srtp->tx;

		b.of[b.n] = (struct transit){
			.packet = p, .half = rtcp ? &tx->rtcp : &tx->rtp};
		p->err = begin_seal(&b.of[b.n], &b.jobs[b.n], rtcp);
		b.n += !p->err;
		if (b.n == DIAL_CIPHER_MANY)
			end_seal(&b, rtcp);
	}
	end_seal(&b, rtcp);
}

/* ---- receiving ---- */

static int begin_open(struct transit *t, struct dial_cipher_job *j, bool rtcp)
{
	uint8_t *p = t->packet->data;
	size_t trailer = TAG + (rtcp ? INDEX : 0), head;
	size_t len = t->packet->len - trailer;
	int64_t index;

	if (t->packet->len <= trailer)
		return -EBADMSG;
	head = look_at(t, len, rtcp);
	if (!head)
		return -EBADMSG;
	index = rtcp ? (int64_t)get32(p + len) - 0x80000000ll
		     : guess(t->source, seq_of(p));
	if (index < 0 || !is_fresh(t->source, (uint64_t)index))
		return -EBADMSG;
	t->index = (uint64_t)index;
	memcpy(t->tag, p + t->packet->len - TAG, TAG);
	if (!rtcp)
		put32(p + len, (uint32_t)(index >> 16));
	describe(j, t, head, len);

	return 0;
}

static void end_open(struct batch *b)
{
	int err = b->n ? dial_cipher_open(b->jobs, b->n) : 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct transit *t = &b->of[i];

		t->half->busy = false;
		if (err || CRYPTO_memcmp(b->jobs[i].tag, t->tag, TAG) != 0) {
			t->packet->err = -EBADMSG;
			continue;
		}
		note(t->source, t->index);
		t->packet->len = b->jobs[i].len;
	}
	b->n = 0;
}

/* A direction's next packet waits until what is known of the one before it. */
static void unprotect(struct dial_srtp_packet *p, unsigned n, bool rtcp)
{
	struct batch b;

	b.n = 0;
	for (; n; n--, p++) {
		struct way *rx = &p->srtp->rx;
		struct half *h = rtcp ? &rx->rtcp : &rx->rtp;

		if (h->busy || b.n == DIAL_CIPHER_MANY)
			end_open(&b);
		b.of[b.n] = (struct transit){.packet = p, .half = h};
		p->err = begin_open(&b.of[b.n], &b.jobs[b.n], rtcp);
		h->busy = !p->err;
		b.n += !p->err;
	}
	end_open(&b);
}

int dial_srtp_protect(struct dial_srtp *s, void *packet, size_t *len, bool rtcp)
{
	struct dial_srtp_packet p = {.srtp = s, .data = packet, .len = *len};

	protect(&p, 1, rtcp);
	if (!p.err)
		*len = p.len;

	return p.err;
}

int dial_srtp_unprotect(struct dial_srtp *s, void *packet, size_t *len,
			bool rtcp)
{
	struct dial_srtp_packet p = {.srtp = s, .data = packet, .len = *len};

	unprotect(&p, 1, rtcp);
	if (!p.err)
		*len = p.len;

	return p.err;
}

void dial_srtp_protect_many(struct dial_srtp_packet *p, unsigned n)
{
	protect(p, n, false);
}

void dial_srtp_unprotect_many(struct dial_srtp_packet *p, unsigned n)
{
	unprotect(p, n, false);
}
