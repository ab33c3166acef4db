/** @file test_learn.c  Mirrors services/qa-inspector/learn.c */
#include <criterion/criterion.h>
#include <string.h>

#include "learn.h"
#include "rules.h"

Test(learn, a_new_wording_is_told_from_its_twin)
{
	char *bad[] = {(char *)"你再不还我就让你好看",
		       (char *)"不还钱就等着我找上门",
		       (char *)"我让你全家都不得安宁"};
	char *good[] = {(char *)"请您按时还款谢谢",
			(char *)"我们不会联系您的家人",
			(char *)"请问您什么时候方便"};
	struct qa_meaning m = {(char *)"threat", bad, good, 3, 3};
	struct qa_pack pack = {.meanings = &m, .n_meanings = 1};
	struct qa_pack *packs[] = {&pack};
	struct qa_learnt *l = NULL;
	float score[QA_MAX_MEANINGS];
	const char *threat = "再不还就让你好看", *calm = "谢谢您按时还款";

	cr_assert_eq(qa_learn(&l, packs, 1, NULL), 0);
	cr_assert_eq(qa_learnt_id(l, "threat"), 1);
	cr_assert_eq(qa_learnt_id(l, "other"), 0);
	qa_learnt_scores(l, threat, strlen(threat), score);
	cr_expect_gt(score[0], 0.5f);
	qa_learnt_scores(l, calm, strlen(calm), score);
	cr_expect_lt(score[0], 0.5f);
	qa_learnt_scores(l, "", 0, score);
	cr_expect_lt(score[0], 0.5f);
	qa_learnt_destroy(l);
}

Test(learn, what_a_reviewer_rejected_changes_the_next_model)
{
	char *bad[] = {(char *)"你再不还我就让你好看",
		       (char *)"不还钱就等着我找上门",
		       (char *)"我让你全家都不得安宁"};
	char *good[] = {(char *)"请您按时还款谢谢",
			(char *)"请问您什么时候方便"};
	char *rejected[] = {(char *)"再不还就等着我上门收材料"};
	struct qa_meaning m = {(char *)"threat", bad, good, 3, 2};
	struct qa_meaning said = {(char *)"threat", NULL, rejected, 0, 1};
	struct qa_pack pack = {.meanings = &m, .n_meanings = 1};
	struct qa_pack feedback = {.meanings = &said, .n_meanings = 1};
	struct qa_pack *packs[] = {&pack, &feedback};
	float before[QA_MAX_MEANINGS], after[QA_MAX_MEANINGS];
	struct qa_learnt *l = NULL;

	cr_assert_eq(qa_learn(&l, packs, 1, NULL), 0);
	qa_learnt_scores(l, rejected[0], strlen(rejected[0]), before);
	qa_learnt_destroy(l);
	cr_assert_eq(qa_learn(&l, packs, 2, NULL), 0);
	qa_learnt_scores(l, rejected[0], strlen(rejected[0]), after);
	cr_expect_gt(before[0], 0.5f);
	cr_expect_lt(after[0], 0.5f);
	qa_learnt_scores(l, bad[0], strlen(bad[0]), after);
	cr_expect_gt(after[0], 0.5f, "what it knew it still knows");
	qa_learnt_destroy(l);
}
