/**
 * @file match.h  What is said in a dialog's turns, and whether it is meant:
 *                negation, warnings and quotations. Pure.
 */
#ifndef QA_MATCH_H
#define QA_MATCH_H

#include "dialog.h"
#include "rules.h"

enum { QA_NONE = UINT32_MAX };

struct qa_sentence {
	struct qa_hit place;
	float scores[QA_MAX_MEANINGS]; /**< See qa_rules_means */
};

/** One turn, scanned. */
struct qa_scan {
	char *text;	     /**< Normalised */
	struct qa_hit *hits; /**< By `from` */
	size_t n_hits;
	struct qa_sentence *sentences; /**< shape (n_sentences), when needed */
	size_t n_sentences;
};

/** A dialog under judgement. */
struct qa_view {
	struct qa_rules *rules;
	const struct qa_scopes *scopes;
	const struct qa_dialog *d;
	struct qa_scan *scans; /**< shape (d->n_turns) */
	bool *present;	       /**< shape (groups): hit in any turn */
	int err;
	char *bank_name;      /**< Normalised, or NULL */
	size_t verified_turn; /**< That confirmed the person, or QA_NONE */
	bool known_person;    /**< Verified by other means than words */
	bool person_asked;    /**< The callee was asked who they are */
};

/** Scan every turn. @param v rules and d are set, the rest is 0; freed with
 * qa_view_fini, also on error @return 0, -ENOMEM, -EIO */
int qa_view_init(struct qa_view *v);
void qa_view_fini(struct qa_view *v);

/** The group's next hit after `after` (NULL: the first), or NULL. */
const struct qa_hit *qa_next_hit(const struct qa_scan *s, uint32_t group,
				 const struct qa_hit *after);
bool qa_has_hit(const struct qa_scan *s, uint32_t group);

/**
 * The first hit that is meant as it is said, or NULL.
 *
 * @param unless, excuse Groups that excuse it in its sentence, in its turn;
 *                       0: none
 */
const struct qa_hit *qa_meant(const struct qa_view *v, size_t turn,
			      uint32_t group, uint32_t unless, uint32_t excuse);

/** The first sentence of the turn that is meant so, by the classifier, or NULL.
 * Words that excuse it do, unless the classifier is very sure. */
const struct qa_hit *qa_means(struct qa_view *v, size_t turn,
			      const struct qa_rule *r);
/** Is the classifier very sure that the hit's sentence is not meant so? */
bool qa_never_means(struct qa_view *v, size_t turn, const struct qa_rule *r,
		    const struct qa_hit *h);

/** Does turn i fulfil the condition? @param[out] at Byte of it; may be NULL */
bool qa_fulfils(const struct qa_view *v, const struct qa_cond *c, size_t i,
		uint32_t *at);

/** The first turn from `from` on that fulfils it, or QA_NONE. */
size_t qa_first_turn(const struct qa_view *v, const struct qa_cond *c,
		     size_t from);

#endif
