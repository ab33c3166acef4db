/**
 * @file ports.h  UDP port pairs of calls: even for RTP, the next for RTCP.
 *
 * A call has a port of its own, unless it shares one (shared.h). Ports are
 * taken round robin, so that a late packet of an old call does not reach a new
 * one. Loop thread; the sockets are then the worker's. Source: RFC 3550
 * section 11.
 */
#ifndef DIAL_PORTS_H
#define DIAL_PORTS_H

#include <netinet/in.h>
#include <stdint.h>

struct dial_ports {
	struct in_addr addr;
	uint16_t min, max, next;
};

struct dial_port_pair {
	int rtp, rtcp; /**< Sockets, non-blocking; -1 = none */
	uint16_t port; /**< Of RTP */
};

/** @param addr Borrowed, IPv4 @return 0, -EINVAL */
int dial_ports_init(struct dial_ports *p, const char *addr, uint16_t min,
		    uint16_t max);
/** Pairs that there are, taken ones included. */
unsigned dial_ports_count(const struct dial_ports *p);
/** @return 0, -EADDRINUSE (none is free), -errno of socket */
int dial_ports_take(struct dial_ports *p, struct dial_port_pair *out);
/** Close both. */
void dial_port_pair_close(struct dial_port_pair *pair);

#endif
