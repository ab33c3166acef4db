#include "speech_set.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/g711.h"
#include "audio/wav_read.h"
#include "base/mem.h"
#include "tsv.h"

static const struct {
	const char *name, *rule;
} EXPECT[] = {
	[YH_EXPECT_ANY] = {"any", NULL},
	[YH_EXPECT_YES_NO] = {"yes_no", NULL},
	[YH_EXPECT_AMOUNT] = {"amount", "<amount>"},
	[YH_EXPECT_DATE] = {"date", "<date>"},
	[YH_EXPECT_TIME] = {"time", "<time>"},
	[YH_EXPECT_TERM] = {"term", "<term>"},
	[YH_EXPECT_DIGITS] = {"digits", "<digits>"},
	[YH_EXPECT_TEXT] = {"text", NULL},
};

const char *yc_expect_name(enum yh_expect expect)
{
	return EXPECT[expect].name;
}

const char *yc_expect_rule(enum yh_expect expect)
{
	return EXPECT[expect].rule;
}

static int expectation(const char *name)
{
	for (size_t i = 0; i < YH_ARRAY_LEN(EXPECT); i++)
		if (!strcmp(EXPECT[i].name, name))
			return (int)i;

	return -1;
}

struct reading {
	struct yc_speech_set *set;
	const char *tsv;
};

static int read_item(char **field, void *arg)
{
	struct reading *r = arg;
	struct yc_speech_item *it = &r->set->items[r->set->n];
	int expect = expectation(field[2]), err;
	char path[4096];
	int16_t *pcm;
	size_t n;

	if (r->set->n == YC_SPEECH_MAX || expect < 0) {
		fprintf(stderr,
			"%s: over %d lines, or \"%s\" is no expectation\n",
			r->tsv, YC_SPEECH_MAX, field[2]);
		return -EINVAL;
	}
	yc_tsv_beside(r->tsv, field[0], path, sizeof(path));
	err = yh_wav_read(path, &pcm, &n);
	if (err) {
		fprintf(stderr, "%s: %s\n", path, strerror(-err));
		return err;
	}
	it->frames = n / YH_FRAME_SAMPLES;
	it->alaw = yh_calloc(n + 1, 1);
	it->text = yh_strdup(field[1]);
	it->expect = (enum yh_expect)expect;
	it->end_ms = (uint32_t)strtoul(field[3], NULL, 10);
	for (size_t i = 0; it->alaw && i < n; i++)
		it->alaw[i] = yh_alaw_encode(pcm[i]);
	yh_free(pcm);
	r->set->n++;

	return it->alaw && it->text ? 0 : -ENOMEM;
}

int yc_speech_set_read(struct yc_speech_set *set, const char *tsv)
{
	struct reading r = {set, tsv};
	int err = yc_tsv_read(tsv, 4, read_item, &r);

	if (!err && !set->n) {
		fprintf(stderr, "%s: no utterance\n", tsv);
		err = -EINVAL;
	}

	return err;
}

void yc_speech_set_clear(struct yc_speech_set *set)
{
	for (unsigned i = 0; i < set->n; i++) {
		yh_free(set->items[i].alaw);
		yh_free(set->items[i].text);
	}
	set->n = 0;
}
