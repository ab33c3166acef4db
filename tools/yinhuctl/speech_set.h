/**
 * @file speech_set.h  Callees' utterances whose end is known.
 *
 * The file: `path TAB text TAB expectation TAB end of the speech [ms]`.
 */
#ifndef YC_SPEECH_SET_H
#define YC_SPEECH_SET_H

#include <stddef.h>
#include <stdint.h>

#include "text/endpoint.h"

enum { YC_SPEECH_MAX = 5000 };

struct yc_speech_item {
	uint8_t *alaw; /**< 8000 Hz, shape (frames, 160) */
	size_t frames;
	uint32_t end_ms; /**< Its speech ends here [ms] */
	enum yh_expect expect;
	char *text;
};

struct yc_speech_set {
	struct yc_speech_item items[YC_SPEECH_MAX];
	unsigned n;
};

/** @return 0; negative and a message on stderr */
int yc_speech_set_read(struct yc_speech_set *set, const char *tsv);
void yc_speech_set_clear(struct yc_speech_set *set);

/** "any", "yes_no", "amount", ... */
const char *yc_expect_name(enum yh_expect expect);
/** Rule of the embedded engine's grammar for such an answer; NULL: none */
const char *yc_expect_rule(enum yh_expect expect);

#endif
