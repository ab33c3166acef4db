/**
 * @file wire_vosk.c  vosk-server's protocol. Pure.
 *
 * Every binary message gets one reply, and so does the end, which is compared
 * as a string, with its spaces: the last result is known by counting.
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

#include "base/mem.h"
#include "wire.h"

/* The phrases only bias a graph that allows it; others ignore them. */
static char *hello(const struct asr_wire_setup *setup)
{
	json_t *root = json_pack("{s:{s:i, s:b, s:i}}", "config", "sample_rate",
				 (int)setup->rate_hz, "words", 1,
				 "max_alternatives", 0);
	char *text = root ? json_dumps(root, JSON_COMPACT | JSON_PRESERVE_ORDER)
			  : NULL;
	char *out = yh_strdup(text);

	json_decref(root);
	free(text); /* jansson's own */

	return out;
}

static void take_words(struct asr_wire *w, const json_t *words)
{
	const json_t *word;
	size_t i;

	json_array_foreach(words, i, word)
	{
		double conf;

		if (json_unpack((json_t *)word, "{s:F}", "conf", &conf))
			continue;
		w->confidence += conf < 0 ? 0 : conf > 1 ? 1 : conf;
		w->n_confidence++;
	}
}

static int take(struct asr_wire *w, const char *data, size_t n)
{
	json_t *root = json_loadb(data, n, 0, NULL);
	const char *partial =
		json_string_value(json_object_get(root, "partial"));
	const char *text = json_string_value(json_object_get(root, "text"));
	int what = -EPROTO;

	w->replies++;
	if (text) {
		take_words(w, json_object_get(root, "result"));
		asr_wire_finish(w, text);
		what = w->ended && w->replies > w->sent ? ASR_WIRE_LAST
							: ASR_WIRE_PARTIAL;
	} else if (partial) {
		w->partial[0] = '\0';
		asr_wire_add(w->partial, partial);
		what = ASR_WIRE_PARTIAL;
	}
	json_decref(root);

	return what;
}

const struct asr_wire_protocol asr_wire_vosk = {
	.engine = "vosk",
	.format = ASR_WIRE_S16,
	.rate_hz = 8000,
	.hello = hello,
	.end = "{\"eof\" : 1}",
	.take = take,
};
