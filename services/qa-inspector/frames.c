/** @file frames.c  Frames to sentences, contract in frames.h. Pure. */
#include "frames.h"

#include <stdint.h>
#include <string.h>

/* Alternatives up to the closing brace; s stands behind the opening one. */
static size_t alternatives(const char *s)
{
	size_t n = 1;

	for (; *s && *s != '}'; s++)
		n += *s == '|';

	return n;
}

static uint64_t combinations(const char *frame)
{
	uint64_t n = 1;

	for (; *frame; frame++) {
		if (*frame == '{' && n < UINT32_MAX)
			n *= alternatives(frame + 1);
	}

	return n;
}

size_t qa_frame_count(const char *frame)
{
	uint64_t n = combinations(frame);

	return n < QA_FRAME_MOST ? (size_t)n : QA_FRAME_MOST;
}

struct writer {
	char *out;
	size_t n;
};

static void put(struct writer *w, const char *s, size_t n)
{
	if (w->n + n < QA_SENTENCE_MAX) {
		memcpy(w->out + w->n, s, n);
		w->n += n;
	}
	w->out[w->n] = '\0';
}

/* Alternative k. @return What stands behind the closing brace */
static const char *put_alternative(struct writer *w, const char *s, size_t k)
{
	size_t n;

	for (; k; k--)
		s += strcspn(s, "|}") + 1;
	n = strcspn(s, "|}");
	put(w, s, n);
	s += strcspn(s, "}");

	return *s ? s + 1 : s;
}

void qa_frame_sentence(const char *frame, size_t i, char out[QA_SENTENCE_MAX])
{
	struct writer w = {out, 0};
	uint64_t all = combinations(frame), most = qa_frame_count(frame);
	/* Numbers far apart: each digit of the mixed radix takes many values */
	uint64_t number =
		i * all / most + (all > most ? i * 7919 % (all / most) : 0);

	out[0] = '\0';
	while (*frame) {
		size_t n = strcspn(frame, "{");

		put(&w, frame, n);
		frame += n;
		if (!*frame)
			break;
		n = alternatives(++frame);
		frame = put_alternative(&w, frame, (size_t)(number % n));
		number /= n;
	}
}
