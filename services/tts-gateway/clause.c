/** @file clause.c  A prompt in clauses, contract in clause.h */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "clause.h"
#include "text/utf8.h"

enum { SHORT_MS = 120, MIDDLE_MS = 200, LONG_MS = 300 };

static unsigned max(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

/* @return Silence behind a mark [ms]; 0: it parts nothing */
static unsigned pause_of(uint32_t c)
{
	switch (c) {
	case ',':
	case 0xff0c: /* ， */
		return SHORT_MS;
	case ';':
	case 0xff1b: /* ； */
		return MIDDLE_MS;
	case '.':
	case '!':
	case '?':
	case '\n':
	case 0x3002: /* 。 */
	case 0xff01: /* ！ */
	case 0xff1f: /* ？ */
		return LONG_MS;
	default:
		return 0;
	}
}

/* Marks of ASCII part only what they do not hold together: 3,000, a.b */
static bool holds(uint32_t c, const char *next)
{
	return c < 0x80 && c != '\n' && isalnum((unsigned char)*next);
}

static bool closes(uint32_t c)
{
	return c == '"' || c == ')' || c == ' ' || c == 0x201d || c == 0x2019 ||
	       c == 0xff09 || c == 0x300b; /* ” ’ ） 》 */
}

/* Further marks and closing quotes belong to the clause that they end. */
static const char *behind_marks(const char *p, unsigned *pause)
{
	for (const char *next = p;; p = next) {
		uint32_t c = yh_utf8_next(&next);

		if (pause_of(c))
			*pause = max(*pause, pause_of(c));
		else if (!closes(c))
			return p;
	}
}

static bool has_words(const char *p, size_t n)
{
	char text[256], spoken[256];

	if (n >= sizeof(text))
		return true;
	memcpy(text, p, n);
	text[n] = '\0';
	yh_utf8_spoken(text, spoken, sizeof(spoken));

	return spoken[0];
}

/* The clause at p. @return behind it */
static const char *next_clause(const char *p, unsigned *pause)
{
	uint32_t c;

	*pause = 0;
	while ((c = yh_utf8_next(&p))) {
		*pause = holds(c, p) ? 0 : pause_of(c);
		if (*pause)
			return behind_marks(p, pause);
	}

	return p;
}

size_t tts_clauses(const char *text, struct tts_clause *out)
{
	size_t count = 0;

	while (*text && count < TTS_CLAUSES_MAX) {
		unsigned pause;
		const char *end = next_clause(text, &pause);

		if (count == TTS_CLAUSES_MAX - 1)
			end += strlen(end);
		if (end == text)
			break; /* no UTF-8 */
		if (has_words(text, (size_t)(end - text)))
			out[count++] = (struct tts_clause){
				text, (size_t)(end - text), pause};
		text = end;
	}
	if (count)
		out[count - 1].pause_ms = 0;

	return count;
}
