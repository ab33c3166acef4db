/**
 * @file vocabulary.h  The features that sentences of a training have, by
 *                     number, and how much each weighs. Pure.
 *
 * A hash table with open addressing; numbers go from 1 in the order of coming.
 */
#ifndef YH_VOCABULARY_H
#define YH_VOCABULARY_H

#include <stddef.h>
#include <stdint.h>

struct yh_vocabulary {
	size_t mask;
	uint64_t *keys; /**< 0 = free */
	int *index;
	float *weight; /**< By number; how rare */
	int n, most;
};

/** @param most Features that it will hold
 * @return 0, -ENOMEM; yh_vocabulary_fini in both cases */
int yh_vocabulary_init(struct yh_vocabulary *v, size_t most);
void yh_vocabulary_fini(struct yh_vocabulary *v);

/** @return Number of a feature, 0 = not known */
int yh_vocabulary_find(const struct yh_vocabulary *v, uint64_t key);
/** Count a feature of one more sentence, which it gives a number. */
void yh_vocabulary_count(struct yh_vocabulary *v, uint64_t key);
/** From counts to weights: inverse document frequency. */
void yh_vocabulary_weigh(struct yh_vocabulary *v, size_t sentences);

#endif
