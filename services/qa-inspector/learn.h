/**
 * @file learn.h  What no pattern catches: a threat, a promise, a coaxing. One
 *                linear model a meaning, learnt from the packs' sentences.
 *
 * Features (concepts.h) are of unit length; the model is L2-regularised
 * logistic regression. Pure.
 *
 * Source: LIBLINEAR (Fan et al. 2008), solver L2R_LR.
 */
#ifndef QA_LEARN_H
#define QA_LEARN_H

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

/** @return 1-based number of a meaning, 0: there is none */
unsigned qa_learnt_id(const struct qa_learnt *l, const char *meaning);

/** How surely is a sentence meant so?
 * @param text Normalised, shape (len) bytes
 * @param[out] scores [0..1] each, by number - 1; as many as were learnt */
void qa_learnt_scores(const struct qa_learnt *l, const char *text, size_t len,
		      float *scores);

#endif
