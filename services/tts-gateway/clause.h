/**
 * @file clause.h  A prompt in clauses: where speech pauses anyway. Pure.
 *
 * A clause is what is rendered, cached and joined: those of a script that carry
 * no variable are the same in every call and wait in the cache, and a clause
 * with a customer's amount is rendered alone. It keeps its mark, which rules
 * how it is intoned. 3,000 and 13.2 are not parted.
 */
#ifndef TTS_CLAUSE_H
#define TTS_CLAUSE_H

#include <stddef.h>

enum { TTS_CLAUSES_MAX = 64 /**< The last one takes what is left */ };

struct tts_clause {
	const char *p; /**< In the text, not ended by NUL */
	size_t n;
	unsigned pause_ms; /**< Of silence behind it; 0 for the last one */
};

/** Part a text. Clauses without anything to say are left out.
 * @param text Borrowed, UTF-8, as long as the clauses are used
 * @param out  Shape (TTS_CLAUSES_MAX) @return How many, may be 0 */
size_t tts_clauses(const char *text, struct tts_clause *out);

#endif
