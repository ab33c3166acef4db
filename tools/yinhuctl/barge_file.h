/** @file barge_file.h  A recording through the detector of interruptions, and
 *                      the file that says what is in it. */
#ifndef YC_BARGE_FILE_H
#define YC_BARGE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../services/dialer/barge.h"

enum { YC_BARGE_SPANS = 64 };

/** A line: `path TAB what`; `what` is where sentences are, "0.50-2.31,4-5.2"
 * [s], or a word for a recording in which there is none ("cough"). */
struct yc_barge_line {
	char path[4096];
	char label[64]; /**< "sentence" when there are spans */
	unsigned n;	/**< Spans, ascending */
	struct {
		uint32_t from_ms, until_ms;
	} spans[YC_BARGE_SPANS];
};

/** Called for each frame of a spurt, after the detector of voice.
 * @param at_ms End of the frame */
typedef void yc_barge_frame(void *arg, uint32_t at_ms, bool begins,
			    const uint8_t *alaw, const struct yh_vad *vad);

/** Parse a line's fields. @return 0, -EINVAL and a message on stderr */
int yc_barge_parse(char **field, const char *file, struct yc_barge_line *out);
/** Run a recording. @param b Borrowed; begun anew with each spurt
 * @return 0, -errno and a message on stderr */
int yc_barge_run(const char *path, struct dial_barge *b, yc_barge_frame *cb,
		 void *arg);
/** The sentence that a time lies in, or has lain in for at most `after`.
 * @return Its number, -1 = none */
int yc_barge_span(const struct yc_barge_line *l, uint32_t at_ms,
		  uint32_t after_ms);

#endif
