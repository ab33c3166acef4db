/** @file test_classify.c  Mirrors lib/text/classify.c */
#include <string.h>

#include <criterion/criterion.h>

#include "base/mem.h"
#include "text/classify.h"

static struct yh_intents *general;
static struct yh_classifier *c;

static void setup(void)
{
	char error[512];

	cr_assert_eq(yh_intents_load(&general, "lib/text/general_intents.yaml",
				     error, sizeof(error)),
		     0, "%s", error);
	cr_assert_eq(
		yh_classifier_create(
			&c, (const struct yh_intents *const[]){general}, 1),
		0);
}

static void teardown(void)
{
	yh_classifier_destroy(c);
	yh_intents_destroy(general);
}

TestSuite(classify, .init = setup, .fini = teardown, .timeout = 20);

Test(classify, every_example_is_its_own_intent_for_certain)
{
	float confidence;

	for (unsigned i = 0; i < general->n; i++) {
		const struct yh_intent *in = &general->list[i];

		for (unsigned k = 0; k < in->n_examples; k++) {
			cr_expect_str_eq(
				yh_classify(c, in->examples[k], &confidence),
				in->id, "%s", in->examples[k]);
			cr_expect_eq(confidence, 1);
		}
	}
}

/* Written apart from the examples. */
static const struct {
	const char *text, *intent;
} rows[] = {
	{"嗯，好的！", "affirm"},
	{"利息是多少啊", "ask_rate"},
	{"你们不要再打电话给我了", "do_not_call"},
	{"我本人就是", "is_self"},
	{"麻烦帮我转人工客服", "human_agent"},
};

Test(classify, other_words_for_the_same_are_understood)
{
	float confidence;

	for (size_t i = 0; i < YH_ARRAY_LEN(rows); i++)
		cr_expect_str_eq(yh_classify(c, rows[i].text, &confidence),
				 rows[i].intent, "%s", rows[i].text);
}

Test(classify, nothing_and_nonsense_are_none)
{
	float confidence;

	cr_assert_str_eq(yh_classify(c, "", &confidence), "none");
	cr_assert_str_eq(yh_classify(c, "，。！", &confidence), "none");
	cr_assert_str_eq(yh_classify(c, "红烧排骨多放点糖", &confidence),
			 "none");
}

Test(classify, punctuation_and_fillers_at_the_edges_do_not_count)
{
	char out[64];

	yh_sentence_normalise(" 喂，好的啊！", out, sizeof(out));
	cr_assert_str_eq(out, "好的");
	yh_sentence_normalise("嗯", out, sizeof(out));
	cr_assert_str_eq(out, "嗯");
	yh_sentence_normalise("\xe5\xa5", out, sizeof(out)); /* cut short */
	cr_assert_leq(strlen(out), 2);
}
