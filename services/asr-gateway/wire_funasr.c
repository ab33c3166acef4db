/**
 * @file wire_funasr.c  FunASR's 2-pass protocol. Pure.
 *
 * The online pass sends increments; at the end of each sentence the offline
 * pass sends all of it again, which replaces them. `is_final` is true in the
 * answer to is_speaking=false, which the C++ server sends exactly once, with an
 * empty text if need be; the Python server never says so. Confidences are not
 * told.
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "wire.h"

enum { HOTWORD_WEIGHT = 20 };

/* {"阿里巴巴":20,...} as a string. @return jansson's string or NULL */
static char *hotwords(const struct asr_hints *hints)
{
	json_t *map = json_object();
	char *text;

	for (size_t i = 0; map && i < hints->n; i++) {
		if (hints->list[i][0] == '<')
			continue; /* a rule of the embedded engine's grammar */
		(void)json_object_set_new(map, hints->list[i],
					  json_integer(HOTWORD_WEIGHT));
	}
	text = map ? json_dumps(map, JSON_COMPACT) : NULL;
	json_decref(map);

	return text;
}

/* Without chunk_size the C++ server drops all audio and says nothing. */
static char *hello(const struct asr_wire_setup *setup)
{
	char *words = hotwords(&setup->hints), *text = NULL, *out;
	json_t *root = NULL;

	if (words)
		root = json_pack(
			"{s:s, s:s, s:s, s:b, s:[i,i,i], s:i, s:s, s:b}",
			"mode", "2pass", "wav_name", "call", "wav_format",
			"pcm", "is_speaking", 1, "chunk_size", 5, 10, 5,
			"audio_fs", (int)setup->rate_hz, "hotwords", words,
			"itn", 1);
	if (root)
		text = json_dumps(root, JSON_COMPACT | JSON_PRESERVE_ORDER);
	json_decref(root);
	free(words);
	out = yh_strdup(text);
	free(text); /* jansson's own */

	return out;
}

static int take_text(struct asr_wire *w, const char *mode, const char *text)
{
	if (!strcmp(mode, "2pass-offline") || !strcmp(mode, "offline"))
		asr_wire_finish(w, text);
	else if (!strcmp(mode, "2pass-online") || !strcmp(mode, "online"))
		asr_wire_add(w->partial, text);
	else if (mode[0])
		return -EPROTO;

	return text[0] ? ASR_WIRE_PARTIAL : ASR_WIRE_NOTHING;
}

static int take(struct asr_wire *w, const char *data, size_t n)
{
	json_t *root = json_loadb(data, n, 0, NULL);
	const char *text = NULL, *mode = "";
	int final = 0, what;

	if (json_unpack(root, "{s:s, s?:s, s?:b}", "text", &text, "mode", &mode,
			"is_final", &final)) {
		json_decref(root);
		return -EPROTO;
	}
	what = take_text(w, mode, text);
	if (what >= 0 && w->ended && final)
		what = ASR_WIRE_LAST;
	else if (what >= 0 && w->ended && !strcmp(mode, "2pass-offline"))
		what = ASR_WIRE_PERHAPS_LAST;
	json_decref(root);

	return what;
}

const struct asr_wire_protocol asr_wire_funasr = {
	.engine = "funasr",
	.subprotocol = "binary",
	.format = ASR_WIRE_S16,
	.rate_hz = 16000,
	.hello = hello,
	.end = "{\"is_speaking\":false}",
	.take = take,
};
