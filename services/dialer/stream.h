/**
 * @file stream.h  One call's RTP, as its worker runs it.
 *
 * Nothing is allocated for a packet and nothing is asked of the clock that the
 * caller has not told. Worker thread.
 *
 * Source: RFC 3550, 3551.
 */
#ifndef DIAL_STREAM_H
#define DIAL_STREAM_H

#include "audio/g711.h"
#include "audio/reorder.h"
#include "audio/rtp.h"
#include "latch.h"
#include "ports.h"

/** What a worker's streams have done since it last looked. */
struct dial_counts {
	uint64_t sent, late, failed, received, foreign;
};

/** What a worker lends its streams: room for what is being received. */
struct dial_scratch;

struct dial_stream {
	struct dial_port_pair ports;
	struct dial_latch latch;
	bool open;	    /**< Send and listen */
	struct yh_rtp next; /**< Header of the next packet */
	struct yh_rtp_stats stats;
	struct yh_reorder order;
	struct dial_counts *counts; /**< The worker's */
	uint32_t sent, sent_late, foreign, early, other_codec;
	uint8_t lost_frames; /**< That a lost packet stands for */
};

/** @param ports Taken @return 0, -errno (no randomness) */
int dial_stream_init(struct dial_stream *s, const struct dial_port_pair *ports,
		     struct dial_counts *counts);
void dial_stream_fini(struct dial_stream *s);
/** Send there from now on, and listen. */
void dial_stream_start(struct dial_stream *s, const struct sockaddr_in *remote);

/** What came, in its order. */
struct dial_frame {
	uint64_t at_us;	     /**< When it arrived, monotonic */
	uint32_t timestamp;  /**< RTP's */
	const uint8_t *alaw; /**< Borrowed, 160 bytes; NULL: it is lost */
};
typedef void dial_frame_cb(void *arg, const struct dial_frame *frame);

struct dial_scratch *dial_scratch_create(void);
void dial_scratch_destroy(struct dial_scratch *scratch);
/** Once for all the streams of a slot: the wall clock beside now_us. */
void dial_scratch_time(struct dial_scratch *scratch, uint64_t now_us);

/** Read what has come. Bounded by 8 packets. */
void dial_stream_receive(struct dial_stream *s, struct dial_scratch *scratch,
			 uint64_t now_us, dial_frame_cb *cb, void *arg);
/** Send 160 bytes. @param alaw Borrowed; NULL is silence
 * @param marker A talk spurt begins */
void dial_stream_send(struct dial_stream *s, const uint8_t *alaw, bool marker);

#endif
