/**
 * @file place.h  Where in a pack's YAML a fault stands: line and column.
 *
 * Faults are sentences for people. What names a place in one is libcyaml's
 * "(line: 3, column: 5)", an item ("rule B01 (entry 2)", "words money (entry
 * 1)") and a text at the end (`pattern "a("`).
 */
#ifndef QA_PLACE_H
#define QA_PLACE_H

#include <stddef.h>

/** From 1; 0: nowhere. */
struct qa_place {
	unsigned line, column;
};

/** Where a text stands, else its rule, else nowhere.
 * @param source The pack's YAML @param text, rule Borrowed; text may be NULL */
struct qa_place qa_place_of(const char *source, const char *text,
			    const char *rule);
/** Where that stands of which a fault speaks: the text within the item, else
 * the item, else nowhere. */
struct qa_place qa_place_told(const char *source, const char *fault);
/** Write "FILE:LINE:COLUMN: ", or "FILE: ", before a fault (size bytes). */
void qa_place_in_file(const char *path, char *fault, size_t size);

#endif
