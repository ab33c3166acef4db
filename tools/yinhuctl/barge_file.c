/** @file barge_file.c  Recordings of interruptions, contract in barge_file.h */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/g711.h"
#include "audio/wav_read.h"
#include "barge_file.h"
#include "base/mem.h"
#include "tsv.h"

enum { RING = DIAL_BARGE_SOFT + 1 };

static int read_spans(struct yc_barge_line *l, const char *p)
{
	double before = 0;

	while (*p) {
		char *end;
		double from = strtod(p, &end), until;

		if (end == p || *end != '-' || l->n == YC_BARGE_SPANS)
			return -EINVAL;
		p = end + 1;
		until = strtod(p, &end);
		if (end == p || until <= from || from < before ||
		    until > 86400 || (*end && *end != ','))
			return -EINVAL;
		p = *end ? end + 1 : end;
		before = until;
		l->spans[l->n].from_ms = (uint32_t)(from * 1000);
		l->spans[l->n++].until_ms = (uint32_t)(until * 1000);
	}

	return 0;
}

int yc_barge_parse(char **field, const char *file, struct yc_barge_line *out)
{
	const char *what = field[1];
	bool spans = *what >= '0' && *what <= '9';

	*out = (struct yc_barge_line){0};
	yc_tsv_beside(file, field[0], out->path, sizeof(out->path));
	snprintf(out->label, sizeof(out->label), "%s",
		 spans ? "sentence" : what);
	if (!out->label[0] || (spans && read_spans(out, what))) {
		fprintf(stderr,
			"%s: '%s': START-END[,START-END...] in ascending "
			"seconds, or a word\n",
			file, what);
		return -EINVAL;
	}

	return 0;
}

/* The spurt's first frame is i; those before it are its soft beginning. */
static void begin(struct dial_barge *b, uint8_t (*ring)[YH_FRAME_SAMPLES],
		  size_t i, const struct yh_vad *vad)
{
	const uint8_t *before[DIAL_BARGE_SOFT];
	unsigned n = 0;

	for (; n < DIAL_BARGE_SOFT && n < i; n++)
		before[n] = ring[(i - 1 - n) % RING];
	dial_barge_begin(b);
	dial_barge_recall(b, before, n, vad);
}

int yc_barge_run(const char *path, struct dial_barge *b, yc_barge_frame *cb,
		 void *arg)
{
	const struct yh_vad_conf conf = {.start_ms = 100,
					 .end_ms = 260,
					 .floor_dbov = -48,
					 .margin_db = 12};
	uint8_t ring[RING][YH_FRAME_SAMPLES];
	struct yh_vad vad;
	int16_t *pcm;
	size_t n;
	int err = yh_wav_read(path, &pcm, &n);

	if (err) {
		fprintf(stderr, "%s: %s\n", path, strerror(-err));
		return err;
	}
	yh_vad_init(&vad, &conf);
	for (size_t i = 0; i + YH_FRAME_SAMPLES <= n; i += YH_FRAME_SAMPLES) {
		uint8_t *alaw = ring[i / YH_FRAME_SAMPLES % RING];
		bool quiet = !vad.voiced_ms;

		for (size_t k = 0; k < YH_FRAME_SAMPLES; k++)
			alaw[k] = yh_alaw_encode(pcm[i + k]);
		(void)yh_vad_push(&vad, pcm + i, YH_FRAME_SAMPLES);
		if (quiet && vad.voiced_ms)
			begin(b, ring, i / YH_FRAME_SAMPLES, &vad);
		if (vad.voiced_ms)
			cb(arg,
			   (uint32_t)((i + YH_FRAME_SAMPLES) /
				      (YH_RATE_HZ / 1000)),
			   quiet, alaw, &vad);
	}
	yh_free(pcm);

	return 0;
}

int yc_barge_span(const struct yc_barge_line *l, uint32_t at_ms, uint32_t after)
{
	for (unsigned i = 0; i < l->n; i++) {
		if (at_ms >= l->spans[i].from_ms &&
		    at_ms <= l->spans[i].until_ms + after)
			return (int)i;
	}

	return -1;
}
