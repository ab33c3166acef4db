/**
 * @file leg.h  One call's media: RTP, voice detector, prompts, recording.
 *
 * Worker thread throughout, but for its creation. Source: own design.
 */
#ifndef DIAL_LEG_H
#define DIAL_LEG_H

#include "barge.h"
#include "bridge.h"
#include "media.h"
#include "recording.h"
#include "stream.h"

enum {
	DIAL_PREROLL_MS = 300,
	DIAL_RING_FRAMES = 40, /**< Last frames heard: 800 ms */
};

/** What a leg needs of its worker. */
struct dial_leg_env {
	const struct dial_media_conf *conf;
	struct dial_writer *writer;
	struct dial_counts *counts;
	/** Empty news. @return NULL: too many are on their way */
	struct dial_news *(*news)(void *arg);
	/** Tell the loop. @param news Taken @return 0, YH_ERR_QUEUE_FULL */
	int (*tell)(void *arg, struct dial_news *news);
	void *arg;
};

struct dial_leg {
	/** Its worker's. */
	struct dial_leg *next;
	unsigned worker;
	/** Its own. */
	const struct dial_leg_env *env;
	uint32_t id;
	bool listening, talking, closing, recorded; /**< listening: before */
	bool progress_over; /**< What answers is known, as far as it goes */
	uint32_t told_lost; /**< News for which there was no room */
	uint64_t answered_us, heard_us;
	uint64_t held_us;   /**< Since when the peer holds; 0 = it does not */
	bool watched, dead; /**< WATCH_MS are over; DEAD was told */
	bool peer_quiet;    /**< It sent comfort noise, not audio */
	float loudest_dbov;
	bool agent;	       /**< Of an agent: relayed, not recorded */
	bool heard;	       /**< Its words are told */
	struct dial_leg *peer; /**< Each hears the other; NULL: the bot */
	struct yh_vad vad;
	struct dial_talk talk;
	struct dial_recording rec;
	uint32_t n_heard;
	unsigned n_lost;	     /**< Frames in a row */
	struct dial_news *words;     /**< Audio that is being filled */
	struct dial_stream stream;   /**< The last that is always touched */
	struct yh_progress progress; /**< Of the first seconds */
	struct dial_barge barge;     /**< Of the spurt that goes on */
	struct dial_bridge said;     /**< By the peer, not sent yet */
	uint8_t ring[DIAL_RING_FRAMES][160]; /**< Frames heard, a ring */
};

/** Loop thread. @param env Kept @param ports, shared As of dial_stream_init
 * @return 0, -ENOMEM, -errno */
int dial_leg_create(struct dial_leg **out, const struct dial_leg_env *env,
		    uint32_t id, const struct dial_port_pair *ports,
		    struct dial_shared *shared);
/** Any thread, after it was finished. @param leg Taken */
void dial_leg_destroy(struct dial_leg *leg);
/** Do an order; CLOSE only sets `closing`. @param order Borrowed */
void dial_leg_order(struct dial_leg *leg, const struct dial_order *order,
		    uint64_t now_us);
/** It comes two after the one that is beaten now: have its memory at hand. The
 * legs of a core are larger than its caches. @param leg May be NULL */
static inline void dial_leg_prefetch(const struct dial_leg *leg)
{
	const size_t hot = offsetof(struct dial_leg, stream.order.slots);
	const char *p = (const char *)leg;

	for (size_t i = 0; leg && i < hot; i += 64)
		__builtin_prefetch(p + i, 1);
}
/** It comes next, its own memory is at hand: now what it points to. @param leg
 * May be NULL */
void dial_leg_prefetch_frames(const struct dial_leg *leg);
/** Its 20 ms: hear what came, send one frame. */
void dial_leg_beat(struct dial_leg *leg, struct dial_scratch *scratch,
		   uint64_t now_us);
/** Tell the last news, which carry the leg away.
 * @return Is it done? Else ask again */
bool dial_leg_finish(struct dial_leg *leg);

#endif
