/** @file rtcp.c  RTCP compound packets, contract in rtcp.h */
#include <errno.h>
#include <string.h>

#include "audio/rtcp.h"

enum {
	SR = 200,
	RR = 201,
	SDES = 202,
	BYE = 203,
	HEAD = 8,    /* header and SSRC [bytes] */
	SENDER = 20, /* what an SR has more */
	BLOCK = 24,
	CNAME = 1,
	ROUND_TRIP_MAX = 30 << 16, /* longer is nonsense [1/65536 s] */
};

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static uint8_t *put32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;

	return p + 4;
}

/* ---- reading -------------------------------------------------------------
 */

static void read_block(struct yh_rtcp_block *b, const uint8_t *p)
{
	uint32_t lost = get32(p + 4) & 0xffffff;

	b->ssrc = get32(p);
	b->fraction_lost = p[4];
	b->lost = (int32_t)(lost << 8) >> 8;
	b->highest_seq = get32(p + 8);
	b->jitter = get32(p + 12);
	b->lsr = get32(p + 16);
	b->dlsr = get32(p + 20);
}

static int read_report(struct yh_rtcp *r, uint32_t about, const uint8_t *p,
		       size_t len)
{
	bool sr = p[1] == SR;
	size_t at = HEAD + (sr ? SENDER : 0);
	unsigned n = p[0] & 31;

	if (len < at + n * BLOCK)
		return -EBADMSG;
	r->ssrc = get32(p + 4);
	if (sr) {
		r->has_sr = true;
		r->ntp = (uint64_t)get32(p + 8) << 32 | get32(p + 12);
		r->timestamp = get32(p + 16);
		r->packets = get32(p + 20);
		r->octets = get32(p + 24);
	}
	for (; n; n--, at += BLOCK) {
		if (get32(p + at) != about)
			continue;
		r->has_block = true;
		read_block(&r->block, p + at);
	}

	return 0;
}

int yh_rtcp_parse(struct yh_rtcp *out, uint32_t about, const uint8_t *p,
		  size_t len)
{
	struct yh_rtcp r = {0};

	if (len < HEAD || (p[1] != SR && p[1] != RR))
		return -EBADMSG;
	while (len) {
		size_t n;

		if (len < 4 || p[0] >> 6 != 2)
			return -EBADMSG;
		n = ((size_t)p[2] << 8 | p[3]) * 4 + 4;
		if (n > len || ((p[1] == SR || p[1] == RR) &&
				(n < HEAD || read_report(&r, about, p, n))))
			return -EBADMSG;
		r.bye = r.bye || p[1] == BYE;
		p += n;
		len -= n;
	}
	*out = r;

	return 0;
}

/* ---- writing -------------------------------------------------------------
 */

static uint8_t *put_head(uint8_t *p, unsigned count, uint8_t type, size_t bytes)
{
	p[0] = (uint8_t)(0x80 | count);
	p[1] = type;
	p[2] = 0;
	p[3] = (uint8_t)(bytes / 4 - 1);

	return p + 4;
}

static uint8_t *put_report(uint8_t *p, const struct yh_rtcp *r)
{
	const struct yh_rtcp_block *b = &r->block;

	p = put_head(p, r->has_block, r->has_sr ? SR : RR,
		     (size_t)(HEAD + (r->has_sr ? SENDER : 0) +
			      (r->has_block ? BLOCK : 0)));
	p = put32(p, r->ssrc);
	if (r->has_sr) {
		p = put32(p, (uint32_t)(r->ntp >> 32));
		p = put32(p, (uint32_t)r->ntp);
		p = put32(p, r->timestamp);
		p = put32(p, r->packets);
		p = put32(p, r->octets);
	}
	if (!r->has_block)
		return p;
	p = put32(p, b->ssrc);
	p = put32(p, (uint32_t)b->fraction_lost << 24 |
			     ((uint32_t)b->lost & 0xffffff));
	p = put32(p, b->highest_seq);
	p = put32(p, b->jitter);
	p = put32(p, b->lsr);

	return put32(p, b->dlsr);
}

/* One chunk with one item, ended by at least one zero, to a whole word. */
static uint8_t *put_sdes(uint8_t *p, uint32_t ssrc, const char *cname)
{
	size_t n = strnlen(cname, YH_RTCP_CNAME_MAX);
	size_t bytes = HEAD + (2 + n + 1 + 3) / 4 * 4;
	uint8_t *end = p + bytes;

	p = put32(put_head(p, 1, SDES, bytes), ssrc);
	memset(p, 0, (size_t)(end - p));
	p[0] = CNAME;
	p[1] = (uint8_t)n;
	memcpy(p + 2, cname, n);

	return end;
}

size_t yh_rtcp_write(const struct yh_rtcp *r, const char *cname,
		     uint8_t out[YH_RTCP_BYTES])
{
	uint8_t *p = put_sdes(put_report(out, r), r->ssrc, cname);

	if (r->bye)
		p = put32(put_head(p, 1, BYE, HEAD), r->ssrc);

	return (size_t)(p - out);
}

/* ---- time ----------------------------------------------------------------
 */

uint64_t yh_rtcp_ntp(int64_t wall_us)
{
	const uint64_t from_1900_s = 2208988800u;
	uint64_t us = (uint64_t)wall_us;

	return (us / 1000000 + from_1900_s) << 32 |
	       ((us % 1000000) << 32) / 1000000;
}

uint32_t yh_rtcp_round_trip_us(const struct yh_rtcp_block *b, uint64_t ntp)
{
	uint32_t now = (uint32_t)(ntp >> 16);
	uint32_t trip = now - b->lsr - b->dlsr;

	if (!b->lsr || trip > ROUND_TRIP_MAX)
		return 0;

	return (uint32_t)((uint64_t)trip * 1000000 >> 16);
}
