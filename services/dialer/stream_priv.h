/** @file stream_priv.h  What stream.c (RTP) and stream_control.c (RTCP)
 *                       share; see stream.h. */
#ifndef DIAL_STREAM_PRIV_H
#define DIAL_STREAM_PRIV_H

#include <sys/socket.h>
#include <time.h>

#include "stream.h"

enum {
	DIAL_PACKET_MAX = 1500,
	DIAL_CAME_MAX = 512, /* packets of a slot's shared ports */
	DIAL_IN_BATCH = 64,  /* of one system call */
	DIAL_CMSG_BYTES = CMSG_SPACE(sizeof(struct timespec)),
};

/* Of a call's own socket one packet at a time: a call has one a beat, and a
 * second look at an empty socket costs a tenth of a frame. */
struct dial_scratch {
	int64_t to_monotonic_ns; /* added to the kernel's stamps */
	struct msghdr msg;
	struct iovec iov;
	struct sockaddr_in from;
	uint8_t control[DIAL_CMSG_BYTES];
	uint8_t in[DIAL_PACKET_MAX];
	/* Of shared ports. */
	struct {
		struct mmsghdr msgs[DIAL_IN_BATCH];
		struct iovec iov[DIAL_IN_BATCH];
		uint8_t control[DIAL_IN_BATCH][DIAL_CMSG_BYTES];
	} many;
	unsigned n_came;
	struct dial_came came[DIAL_CAME_MAX];
};

/** Receive a packet into the scratch.
 * @return Its bytes; -1 when there is none */
ssize_t dial_scratch_receive(struct dial_scratch *x, int fd);
/** When a message came. @param h Received; borrowed @return The kernel's stamp
 * [us], never later than now_us; 0 = it has none */
uint64_t dial_scratch_stamp(const struct dial_scratch *x,
			    const struct msghdr *h, uint64_t now_us);

#endif
