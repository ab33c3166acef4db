/** @file library_priv.h  What library.c and match.c share; see library.h. */
#ifndef YH_PROGRESS_LIBRARY_PRIV_H
#define YH_PROGRESS_LIBRARY_PRIV_H

#include "progress/library.h"

enum {
	YH_CANDIDATES = 48, /**< Looked at for one code */
};

struct yh_recording {
	enum yh_progress_class class;
	uint32_t first, n; /**< In the arrays of frames */
};

struct yh_library {
	struct yh_recording *list; /**< Shape (n) */
	size_t n, cap;
	/** Frames of all recordings, shape (n_frames). */
	uint16_t *bits, *owner;
	bool *told; /**< Its bits say something */
	size_t n_frames, frames_cap;
	/** Where each code is: at[start[code]] to at[start[code + 1]]. */
	uint32_t *start, *at;
};

/** Make the index. @return 0, -ENOMEM */
int yh_library_index(struct yh_library *l);

#endif
