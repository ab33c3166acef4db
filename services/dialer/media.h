/**
 * @file media.h  The media of calls: worker threads that own legs.
 *
 * A leg is one call's RTP, voice detector, prompts and recording. A worker has
 * a loop of its own and does its legs every 20 ms, spread over 20 slots of one
 * millisecond, so that packets leave evenly. The loop that opened this meets
 * the workers through bounded queues only: orders go there, news come back.
 *
 * Source: own design; figures in docs/media.md.
 */
#ifndef DIAL_MEDIA_H
#define DIAL_MEDIA_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "audio/events.h"
#include "audio/vad.h"
#include "barge.h"
#include "audio/wav.h"
#include "loop/stack.h"
#include "progress/progress.h"
#include "sdp.h"
#include "srtp.h"
#include "talk.h"
#include "watch.h"

enum {
	DIAL_WORKERS_MAX = 16,
	DIAL_SLOTS = 20,
	DIAL_WORDS_BYTES = 800, /**< Audio of an utterance: 100 ms */
	DIAL_LATE_US = 5000,	/**< A packet that leaves later is late */
};

/** Name of the workers' threads, as in top(1). */
#define DIAL_MEDIA_THREAD "dialer-media"

struct dial_media;
struct dial_leg;

struct dial_media_conf {
	const char *bind_addr;	     /**< IPv4 of the sockets */
	uint16_t port_min, port_max; /**< Even ones are for RTP */
	unsigned calls_per_port;     /**< More than 1: shared.h, at most
					DIAL_SHARED_CALLS */
	unsigned workers;	     /**< 0: one less than CPUs, at least 1 */
	unsigned max_calls;	     /**< Bounds the recordings' memory */
	bool realtime;	    /**< Ask for SCHED_FIFO; refused is not an error */
	uint32_t no_rtp_ms; /**< Without a packet so long it is DEAD; 0 = never
			     */
	struct yh_vad_conf vad;
	const struct dial_barge_ops *barge; /**< NULL: by talk.barge_ms */
	struct dial_talk_conf talk;
	const char *producer; /**< Kept: in the recordings' label */
	const struct yh_library *announcements; /**< Kept; NULL: none */
};

/* ---- news: from a leg to the loop ------------------------------------------
 */

/** What talk.h found out, as it stood with the acts that it came with. */
struct dial_facts {
	struct {
		uint32_t seq, duration_ms, turn_latency_ms;
	} started;
	struct {
		uint32_t seq;
		bool interrupted;
		uint32_t played_ms, stop_latency_ms;
	} played;
	struct {
		uint32_t seq, waited_ms;
	} silence;
	uint32_t utterance;
	bool barge_in;
	uint64_t speech_from_us, speech_until_us;
	char keys[DIAL_TALK_KEYS_MAX + 1];
};

/** A leg's last words. */
struct dial_leg_stats {
	uint32_t sent, sent_late, received, lost, jitter_us, foreign;
	uint32_t srtp_failed;
	uint32_t sources; /**< SSRCs heard; over 1: it changed in the call */
	bool srtp;
	/** By RTCP; 0 when the peer has sent none. */
	uint32_t round_trip_us, peer_lost, peer_jitter_us, reports;
	enum dial_no_audio no_audio;
	uint64_t callee_ms, bot_ms;
	uint32_t n_barge_ins, n_resumed, utterances;
};

enum dial_news_kind {
	DIAL_NEWS_ACTS,	    /**< `acts`, `facts` */
	DIAL_NEWS_AUDIO,    /**< Of the utterance that goes on */
	DIAL_NEWS_DROPPED,  /**< Prompt `seq` will not be played */
	DIAL_NEWS_UNHEARD,  /**< Nothing is heard, for the reason `no_audio` */
	DIAL_NEWS_PROGRESS, /**< What the call turns out to be: `progress` */
	DIAL_NEWS_DEAD,	    /**< Neither RTP nor RTCP came for no_rtp_ms */
	DIAL_NEWS_GONE,	    /**< The last of a leg: `stats` */
	DIAL_NEWS_RECORDED, /**< May come after GONE: `err`, `made` */
};

