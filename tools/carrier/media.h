/*
 * One call's RTP: what the callee sends, paced from outside at 20 ms, and the
 * frames that come in. G.711 A-law, libre's RTP and RTCP; keys.
 */
#ifndef CAR_MEDIA_H
#define CAR_MEDIA_H

#include "dsp.h"
#include "re_api.h"
#include "tally.h"
#include "voice.h"

/** A received 20 ms frame. @param rms full scale 32768. */
typedef void car_frame_cb(void *arg, double rms);

struct car_media {
	struct rtp_sock *rtp;
	struct sa peer;
	bool sending;
	uint8_t pt;

	const struct car_clip *clip; /* NULL: nothing is being said */
	size_t at;		     /* samples of it already sent */
	const char *keys;	     /* NULL: none is being pressed */
	unsigned key_ticks;	     /* of the first of them */
	uint32_t key_ts;
	int keys_pt; /* -1: the peer takes no keys */
	bool ringing;
	uint64_t rung; /* samples of ring-back sent */
	struct car_noise noise;

	struct mbuf *frame; /* RTP header and 160 octets, reused */
	uint32_t ts;
	bool started; /* the first packet carries the marker */

	car_frame_cb *on_frame;
	void *arg;
	struct car_rtp_counts counts;
	uint16_t last_seq;
	bool have_seq;
	int64_t last_in_ms;
};

/**
 * Bind an RTP and an RTCP port.
 *
 * @param m         zeroed by the owner
 * @param ip        borrowed, address to bind
 * @param on_frame  called with `arg` for each frame received
 * @return 0; -EADDRINUSE and the like; -ENOMEM
 */
int car_media_init(struct car_media *m, const struct sa *ip, uint16_t min_port,
		   uint16_t max_port, car_frame_cb *on_frame, void *arg);
void car_media_fini(struct car_media *m);

/** @return the local RTP port. */
uint16_t car_media_port(const struct car_media *m);

/** Send to a peer from the next tick on; port 0 stops. */
void car_media_peer(struct car_media *m, const struct sa *peer, uint8_t pt);

/** Begin to say a clip with the next tick. @param clip borrowed. */
void car_media_play(struct car_media *m, const struct car_clip *clip);

/** Begin to press keys with the next tick: RFC 4733, in place of sound.
 * @param keys borrowed, "0-9*#" */
void car_media_press(struct car_media *m, const char *keys);

/**
 * Send one frame.
 *
 * @return true if it carried the last of a clip, or of a row of keys
 */
bool car_media_tick(struct car_media *m);

#endif
