/**
 * @file shared.h  An RTP port that many calls share, and its RTCP port.
 *
 * The far end gives each call a port of its own, as carriers' border
 * controllers do; so a packet's source tells whose it is, and the packets of a
 * slot's calls are read and written some dozens to a system call. A source that
 * no SDP has named is a stranger's: there is no latching onto it. When two
 * calls name the same source, the later one has it: the earlier must be over,
 * whether or not we have been told.
 *
 * The loop thread makes it and hands it out; the rest is its worker's.
 *
 * Source: RFC 3264 (nothing forbids it), RFC 4961 (symmetric RTP); own design.
 */
#ifndef DIAL_SHARED_H
#define DIAL_SHARED_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ports.h"

enum {
	DIAL_SHARED_CALLS = 256, /**< Of a port, at most */
	DIAL_SHARED_BYTES = 640, /**< Of a packet; longer ones are not taken */
};

struct dial_counts;
struct dial_scratch;
struct dial_stream;

/** A packet that waits for its stream's beat. */
struct dial_came {
	struct dial_came *next;
	uint64_t at_us; /**< As the kernel stamped it, monotonic */
	struct sockaddr_in from;
	size_t len;
	bool forged; /**< SRTP that is not by its stream's key */
	uint8_t buf[DIAL_SHARED_BYTES];
};

struct dial_shared {
	struct dial_shared *next; /**< Of the same slot */
	unsigned slot;
	unsigned n_calls; /**< The loop thread's */
	uint64_t due_us;  /**< When what is sent now should leave */
	struct dial_port_pair ports;
	struct dial_shared_calls *calls;
};

/** @param slot Of its calls @param ports Taken on 0 @return 0, -ENOMEM */
int dial_shared_create(struct dial_shared **out, unsigned slot,
		       const struct dial_port_pair *ports);
/** @param p Taken, may be NULL; no stream uses it any more */
void dial_shared_destroy(struct dial_shared *p);

/** Packets from there are the stream's from now on, and no other's; again with
 * another place when the SDP names one.
 * @param from An address and port, not 0 */
void dial_shared_join(struct dial_shared *p, struct dial_stream *s,
		      const struct sockaddr_in *from);
/** It has ended. A stream that never joined is fine. */
void dial_shared_leave(struct dial_shared *p, struct dial_stream *s);

/** Read what has come for all of them, and decrypt it. RTP waits at its stream
 * (`came`) until dial_stream_receive, which is before the next call of this;
 * RTCP is heard. */
void dial_shared_receive(struct dial_shared *p, struct dial_scratch *x,
			 struct dial_counts *counts, uint64_t now_us);
/** Room for a packet of at most DIAL_SHARED_BYTES; dial_shared_send comes next.
 */
uint8_t *dial_shared_room(struct dial_shared *p);
/** Send what is in the room to the stream's far end, with the next flush, which
 * encrypts it; SRTP leaves DIAL_SRTP_TRAILER bytes of the room free. */
void dial_shared_send(struct dial_shared *p, struct dial_stream *s, size_t len);
/** Send all. What leaves DIAL_LATE_US after due_us is counted as late. */
void dial_shared_flush(struct dial_shared *p);

#endif
