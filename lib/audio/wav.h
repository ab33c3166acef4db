/**
 * @file wav.h  Stereo A-law WAV of a call, written as the call goes on.
 *
 * Format 6 (A-law), 8000 Hz, 2 channels: left the callee, right the bot, with
 * the label of synthetic audio (aigc.h) and a LIST/INFO comment that says that
 * the right one is machine-made. Gaps of the callee's side, filled with
 * silence, are marked by cue points with their length. Blocks: not on a loop.
 * Source: RIFF WAVE (Microsoft, 1994).
 */
#ifndef YH_WAV_H
#define YH_WAV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/aigc.h"

enum { YH_WAV_GAPS = 64 /**< Marked at most */ };

/** Silence in place of what did not come [samples]. */
struct yh_wav_gap {
	uint32_t at, n;
};

/** A finished file, as it was read back from the disk. */
struct yh_wav_made {
	char sha256[65]; /**< 64 hexadecimal digits of all of it and NUL */
	bool labelled;	 /**< The label of synthetic audio stands in it */
};

struct yh_wav;

/** Open `path`.part. @param path Borrowed @param label Borrowed for the call
 * @return 0, -EINVAL (label), -ENOMEM, -errno of open */
int yh_wav_open(struct yh_wav **out, const char *path,
		const struct yh_aigc *label);
/** Add samples; what was left out before `at` becomes silence.
 * @param at   Position of the first one, not before the end [samples]
 * @param left, right Borrowed A-law, shape (n)
 * @return 0, -EINVAL (before the end, or over an hour on), -errno of write */
int yh_wav_add(struct yh_wav *w, uint32_t at, const uint8_t *left,
	       const uint8_t *right, size_t n);
enum yh_wav_side { YH_WAV_LEFT, YH_WAV_RIGHT };
/** Put silence over one side of what has been added.
 * @param at, n What is not there yet is left as it comes [samples]
 * @return 0, -errno of read or write */
int yh_wav_mute(struct yh_wav *w, enum yh_wav_side side, uint32_t at,
		uint32_t n);
/** Finish the file: header, marks, to disk, its real name.
 * @param w Taken @param gaps Borrowed, shape (n_gaps), ascending
 * @param[out] made Written on success
 * @return 0, -errno; then there is no file */
int yh_wav_close(struct yh_wav *w, const struct yh_wav_gap *gaps, size_t n_gaps,
		 struct yh_wav_made *made);

#endif
