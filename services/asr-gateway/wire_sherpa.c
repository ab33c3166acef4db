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

static int take_result(struct asr_wire *w, const json_t *root, bool last)
{
	const char *text = json_string_value(json_object_get(root, "text"));

	if (!text)
		return -EPROTO;
	w->partial[0] = '\0';
	if (!last) {
		asr_wire_add(w->partial, text);
		return 0;
	}
	take_probs(w, json_object_get(root, "ys_probs"));
	asr_wire_finish(w, text);

	return 0;
}

int asr_wire_sherpa_result(struct asr_wire *w, const char *json, size_t n,
			   bool last)
{
	json_t *root = json_loadb(json, n, 0, NULL);
	int err = take_result(w, root, last);

	json_decref(root);

	return err;
}

static int take(struct asr_wire *w, const char *data, size_t n)
{
	json_t *root;
	bool eof;
	int what;

	if (n == 5 && !memcmp(data, "Done!", 5))
		return w->ended ? ASR_WIRE_LAST : -EPROTO;
	root = json_loadb(data, n, 0, NULL);
	eof = json_is_true(json_object_get(root, "is_eof"));
	what = take_result(
		w, root,
		eof || json_is_true(json_object_get(root, "is_final")));
	json_decref(root);
	if (what)
		return what;

	return eof && w->ended ? ASR_WIRE_LAST : ASR_WIRE_PARTIAL;
}

const struct asr_wire_protocol asr_wire_sherpa = {
	.engine = "sherpa-ws",
	.format = ASR_WIRE_F32,
	.rate_hz = 16000,
	.end = "Done",
	.take = take,
};
