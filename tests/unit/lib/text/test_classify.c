/** @file test_classify.c  Mirrors lib/text/classify.c and sentence.c */
#include <criterion/criterion.h>
#include <string.h>

#include "base/mem.h"
#include "text/understanding.h"

static struct yh_understanding u;
static float confidence;

static void setup(void)
{
	char error[512];

	cr_assert_eq(yh_understanding_load(&u, "lib/text/general_intents.yaml",
					   "lib/text/intent_corpus.yaml",
					   "lib/text/concepts.yaml", error,
					   sizeof(error)),
		     0, "%s", error);
}

static void teardown(void)
{
	yh_understanding_close(&u);
}

TestSuite(classify, .init = setup, .fini = teardown, .timeout = 60);

static const char *intent_of(const char *text)
{
	return yh_classify(u.base, text, &confidence);
}

Test(classify, every_example_is_its_own_intent_for_certain)
{
	for (unsigned i = 0; i < u.general->n; i++) {
		const struct yh_intent *in = &u.general->list[i];

		for (unsigned k = 0; k < in->n_examples; k++) {
			cr_expect_str_eq(intent_of(in->examples[k]), in->id,
					 "%s", in->examples[k]);
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
	for (size_t i = 0; i < YH_ARRAY_LEN(rows); i++)
		cr_expect_str_eq(intent_of(rows[i].text), rows[i].intent, "%s",
				 rows[i].text);
}

Test(classify, nothing_and_nonsense_are_none)
{
	cr_assert_str_eq(intent_of(""), "none");
	cr_assert_str_eq(intent_of("，。！"), "none");
	cr_assert_str_eq(intent_of("红烧排骨多放点糖"), "none");
}

Test(classify, a_script_adds_intents_and_leaves_the_general_ones_alone)
{
	char *gold[] = {(char *)"我要买金条", (char *)"金条怎么卖",
			(char *)"你们有黄金吗"};
	struct yh_intent list[] = {{(char *)"want_gold", gold, 3}};
	const struct yh_intents own = {list, 1};
	struct yh_classifier *c;

	cr_assert_eq(yh_classifier_extend(&c, u.base, &own), 0);
	cr_expect_str_eq(yh_classify(c, "金条怎么卖", &confidence),
			 "want_gold");
	cr_expect_str_eq(yh_classify(c, "想买金条", &confidence), "want_gold");
	for (size_t i = 0; i < YH_ARRAY_LEN(rows); i++)
		cr_expect_str_eq(yh_classify(c, rows[i].text, &confidence),
				 rows[i].intent, "%s", rows[i].text);
	yh_classifier_destroy(c);
}

Test(classify, a_script_may_say_that_an_example_means_another_thing)
{
	char *words[] = {(char *)"转人工"};
	struct yh_intent list[] = {{(char *)"ring_back", words, 1}};
	const struct yh_intents own = {list, 1};
	struct yh_classifier *c;

	cr_assert_eq(yh_classifier_extend(&c, u.base, &own), 0);
	cr_expect_str_eq(yh_classify(c, "转人工", &confidence), "ring_back");
	yh_classifier_destroy(c);
}

Test(classify, a_script_without_intents_of_its_own_is_the_general_one)
{
	const struct yh_intents own = {NULL, 0};
	struct yh_classifier *c;

	cr_assert_eq(yh_classifier_extend(&c, u.base, &own), 0);
	cr_expect_str_eq(yh_classify(c, "利息是多少啊", &confidence),
			 "ask_rate");
	yh_classifier_destroy(c);
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

Test(classify, words_of_one_concept_share_a_feature)
{
	struct yh_concepts *c;
	uint64_t a[YH_FEATURES_MAX], b[YH_FEATURES_MAX];
	size_t na, nb, shared = 0;

	cr_assert_eq(yh_concepts_create(&c, u.concepts), 0);
	na = yh_sentence_features(c, "骗子", a);
	nb = yh_sentence_features(c, "忽悠", b);
	for (size_t i = 0; i < na; i++)
		for (size_t k = 0; k < nb; k++)
			shared += a[i] == b[k];
	cr_assert_geq(shared, 2);
	yh_concepts_destroy(c);
}

Test(classify, a_long_sentence_is_cut_and_judged)
{
	static char text[20001];

	for (size_t i = 0; i + 6 <= 20000; i += 6)
		memcpy(text + i, "利息", 6);
	intent_of(text);
	cr_assert_leq(confidence, 1);
}
