/**
 * @file rtcp.h  RTCP compound packets: sender and receiver reports, SDES, BYE.
 *
 * Pure. Of what comes, the sender's part and the one report block about us
 * are kept; other packet types are walked over.
 *
 * Source: RFC 3550 sections 6.1, 6.4, 6.5, 6.6 and A.3.
 */
#ifndef YH_RTCP_H
#define YH_RTCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	YH_RTCP_BYTES = 128,	/**< What is written fits */
	YH_RTCP_CNAME_MAX = 32, /**< Longer ones are cut */
};

/** A report block: what one receiver heard of one source. */
struct yh_rtcp_block {
	uint32_t ssrc;	       /**< The source */
	uint8_t fraction_lost; /**< Since the report before [1/256] */
	int32_t lost;	       /**< In all, 24 bits; may be negative */
	uint32_t highest_seq;  /**< Extended */
	uint32_t jitter;       /**< [1/8000 s] */
	uint32_t lsr;  /**< Middle of the last SR's NTP time, 0 = none */
	uint32_t dlsr; /**< Since that came [1/65536 s] */
};

/** A compound packet. */
struct yh_rtcp {
	uint32_t ssrc;	    /**< Of whom it is */
	bool has_sr;	    /**< The five that follow are set */
	uint64_t ntp;	    /**< 32.32 since 1900 */
	uint32_t timestamp; /**< RTP's at that time */
	uint32_t packets, octets;
	bool has_block;
	struct yh_rtcp_block block;
	bool bye;
};

/**
 * Read.
 *
 * @param about Our SSRC: the block about it is taken
 * @param p     Borrowed, shape (len)
 * @return 0, -EBADMSG (not RTCP version 2, a length that lies, or it does not
 * begin with a report)
 */
int yh_rtcp_parse(struct yh_rtcp *out, uint32_t about, const uint8_t *p,
		  size_t len);
/**
 * Write SR or RR, SDES with the CNAME, and BYE if asked.
 *
 * @param cname Borrowed
 * @return Its length
 */
size_t yh_rtcp_write(const struct yh_rtcp *r, const char *cname,
		     uint8_t out[YH_RTCP_BYTES]);

/** Wall clock as NTP's 32.32. @param wall_us Since 1970 */
uint64_t yh_rtcp_ntp(int64_t wall_us);
/** Round trip by a block of the peer's (RFC 3550 section 6.4.1).
 * @param ntp When the block came @return [us]; 0: it does not tell */
uint32_t yh_rtcp_round_trip_us(const struct yh_rtcp_block *b, uint64_t ntp);

#endif