struct dial_news {
	struct yh_stack_item item; /**< The worker's */
	void *home;		   /**< Same */
	enum dial_news_kind kind;
	uint32_t id; /**< Of the call */
	union {
		struct {
			unsigned acts;
			struct dial_facts facts;
		};
		uint32_t seq;
		enum dial_no_audio no_audio;
		struct {
			unsigned acts; /**< Of enum yh_progress_act */
			bool answered;
			uint32_t ms, first_ms; /**< As in yh_progress */
			struct yh_evidence evidence[YH_WITNESSES];
		} progress;
		struct {
			struct dial_leg_stats stats;
			bool recorded;	      /**< RECORDED comes, or came */
			struct dial_leg *leg; /**< Freed after the callback */
		};
		struct {
			int err;
			struct yh_wav_made made;
		};
	};
	size_t len; /**< Of audio [bytes] */
	uint8_t audio[DIAL_WORDS_BYTES];
};

/** Loop thread. @param news Borrowed */
typedef void dial_news_cb(void *arg, const struct dial_news *news);

/* ---- orders: from the loop to a leg ----------------------------------------
 */

enum dial_order_kind {
	DIAL_ORDER_LISTEN,   /**< Early media: `media`, `srtp`; only heard */
	DIAL_ORDER_ANSWER,   /**< Begin to talk: `media`, `srtp`, `path` */
	DIAL_ORDER_MEDIA,    /**< Their SDP again: `media`, `srtp` */
	DIAL_ORDER_FETCH,    /**< A prompt is being fetched */
	DIAL_ORDER_PLAY,     /**< `prompt`; PLAYED or DROPPED comes for it */
	DIAL_ORDER_STOP,     /**< Stop playing, forget what waits */
	DIAL_ORDER_RESOLVED, /**< An utterance has its transcript */
	DIAL_ORDER_KEYS,     /**< Press `keys`: RFC 4733 */
	DIAL_ORDER_JUDGED,   /**< Pause of `utterance`: `turn` */
	DIAL_ORDER_MUTE,     /**< Out of the recording: `mute_ms`, `side` */
	DIAL_ORDER_BRIDGE,   /**< Hear and be heard by `peer`, no bot */
	DIAL_ORDER_CLOSE,    /**< The last one; GONE comes */
};

struct dial_order {
	enum dial_order_kind kind;
	/** Theirs. While it holds (dial_sdp_holds) nothing is sent or heard,
	 * and the prompt and all waits stand still. */
	struct dial_sdp media;
	struct dial_srtp *srtp;	   /**< Taken with the order; NULL: as before */
	struct dial_prompt prompt; /**< Its audio borrowed until its news */
	uint32_t utterance;
	uint32_t mute_ms[2]; /**< From, until; since the answer */
	enum yh_wav_side side;
	enum yh_turn turn;
	bool agent;	       /**< ANSWER: relayed, not recorded */
	bool inspected;	       /**< and their words are told */
	struct dial_leg *peer; /**< BRIDGE: of the same worker, not closed */
	char path[512];	       /**< Of the recording; "" = do not record */
	char keys[YH_EVENT_KEYS_MAX + 1]; /**< "0-9*#A-D" */
};

/* ---- the loop's side -------------------------------------------------------
 */

/** Start the workers. @param conf Borrowed for the call
 * @return 0, -EINVAL, -ENOMEM, -errno of threads and timers */
int dial_media_open(struct dial_media **out, uv_loop_t *loop,
		    const struct dial_media_conf *conf, dial_news_cb *cb,
		    void *arg);
/** End the workers and all legs; no news after this. Blocks until the
 * recordings are on the disk. @param m Taken, may be NULL */
void dial_media_close(struct dial_media *m);

/** A leg on the worker that has the fewest. It drops what comes until ANSWER.
 * @param id Its news carry it @param beside On this one's worker, with a port
 * of its own: an agent's telephone may be behind NAT; or NULL
 * @param[out] port Of RTP
 * @return 0, -EADDRINUSE (no free port), -ENOMEM, -errno; YH_ERR_QUEUE_FULL */
int dial_media_add(struct dial_media *m, uint32_t id,
		   const struct dial_leg *beside, struct dial_leg **leg,
		   uint16_t *port);
/** What the workers have done since they were started, to the millisecond. */
struct dial_media_counts {
	uint64_t sent, late, failed, received;
	unsigned busy_permille; /**< Of the busiest, over its last second */
};
struct dial_media_counts dial_media_counts(struct dial_media *m);
/** Calls that the ports are for, those included that are up. */
unsigned dial_media_ports(const struct dial_media *m);

/** Give an order. After CLOSE was taken the leg is not ours any more.
 * @param order Copied @return 0, -ENOMEM, YH_ERR_QUEUE_FULL */
int dial_media_order(struct dial_media *m, struct dial_leg *leg,
		     const struct dial_order *order);

#endif
