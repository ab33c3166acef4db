/** @file words.c  Transcripts, contract in words.h */
#include <string.h>

#include "base/mem.h"
#include "progress/words.h"
#include "text/utf8.h"

enum { TEXT_MAX = 1024 };

static const struct {
	enum yh_progress_class class;
	float support;
	const char *a, *b;
} rules[] = {
#define YH_PROGRESS_WORDS(class, support, a, b)                                \
	{YH_PROGRESS_##class, support, a, b},
#include "progress/phrases.def"
};

static const char *const phrases[] = {
#define YH_PROGRESS_PHRASE(class, text) text,
#include "progress/phrases.def"
};

const char *const *yh_progress_phrases(size_t *n)
{
	*n = YH_ARRAY_LEN(phrases);

	return phrases;
}

/* A recogniser that listens for few phrases hears them in anything, but not
 * with confidence. */
static float trust(float confidence)
{
	float t = (confidence - 0.6f) / 0.35f;

	return t < 0 ? 0 : t > 1 ? 1 : t;
}

static struct yh_evidence find(const char *spoken, bool answered)
{
	for (size_t i = 0; i < YH_ARRAY_LEN(rules); i++) {
		bool fits = strstr(spoken, rules[i].a) &&
			    strstr(spoken, rules[i].b);

		/* "我手机马上关机" is said by people as well; a network that
		 * has answered says what was dialled. */
		if (fits && answered && !strstr(spoken, "拨打") &&
		    yh_progress_kind(rules[i].class) !=
			    YH_PROGRESS_KIND_MACHINE)
			return (struct yh_evidence){rules[i].class, 0.4f};
		if (fits)
			return (struct yh_evidence){rules[i].class,
						    rules[i].support};
	}

	return answered ? (struct yh_evidence){YH_PROGRESS_HUMAN, 0.3f}
			: (struct yh_evidence){0};
}

struct yh_evidence yh_progress_words(const char *text, float confidence,
				     bool answered)
{
	char spoken[TEXT_MAX];
	struct yh_evidence e = {0};

	yh_utf8_spoken(text, spoken, sizeof(spoken));
	if (spoken[0])
		e = find(spoken, answered);
	e.support *= trust(confidence);

	return e;
}
