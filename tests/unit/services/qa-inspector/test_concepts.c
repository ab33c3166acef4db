/** @file test_concepts.c  Mirrors services/qa-inspector/concepts.c */
#include <criterion/criterion.h>
#include <string.h>

#include "concepts.h"

static char *lose[] = {(char *)"亏", (char *)"赔钱"};
static char *none[] = {(char *)"不会", (char *)"没有"};
static struct qa_word words[] = {{(char *)"lose", NULL, lose, 2},
				 {(char *)"none", NULL, none, 2}};
static struct qa_pack pack = {.words = words, .n_words = 2};

static size_t shared(const char *a, const char *b)
{
	struct qa_pack *packs[] = {&pack};
	struct qa_concepts *c = NULL;
	uint32_t x[QA_FEATURES_MAX], y[QA_FEATURES_MAX];
	size_t n, m, both = 0;

	cr_assert_eq(qa_concepts_create(&c, packs, 1), 0);
	n = qa_features(c, a, strlen(a), x);
	m = qa_features(c, b, strlen(b), y);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < m; k++)
			both += x[i] == y[k];
	qa_concepts_destroy(c);

	return both;
}

Test(concepts, words_of_one_list_count_as_the_same)
{
	/* no character is shared: two concepts and their pair */
	cr_expect_eq(shared("没有赔钱", "不会亏"), 3);
	cr_expect_eq(shared("赔钱没有", "不会亏"), 2); /* the order differs */
	cr_expect_eq(shared("天气", "不会亏"), 0);
}

Test(concepts, broken_and_endless_text_is_bounded)
{
	struct qa_pack *packs[] = {&pack};
	struct qa_concepts *c = NULL;
	uint32_t x[QA_FEATURES_MAX];
	char text[5000];

	memset(text, 'a', sizeof(text));
	cr_assert_eq(qa_concepts_create(&c, packs, 1), 0);
	cr_expect_leq(qa_features(c, text, sizeof(text), x), QA_FEATURES_MAX);
	memset(text, '\x80', sizeof(text));
	cr_expect_eq(qa_features(c, text, sizeof(text), x), 0);
	qa_concepts_destroy(c);
}
