/**
 * @file media.h  RTP sockets and the one 20 ms tick of all calls.
 *
 * A timerfd beats on the loop; at every beat the owner is asked to do its
 * calls: receive what has come, send one frame. Nothing is allocated for a
 * packet. A beat that comes late is caught up, packet by packet, and counted.
 *
 * Source: RFC 3550, 3551; symmetric RTP RFC 4961.
 */
#ifndef DIAL_MEDIA_H
#define DIAL_MEDIA_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "audio/rtp.h"

struct dial_media;

struct dial_media_conf {
	const char *bind_addr;	     /**< IPv4 of the sockets */
	uint16_t port_min, port_max; /**< Even ones are used */
};

/** A beat. Loop thread. @param now_us Monotonic */
typedef void dial_tick_cb(void *arg, uint64_t now_us);

/** Start beating. @param conf Borrowed for the call
 * @return 0, -EINVAL, -ENOMEM, another -errno of timerfd */
int dial_media_open(struct dial_media **out, uv_loop_t *loop,
		    const struct dial_media_conf *conf, dial_tick_cb *cb,
		    void *arg);
/** Stop; the streams must be closed. @param m Taken, may be NULL */
void dial_media_close(struct dial_media *m);

/** One call's RTP; embedded in its owner. */
struct dial_stream {
	struct dial_media *media;
	int fd; /**< -1 = closed */
	uint16_t port;
	bool sending, latched;
	struct sockaddr_in remote; /**< Where packets go */
	struct yh_rtp next;	   /**< Header of the next packet */
	struct yh_rtp_stats stats;
	uint32_t sent, sent_late, foreign, early;
};

/** Take a port. @return 0, -EADDRINUSE (none is free), -errno of socket */
int dial_stream_open(struct dial_stream *s, struct dial_media *m);
void dial_stream_close(struct dial_stream *s);
/** Send to this address from now on, and listen to whoever answers first. */
void dial_stream_start(struct dial_stream *s, const struct sockaddr_in *remote);

/** One frame of the callee. @param at_us When it arrived, monotonic
 * @param alaw Borrowed, 160 bytes; NULL for a lost one */
typedef void dial_frame_cb(void *arg, uint64_t at_us, const uint8_t *alaw);
/** Read what has come; frames only from the latched source and once started.
 * Bounded by 16 packets. */
void dial_stream_receive(struct dial_stream *s, uint64_t now_us,
			 dial_frame_cb *cb, void *arg);
/** Send 160 bytes. @param alaw Borrowed @param marker A talk spurt begins */
void dial_stream_send(struct dial_stream *s, const uint8_t *alaw, bool marker);

#endif
