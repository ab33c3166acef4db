/**
 * @file media_peer.h  The far end of many calls: sends a callee's audio to each
 *                     and keeps account of what comes back.
 *
 * One thread. Many calls share a socket, so that sendmmsg and recvmmsg make
 * this end several times cheaper than the one that is measured; each has an
 * address of its own in 127.0.0.0/8, so that the dialer sees a place a call.
 */
#ifndef YC_MEDIA_PEER_H
#define YC_MEDIA_PEER_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

enum { YC_PEER_CALLS = 8192, YC_PEER_LATE_US = 5000 };

struct yc_peer;

/** What came back since it was last asked. */
struct yc_peer_counts {
	uint64_t sent, received, lost;
	uint64_t late; /**< Over YC_PEER_LATE_US behind the call's own beat */
	uint64_t bad;  /**< By SRTP: not by the key */
};

/** Start the thread on a CPU. @param srtp Both ways
 * @return 0, -ENOMEM, -errno */
int yc_peer_open(struct yc_peer **out, unsigned cpu, bool srtp);
/** @param p Taken, may be NULL */
void yc_peer_close(struct yc_peer *p);
/** A call more. @param dialer_port Where it sends @param[out] out Where its
 * packets must go @return 0, -ENOSPC, -ENOMEM */
int yc_peer_add(struct yc_peer *p, uint16_t dialer_port,
		struct sockaddr_in *out);
/** It has hung up: it sends no more. @param place As yc_peer_add told */
void yc_peer_remove(struct yc_peer *p, const struct sockaddr_in *place);
/** Processor time of its thread [ns]. */
uint64_t yc_peer_cpu_ns(const struct yc_peer *p);
/** Count from now on; late is judged against the calls' beat until now. */
void yc_peer_begin(struct yc_peer *p);
struct yc_peer_counts yc_peer_read(struct yc_peer *p);

/** SRTP keys of either side, of all calls. */
extern const uint8_t yc_peer_key[30], yc_dialer_key[30];

#endif
