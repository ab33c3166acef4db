/**
 * @file media_rig.h  The dialer's media on one core, with many calls up.
 *
 * The production objects (services/dialer/media.h), driven as the dialer does:
 * each call plays prompts one after the other, half of them such as may be
 * interrupted, its callee talks four tenths of the time, all is recorded.
 */
#ifndef YC_MEDIA_RIG_H
#define YC_MEDIA_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "../../services/dialer/media.h"

struct yc_rig;

struct yc_rig_conf {
	unsigned media_cpu, loop_cpu, far_cpu; /**< The worker's; the loop's and
						  writer's; the far end's */
	unsigned calls_per_port;
	bool srtp, record;
	const char *dir; /**< Of the recordings, which are removed */
};

/** A measurement over some time. */
struct yc_rig_sample {
	unsigned calls;
	double seconds;
	double cpu;		     /**< Of the media core [0..1] */
	uint64_t sent, late, failed; /**< As the dialer counts */
	uint64_t peer_received, peer_late,
		peer_lost; /**< As the far end does */
	uint64_t peer_sent,
		received; /**< What the far end sent, what was taken */
	size_t rss_bytes;
	unsigned fds;
};

/** @return 0, -errno */
int yc_rig_open(struct yc_rig **out, const struct yc_rig_conf *conf);
void yc_rig_close(struct yc_rig *r);
/** Have n calls up. @param per_second How fast they are set up
 * @return 0, -errno (ports, memory) */
int yc_rig_grow(struct yc_rig *r, unsigned n, unsigned per_second);

/* For those who set up each call themselves. */

/** The dialer's loop; yc_rig_run runs it. */
uv_loop_t *yc_rig_loop(struct yc_rig *r);
/** A leg, and its RTP port. @return 0, -ENOSPC (YC_PEER_CALLS since open),
 * -errno */
int yc_rig_dial(struct yc_rig *r, uint32_t *id, uint16_t *port);
/** Its callee answers: both sides talk. @return 0, -errno */
int yc_rig_answer(struct yc_rig *r, uint32_t id);
/** End it. @return 0, -errno (the order is not taken: again) */
int yc_rig_end(struct yc_rig *r, uint32_t id);
/** What the dialer counted since open. */
struct dial_media_counts yc_rig_counts(const struct yc_rig *r);
/** Processor time of all threads but the far end's, since open [ns]. */
uint64_t yc_rig_near_ns(const struct yc_rig *r);

/** From now on give the disk back what was recorded, every 10 s: an hour of
 * 2,000 calls would be 115 GB. What is written next goes where it would have
 * gone. */
void yc_rig_throw_recordings_away(struct yc_rig *r);

/** Let them run so long, then look. */
struct yc_rig_sample yc_rig_measure(struct yc_rig *r, unsigned ms);
/** Run without looking. */
void yc_rig_run(struct yc_rig *r, unsigned ms);

#endif
