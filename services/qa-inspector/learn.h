/**
 * @file learn.h  What no pattern catches: a threat, a promise, a coaxing. One
 *                linear model a meaning, learnt from the packs' sentences.
 *
 * Features are hashed character 1- to 3-grams, of unit length; the model is
 * L2-regularised logistic regression. Pure.
 *
 * Source: LIBLINEAR (Fan et al. 2008), solver L2R_LR.
 */
#ifndef QA_LEARN_H
#define QA_LEARN_H

#include <stdbool.h>
#include <stddef.h>

#include "pack.h"

struct qa_heard_table;
struct qa_learnt;

/** Learn every meaning of the packs.
 * @param packs, heard Borrowed, only while learning; the meanings' names
 * outlive the models
 * @return 0, -ENOMEM */
int qa_learn(struct qa_learnt **out, struct qa_pack *const *packs, size_t n,
	     const struct qa_heard_table *heard);
/** @param l Taken, may be NULL */
void qa_learnt_destroy(struct qa_learnt *l);

bool qa_learnt_has(const struct qa_learnt *l, const char *meaning);

/** @param text Normalised sentence, shape (len) bytes
 * @return [0..1]: how surely it is meant so; 0 if there is no such meaning */
float qa_learnt_score(const struct qa_learnt *l, const char *meaning,
		      const char *text, size_t len);

#endif
