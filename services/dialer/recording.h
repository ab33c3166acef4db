/**
 * @file recording.h  Both sides of a call, A-law as it was on the line, on
 *                    their way to the writer in blocks of half a second.
 *
 * The bot's side goes where the beats are. The callee's goes where its RTP
 * timestamps say, from the place where its first packet came; when they and
 * the clock part by more than DIAL_RECORD_SLIP_MS (another SSRC, a jump) it is
 * placed anew. What never came stays silence and is marked.
 *
 * Pure but for the writer. Source: RFC 3550 section 5.1; own design.
 */
#ifndef DIAL_RECORDING_H
#define DIAL_RECORDING_H

#include <stdbool.h>
#include <stdint.h>

#include "writer.h"

enum {
	DIAL_RECORD_SLIP_MS = 200,
	DIAL_RECORD_WAIT_MS = 300, /**< A block is open for late packets */
};

struct dial_recording {
	struct dial_writer *writer;
	struct dial_file *file; /**< NULL: nothing is recorded */
	struct dial_block *blocks[2];
	uint32_t at;  /**< First sample of blocks[0] */
	uint32_t now; /**< Where the next beat goes */
	bool placed;  /**< first_* are known */
	uint32_t base_ts, base_at;
	uint32_t heard_until;
	uint32_t lost_blocks; /**< For want of a block */
};

/** Begin at the answer. @param writer Kept
 * @return 0, -ENOMEM (nothing will be recorded) */
int dial_recording_begin(struct dial_recording *r, struct dial_writer *writer,
			 const char *path, uint32_t id);
/** A frame of the callee came.
 * @param at Samples since the answer, by the clock
 * @param ts Its RTP timestamp @param alaw Borrowed, shape (n) */
void dial_recording_heard(struct dial_recording *r, uint32_t at, uint32_t ts,
			  const uint8_t *alaw, uint32_t n);
/** A beat: 160 samples of the bot; NULL is silence. @param alaw Borrowed */
void dial_recording_beat(struct dial_recording *r, const uint8_t *alaw);
/** A frame of each side comes next: have their places at hand. */
void dial_recording_prefetch(const struct dial_recording *r);
/** Leave out what one side said there: a secret.
 * @param at, n Samples since the answer */
void dial_recording_mute(struct dial_recording *r, enum yh_wav_side side,
			 uint32_t at, uint32_t n);
/** Hand over what is left; then the writer tells of the file. */
void dial_recording_end(struct dial_recording *r);

#endif
