/**
 * @file understanding.h  The general intents as a process has them: their
 *                        files and the classifier trained on them, once.
 */
#ifndef YH_UNDERSTANDING_H
#define YH_UNDERSTANDING_H

#include "text/classify.h"

struct yh_understanding {
	struct yh_intents *general;  /**< What the recogniser listens for too */
	struct yh_intents *corpus;   /**< Further sentences */
	struct yh_intents *concepts; /**< Words by what they mean */
	struct yh_classifier *base;
};

/** Load and train; takes some 0.3 s. Close in any case.
 * @param general, corpus, concepts Paths, borrowed
 * @param error Receives file, place and reason (size bytes)
 * @return 0, YH_ERR_BAD_CONFIG, -EINVAL, -ENOMEM */
int yh_understanding_load(struct yh_understanding *u, const char *general,
			  const char *corpus, const char *concepts, char *error,
			  size_t size);
void yh_understanding_close(struct yh_understanding *u);

#endif
