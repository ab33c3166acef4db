/**
 * @file recording.h  Both sides of a call, A-law, until they are a file.
 *
 * In memory while the call lives (16 KB/s, at most DIAL_RECORD_MS), then
 * written on libuv's threads. Source: own design.
 */
#ifndef DIAL_RECORDING_H
#define DIAL_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

enum {
	DIAL_RECORD_MS = 600000,
	DIAL_FIFO = 8, /**< Frames between arrival and the beat */
};

struct dial_recording {
	uint8_t *left, *right; /**< Callee, bot; shape (n) */
	size_t n, cap;
	uint8_t fifo[DIAL_FIFO][160];
	unsigned first, waiting;
};

/** A frame of the callee came. @param alaw Borrowed, 160 bytes */
void dial_recording_heard(struct dial_recording *r, const uint8_t *alaw);
/** A beat: one frame of either side. @param bot Borrowed, 160 bytes */
void dial_recording_beat(struct dial_recording *r, const uint8_t *bot);
void dial_recording_fini(struct dial_recording *r);

/** @param err 0 or -errno @param sha256 Borrowed, 64 digits */
typedef void dial_recorded_cb(void *arg, uint32_t id, int err,
			      const char *sha256);
/** Write it; the audio is handed over. @param path Borrowed
 * @return 0 and cb comes once; -ENODATA (nothing recorded), -ENOMEM */
int dial_recording_write(struct dial_recording *r, uv_loop_t *loop,
			 const char *path, uint32_t id, dial_recorded_cb *cb,
			 void *arg);

#endif
