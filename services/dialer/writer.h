/**
 * @file writer.h  The one thread that puts recordings on the disk.
 *
 * Audio comes in blocks from a bounded pool, so that a slow disk costs gaps in
 * recordings, counted, and never a late packet or memory. The thread looks
 * every DIAL_WRITER_MS; nobody has to wake it. Any thread may take and put
 * blocks; a file is put by one.
 */
#ifndef DIAL_WRITER_H
#define DIAL_WRITER_H

#include <stddef.h>
#include <stdint.h>

#include "audio/wav.h"

enum {
	DIAL_WRITER_MS = 20,
	DIAL_BLOCK_SAMPLES = 4000, /**< Half a second of either side */
	DIAL_BLOCKS_A_CALL = 4,	   /**< Two in hand, two on their way */
};

struct dial_writer;
struct dial_file;

struct dial_block {
	struct dial_block *next;
	struct dial_file *file;
	uint32_t at; /**< Position of the first sample in the call */
	uint32_t n;  /**< Samples that count */
	uint8_t left[DIAL_BLOCK_SAMPLES], right[DIAL_BLOCK_SAMPLES];
};

/** A file is finished. Writer's thread. @param err 0 or -errno
 * @param made Borrowed; all zeros with an error */
typedef void dial_written_cb(void *arg, uint32_t id, int err,
			     const struct yh_wav_made *made);

/** @param producer Kept: who answers for the bot's speech, see aigc.h
 * @return 0, -ENOMEM, -errno of the thread */
int dial_writer_open(struct dial_writer **out, const char *producer,
		     dial_written_cb *cb, void *arg);
/** Have DIAL_BLOCKS_A_CALL blocks a call, waiting or in hand: then nobody
 * allocates while they talk. @return 0, -ENOMEM */
int dial_writer_reserve(struct dial_writer *w, unsigned calls);
/** Write what waits, end the thread. Blocks. @param w Taken, may be NULL */
void dial_writer_close(struct dial_writer *w);

/** @param path Borrowed; the file's name without ".wav" is its number in the
 * label @return NULL: out of memory */
struct dial_file *dial_file_create(const struct dial_writer *w,
				   const char *path, uint32_t id);
/** Mark silence in place of the callee; more than YH_WAV_GAPS are not kept.
 * Not after dial_writer_finish. */
void dial_file_gap(struct dial_file *f, uint32_t at, uint32_t n);

/** Put silence over what one side said there, when the file is finished; at
 * most YH_WAV_GAPS times. Not after dial_writer_finish. */
void dial_file_mute(struct dial_file *f, enum yh_wav_side side, uint32_t at,
		    uint32_t n);

/** Take an empty block, both sides silence. @return NULL: the pool is empty */
struct dial_block *dial_writer_take(struct dial_writer *w);
/** Have it written. @param b Taken; without a file it just goes back */
void dial_writer_put(struct dial_writer *w, struct dial_block *b);
/** No more blocks come; the callback does, once: -ENODATA without a block.
 * @param f Taken */
void dial_writer_finish(struct dial_writer *w, struct dial_file *f);

#endif
