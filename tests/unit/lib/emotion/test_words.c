/** @file test_words.c  What words add */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "emotion/words.h"

static char path[] = "/tmp/yh-words-XXXXXX";
static struct yh_emotion_words *words;

static int load(const char *yaml)
{
	char error[256] = "";
	int fd = mkstemp(path), err;
	FILE *f = fdopen(fd, "w");

	fputs(yaml, f);
	fclose(f);
	err = yh_emotion_words_load(&words, path, error, sizeof(error));
	unlink(path);
	cr_assert_eq(!err, !error[0]);

	return err;
}

static float p_of(const char *text, int emotion)
{
	float p[YH_EMOTIONS] = {0.7f, 0.1f, 0.1f, 0.1f};

	yh_emotion_words_weigh(words, text, p);
	cr_assert_float_eq(p[0] + p[1] + p[2] + p[3], 1, 1e-5);

	return p[emotion];
}

static const char lexicon[] = "words:\n"
			      "- {text: 生气, emotion: angry, weight: 2}\n"
			      "- {text: 不生气, emotion: angry, weight: -1}\n"
			      "- {text: 骗子, emotion: angry, weight: 2}\n";

Test(words, add_to_the_odds_of_their_emotion)
{
	cr_assert_eq(load(lexicon), 0);
	cr_assert_float_eq(p_of("你好", YH_ANGRY), 0.1, 1e-5);
	cr_assert_float_eq(p_of("", YH_CALM), 0.7, 1e-5);
	cr_assert_float_eq(p_of("我很生气", YH_ANGRY),
			   0.1 * exp(2) / (0.9 + 0.1 * exp(2)), 1e-4);
	yh_emotion_words_destroy(words);
}

Test(words, the_longest_counts_so_that_a_negation_is_none)
{
	cr_assert_eq(load(lexicon), 0);
	cr_assert_lt(p_of("我不生气", YH_ANGRY), 0.1);
	yh_emotion_words_destroy(words);
}

Test(words, do_not_outshout_the_voice_for_ever)
{
	cr_assert_eq(load(lexicon), 0);
	cr_assert_float_eq(p_of("骗子骗子", YH_ANGRY),
			   p_of("骗子骗子骗子骗子", YH_ANGRY), 1e-5);
	yh_emotion_words_destroy(words);
}

Test(words, an_unknown_emotion_or_a_wild_weight_is_refused)
{
	cr_assert_eq(load("words: [{text: 好, emotion: bored, weight: 1}]"),
		     YH_ERR_BAD_CONFIG);
	memcpy(path + strlen(path) - 6, "XXXXXX", 6);
	cr_assert_eq(load("words: [{text: 好, emotion: calm, weight: 50}]"),
		     YH_ERR_BAD_CONFIG);
	memcpy(path + strlen(path) - 6, "XXXXXX", 6);
	cr_assert_eq(load("nothing"), YH_ERR_BAD_CONFIG);
}

Test(words, the_lexicon_of_the_product_loads)
{
	char error[256];

	cr_assert_eq(yh_emotion_words_load(&words,
					   "lib/emotion/model/words.yaml",
					   error, sizeof(error)),
		     0, "%s", error);
	cr_assert_gt(p_of("你们这些骗子别骚扰我", YH_ANGRY), 0.65);
	cr_assert_gt(p_of("好的", YH_CALM), 0.6);
	yh_emotion_words_destroy(words);
}
