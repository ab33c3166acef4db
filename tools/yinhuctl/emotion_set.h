/** @file emotion_set.h  Labelled recordings of emotions, measured. */
#ifndef YC_EMOTION_SET_H
#define YC_EMOTION_SET_H

#include "emotion/train.h"

struct yc_emotion_set {
	struct yh_emotion_case *cases; /**< Shape (n) */
	size_t n, cap;
	char **speakers; /**< Shape (n_speakers), by number */
	unsigned n_speakers;
	/** Recordings without voice, by label: not among the cases. */
	unsigned silent[YH_EMOTIONS];
};

/** Read `path TAB speaker TAB label` and measure the recordings.
 * @param variants Changed copies of each beside it, 1..YH_VARIANTS in all
 * @return 0; -EINVAL and a message on stderr, -ENOMEM */
int yc_emotion_set_read(struct yc_emotion_set *set, const char *tsv,
			unsigned variants);
void yc_emotion_set_clear(struct yc_emotion_set *set);

#endif
