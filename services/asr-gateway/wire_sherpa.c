/**
 * @file wire_sherpa.c  sherpa-onnx's online WebSocket protocol. Pure.
 *
 * Samples are 32-bit floats at the model's rate; nothing is configured. A
 * result carries the whole text of its segment; is_final ends a segment, is_eof
 * or the text "Done!" ends all.
 */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "wire.h"

static void take_probs(struct asr_wire *w, const json_t *probs)
{
	const json_t *p;
	size_t i;

	json_array_foreach(probs, i, p)
	{
		double log_p = json_number_value(p);

		w->confidence += exp(log_p < 0 ? log_p : 0);
		w->n_confidence++;
	}
}

static int take(struct asr_wire *w, const char *data, size_t n)
{
	json_t *root;
	const char *text = NULL;
	int final = 0, eof = 0, what = ASR_WIRE_PARTIAL;

	if (n == 5 && !memcmp(data, "Done!", 5))
		return w->ended ? ASR_WIRE_LAST : -EPROTO;
	root = json_loadb(data, n, 0, NULL);
	if (json_unpack(root, "{s:s, s?:b, s?:b}", "text", &text, "is_final",
			&final, "is_eof", &eof)) {
		json_decref(root);
		return -EPROTO;
	}
	w->partial[0] = '\0';
	if (final || eof) {
		take_probs(w, json_object_get(root, "ys_probs"));
		asr_wire_finish(w, text);
	} else {
		asr_wire_add(w->partial, text);
	}
	if (eof && w->ended)
		what = ASR_WIRE_LAST;
	json_decref(root);

	return what;
}

const struct asr_wire_protocol asr_wire_sherpa = {
	.engine = "sherpa-ws",
	.format = ASR_WIRE_F32,
	.rate_hz = 16000,
	.end = "Done",
	.take = take,
};
