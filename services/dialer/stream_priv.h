/** @file stream_priv.h  What stream.c (RTP) and stream_control.c (RTCP)
 *                       share; see stream.h. */
#ifndef DIAL_STREAM_PRIV_H
#define DIAL_STREAM_PRIV_H

#include <sys/socket.h>
#include <time.h>

#include "stream.h"

enum {
	DIAL_BATCH = 4, /* packets a recvmmsg; one is the rule */
	DIAL_PACKET_MAX = 1500,
	DIAL_CMSG_BYTES = CMSG_SPACE(sizeof(struct timespec)),
};

struct dial_scratch {
	int64_t to_monotonic_ns; /* added to the kernel's stamps */
	struct mmsghdr msgs[DIAL_BATCH];
	struct iovec iov[DIAL_BATCH];
	struct sockaddr_in from[DIAL_BATCH];
	uint8_t control[DIAL_BATCH][DIAL_CMSG_BYTES];
	uint8_t in[DIAL_BATCH][DIAL_PACKET_MAX];
};

/** Receive into the scratch. @return Packets, 0 when there are none */
int dial_scratch_receive(struct dial_scratch *x, int fd);
/** When packet i came. @param now_us Never later than this */
uint64_t dial_scratch_arrival(struct dial_scratch *x, int i, uint64_t now_us);

#endif
