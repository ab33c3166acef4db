/**
 * @file stream.h  One call's RTP and RTCP, as its worker runs it.
 *
 * Nothing is allocated for a packet and nothing is asked of the clock that the
 * caller has not told. Worker thread.
 *
 * Source: RFC 3550, 3551, 3389, 4733, 3711.
 */
#ifndef DIAL_STREAM_H
#define DIAL_STREAM_H

#include "audio/events.h"
#include "audio/g711.h"
#include "audio/reorder.h"
#include "audio/rtp.h"
#include "control.h"
#include "latch.h"
#include "ports.h"
#include "sdp.h"
#include "shared.h"
#include "srtp.h"

/** What a worker's streams have done since it last looked. */
struct dial_counts {
	uint64_t sent, late, failed, received, foreign, srtp_failed;
};

/** What a worker lends its streams: room for what is being received. */
struct dial_scratch;

struct dial_stream {
	struct dial_port_pair ports;
	struct dial_shared *shared; /**< Whose ports they are; NULL: its own */
	struct dial_came *came;	    /**< By a shared port; list */
	struct sockaddr_in joined;  /**< Where it joined it; port 0: not */
	struct dial_latch latch;
	bool open;		/**< Send and listen */
	bool held;		/**< The peer holds: neither */
	uint8_t event_pt;	/**< Of telephone events; 0 = none */
	struct dial_srtp *srtp; /**< NULL: plain RTP */
	struct yh_rtp next;	/**< Header of the next packet */
	struct yh_rtp_stats stats;
	struct dial_control control;
	struct yh_event_in keys_in;
	struct yh_event_out keys_out;
	uint32_t key_timestamp;	    /**< Of the key that is being sent */
	struct dial_counts *counts; /**< The worker's */
	uint32_t sent, sent_late, foreign, early, other_codec, srtp_failed;
	uint32_t audio;		 /**< Packets of audio or comfort noise taken */
	uint32_t sources;	 /**< SSRCs that were heard */
	uint64_t alive_us;	 /**< When anything of the peer's last came */
	uint64_t look_us;	 /**< When RTCP is looked at again */
	uint8_t lost_frames;	 /**< That a lost packet stands for */
	struct yh_reorder order; /**< Last: its end is seldom touched */
};

/** @param ports Taken, unless they are shared @param shared Kept; NULL: they
 * are not @return 0, -errno (no randomness) */
int dial_stream_init(struct dial_stream *s, const struct dial_port_pair *ports,
		     struct dial_shared *shared, struct dial_counts *counts);
void dial_stream_fini(struct dial_stream *s);
/** Send there from now on, and listen, unless it holds us.
 * @param theirs Borrowed @param srtp Taken; NULL: as before */
void dial_stream_start(struct dial_stream *s, const struct dial_sdp *theirs,
		       struct dial_srtp *srtp, uint64_t now_us);

/** What was early media tells nothing of the answered call: who sends, and
 * whether anything comes, are open again. */
void dial_stream_forget(struct dial_stream *s);

enum dial_frame_kind {
	DIAL_FRAME_AUDIO,
	DIAL_FRAME_LOST,  /**< It will not come */
	DIAL_FRAME_NOISE, /**< The peer is silent from here on */
	DIAL_FRAME_KEY,	  /**< The callee has pressed `key` */
};

/** What came, in its order. */
struct dial_frame {
	enum dial_frame_kind kind;
	char key;
	uint64_t at_us;	     /**< When it arrived, monotonic */
	uint32_t timestamp;  /**< RTP's */
	const uint8_t *alaw; /**< Of AUDIO: borrowed, 160 bytes */
};
typedef void dial_frame_cb(void *arg, const struct dial_frame *frame);

struct dial_scratch *dial_scratch_create(void);
void dial_scratch_destroy(struct dial_scratch *scratch);
/** Once for all the streams of a slot, before anything is received: the wall
 * clock beside now_us. */
void dial_scratch_time(struct dial_scratch *scratch, uint64_t now_us);

/** Read what has come, at most 8 packets. A packet behind one of the last 20 ms
 * is left for the next call. Of a shared port: all that waits. */
void dial_stream_receive(struct dial_stream *s, struct dial_scratch *scratch,
			 uint64_t now_us, dial_frame_cb *cb, void *arg);
/** Send 160 bytes, or the key that is due in their place.
 * @param alaw Borrowed; NULL is silence @param marker A talk spurt begins */
void dial_stream_send(struct dial_stream *s, const uint8_t *alaw, bool marker);
/** Read and send RTCP when it is time; every 20 ms. */
void dial_stream_control(struct dial_stream *s, struct dial_scratch *scratch,
			 uint64_t now_us);
/** Hear what the scratch has: RTCP of a shared port. @param len Its bytes */
void dial_stream_hear_control(struct dial_stream *s, struct dial_scratch *x,
			      size_t len, uint64_t now_us);
/** Say goodbye by RTCP, and leave a shared port. */
void dial_stream_bye(struct dial_stream *s, uint64_t now_us);

#endif
