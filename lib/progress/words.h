/**
 * @file words.h  What a transcript says of a call's progress.
 *
 * Pure. Source: the announcements of China's carriers as customers quote them;
 * the table is phrases.def.
 */
#ifndef YH_PROGRESS_WORDS_H
#define YH_PROGRESS_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "progress/verdict.h"

/** What comes later and says more ("... the owner is told by SMS") has the
 * greater support: of several clauses the strongest counts.
 * @param text Borrowed, UTF-8; blanks and punctuation do not matter
 * @param confidence The recogniser's [0..1]; below 0.6 it says nothing
 * @param answered Was it said after the answer? Then only a mailbox, an
 * assistant or a person can be meant; any words but theirs support a person a
 * little */
struct yh_evidence yh_progress_words(const char *text, float confidence,
				     bool answered);
/** Phrases to listen for before the answer. Static, shape (*n) */
const char *const *yh_progress_phrases(size_t *n);

#endif
