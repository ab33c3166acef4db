/** @file test_model.c  Mirrors services/scorer/model.c */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "call_features.h"
#include "model.h"

static double f[SCR_N_FEATURES];
static struct scr_score score;

static struct scr_model *shipped(void)
{
	struct scr_model *m = NULL;
	char error[256] = "";

	cr_assert_eq(scr_model_create(&m, "services/scorer/scorer-model.yaml",
				      error, sizeof(error)),
		     0, "%s", error);

	return m;
}

static int from_text(struct scr_model **m, const char *yaml, char *error)
{
	char path[] = "/tmp/yh-model-XXXXXX";
	int fd = mkstemp(path), err;

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, yaml, strlen(yaml)), (ssize_t)strlen(yaml));
	close(fd);
	err = scr_model_create(m, path, error, 256);
	unlink(path);

	return err;
}

Test(model, it_is_the_logistic_function)
{
	struct scr_model *m;
	char error[256];

	cr_assert_eq(from_text(&m,
			       "model: t\nbias: 0\nlimit: 3\nweights:\n"
			       "- {feature: answered, scale: 1, weight: 2}\n",
			       error),
		     0);
	scr_model_score(m, f, &score);
	cr_expect_float_eq(score.conversion, 0.5, 1e-12);
	cr_expect_eq(score.n_reasons, 0); /* nothing moved it */
	f[SCR_F_answered] = 1;
	scr_model_score(m, f, &score);
	cr_expect_float_eq(score.conversion, 0.8807970779778823, 1e-12);
	f[SCR_F_answered] = 100; /* limited to 3 */
	scr_model_score(m, f, &score);
	cr_expect_float_eq(score.conversion, 0.9975273768433653, 1e-12);
	scr_model_destroy(m);
}

Test(model, reasons_stand_strongest_first_with_their_sign)
{
	struct scr_model *m = shipped();

	f[SCR_F_answered] = 1;
	f[SCR_F_refuse_intents] = 1;
	f[SCR_F_do_not_call] = 1;
	scr_model_score(m, f, &score);
	cr_assert_eq(score.n_reasons, 3);
	cr_expect_str_eq(score.reasons[0], "do_not_call -3.00");
	cr_expect_str_eq(score.reasons[1], "refuse_intents -1.60");
	cr_expect_str_eq(score.reasons[2], "answered +0.60");
	scr_model_destroy(m);
}

Test(model, who_accepts_scores_above_who_refuses_above_who_wants_no_calls)
{
	struct scr_model *m = shipped();
	double accepts, refuses, never;

	f[SCR_F_answered] = 1;
	f[SCR_F_affirm_intents] = 1;
	f[SCR_F_last_intent_positive] = 1;
	scr_model_score(m, f, &score);
	accepts = score.conversion;
	f[SCR_F_affirm_intents] = f[SCR_F_last_intent_positive] = 0;
	f[SCR_F_refuse_intents] = 1;
	scr_model_score(m, f, &score);
	refuses = score.conversion;
	f[SCR_F_do_not_call] = 1;
	scr_model_score(m, f, &score);
	never = score.conversion;
	cr_expect_gt(accepts, refuses);
	cr_expect_gt(refuses, never);
	cr_expect_gt(accepts, 0.4);
	cr_expect_lt(never, 0.05);
	scr_model_destroy(m);
}

Test(model, an_unknown_feature_is_named)
{
	struct scr_model *m = NULL;
	char error[256] = "";

	cr_expect_eq(from_text(&m,
			       "model: t\nbias: 0\nlimit: 3\nweights:\n"
			       "- {feature: charm, scale: 1, weight: 2}\n",
			       error),
		     YH_ERR_BAD_CONFIG);
	cr_expect(strstr(error, "charm"), "%s", error);
	cr_expect_null(m);
}

Test(model, a_scale_of_zero_is_refused)
{
	struct scr_model *m = NULL;
	char error[256] = "";

	cr_expect_eq(from_text(&m,
			       "model: t\nbias: 0\nlimit: 3\nweights:\n"
			       "- {feature: answered, scale: 0, weight: 2}\n",
			       error),
		     YH_ERR_BAD_CONFIG);
	cr_expect(strstr(error, "scale"), "%s", error);
}
