/** @file test_library.c  Recordings are known again, and only they */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"
#include "line.h"
#include "progress/progress.h"

static char *text;
static size_t len;
static struct yh_library *lib;

static void render(uint32_t sentence, unsigned ms, int16_t *pcm)
{
	uint8_t alaw[YH_FRAME_SAMPLES];
	struct line l = {.seed = 7};

	for (unsigned f = 0; f < ms / YH_FRAME_MS; f++) {
		line_voice(&l, sentence, 6000, 0, alaw);
		yh_alaw_decode_n(alaw, pcm + f * YH_FRAME_SAMPLES,
				 YH_FRAME_SAMPLES);
	}
}

static int learn(FILE *f, enum yh_progress_class class, uint32_t sentence,
		 unsigned ms)
{
	int16_t *pcm = calloc(ms * 8, sizeof(*pcm));
	int err;

	render(sentence, ms, pcm);
	err = yh_library_write(f, class, "a recording", pcm, ms * 8);
	free(pcm);

	return err;
}

static void setup(void)
{
	FILE *f = open_memstream(&text, &len);
	char error[200];

	fputs("# for people\n", f);
	cr_assert_eq(learn(f, YH_PROGRESS_VACANT_NUMBER, 11, 5000), 0);
	cr_assert_eq(learn(f, YH_PROGRESS_POWER_OFF, 12, 5000), 0);
	cr_assert_eq(learn(f, YH_PROGRESS_SUSPENDED, 13, 5000), 0);
	fclose(f);
	cr_assert_eq(
		yh_library_parse(&lib, "lib", text, len, error, sizeof(error)),
		0, "%s", error);
	cr_assert_eq(yh_library_count(lib), 3);
}

static void teardown(void)
{
	yh_library_destroy(lib);
	free(text);
}

TestSuite(library, .init = setup, .fini = teardown, .timeout = 30);

struct way {
	const char *what;
	double level, noise;
	unsigned from_ms, lose; /* one frame of so many; 0 = none */
};

/* What comes out of a line that plays a sentence. */
static enum yh_progress_class hear(uint32_t sentence, const struct way *w)
{
	uint8_t alaw[YH_FRAME_SAMPLES];
	struct line l = {.seed = 99};
	struct yh_progress p;

	yh_progress_init(&p, lib);
	for (unsigned ms = 0; ms < 5000; ms += YH_FRAME_MS) {
		line_voice(&l, sentence, w->level, w->noise, alaw);
		if (ms < w->from_ms)
			continue;
		yh_progress_push(&p, w->lose && ms / YH_FRAME_MS % w->lose == 0
					     ? NULL
					     : alaw);
	}

	return p.evidence[YH_BY_PRINT].support > 0
		       ? p.evidence[YH_BY_PRINT].class
		       : YH_PROGRESS_UNSURE;
}

static const struct way ways[] = {
	{"as learnt", 6000, 0, 0, 0},
	{"softer by 20 dB", 600, 0, 0, 0},
	{"louder", 12000, 0, 0, 0},
	{"noise 15 dB below", 6000, 900, 0, 0},
	{"from within", 6000, 0, 1500, 0},
	{"one frame of 12 lost", 6000, 0, 0, 12},
	{"all of it", 1500, 200, 1000, 20},
};

Test(library, a_recording_is_known_again_whatever_the_line_does)
{
	static const enum yh_progress_class classes[] = {
		YH_PROGRESS_VACANT_NUMBER, YH_PROGRESS_POWER_OFF,
		YH_PROGRESS_SUSPENDED};

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		for (uint32_t s = 0; s < 3; s++)
			cr_expect_eq(hear(11 + s, &ways[i]), classes[s],
				     "%s, %u", ways[i].what, s);
	}
}

Test(library, another_sentence_is_not_taken_for_one)
{
	for (uint32_t s = 100; s < 116; s++)
		cr_expect_eq(hear(s, &ways[0]), YH_PROGRESS_UNSURE, "%u", s);
}

/* The same recording under two classes tells neither. */
Test(library, what_two_classes_have_decides_nothing)
{
	struct yh_library *once = lib;
	char error[200], *both = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&both, &n);

	cr_assert_eq(learn(f, YH_PROGRESS_VACANT_NUMBER, 11, 5000), 0);
	cr_assert_eq(learn(f, YH_PROGRESS_POWER_OFF, 11, 5000), 0);
	fclose(f);
	cr_assert_eq(yh_library_parse(&lib, "lib", both, n, error, 200), 0);
	cr_assert_eq(hear(11, &ways[0]), YH_PROGRESS_UNSURE);
	yh_library_destroy(lib);
	free(both);
	lib = once;
}

Test(library, an_empty_library_knows_nothing)
{
	struct yh_library *full = lib;
	char error[200];

	cr_assert_eq(yh_library_parse(&lib, "lib", "# none\n", 7, error, 200),
		     0);
	cr_assert_eq(hear(11, &ways[0]), YH_PROGRESS_UNSURE);
	yh_library_destroy(lib);
	lib = full;
}

static const struct {
	const char *text, *error;
} bad[] = {
	{"no_such\tx\t1234\n", "lib:1: 'no_such' is no class of calls"},
	{"unsure\tx\t1234\n", "lib:1: 'unsure' is no class of calls"},
	{"power_off\t\t1234\n", "lib:1: a name of 1 to 200 bytes is missing"},
	{"power_off", "lib:1: a name of 1 to 200 bytes is missing"},
	{"# x\npower_off\tx\t123\n",
	 "lib:2: 3 digits: not whole frames, or over 60 s"},
	{"power_off\tx\t\n", "lib:1: 0 digits: not whole frames, or over 60 s"},
	{"power_off\tx\t1234123g\n",
	 "lib:1: frame 2 is not four of 0-9a-f or \"----\""},
	{"power_off\tx\t---1\n",
	 "lib:1: frame 1 is not four of 0-9a-f or \"----\""},
};

Test(library, a_bad_line_is_named)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct yh_library *none = NULL;
		char error[200];

		cr_expect_eq(yh_library_parse(&none, "lib", bad[i].text,
					      strlen(bad[i].text), error,
					      sizeof(error)),
			     -EINVAL);
		cr_expect_str_eq(error, bad[i].error);
		cr_expect_null(none);
	}
}

Test(library, what_cannot_be_known_again_is_not_learnt)
{
	int16_t *pcm = calloc(8000 * 61, sizeof(*pcm));
	FILE *f = fopen("/dev/null", "w");

	/* silence; under a second; over a minute; a name with a TAB */
	cr_expect_eq(
		yh_library_write(f, YH_PROGRESS_POWER_OFF, "x", pcm, 16000),
		-EINVAL);
	render(1, 4000, pcm);
	cr_expect_eq(yh_library_write(f, YH_PROGRESS_POWER_OFF, "x", pcm, 4000),
		     -EINVAL);
	cr_expect_eq(
		yh_library_write(f, YH_PROGRESS_POWER_OFF, "x", pcm, 8000 * 61),
		-EINVAL);
	cr_expect_eq(
		yh_library_write(f, YH_PROGRESS_POWER_OFF, "a\tb", pcm, 32000),
		-EINVAL);
	cr_expect_eq(
		yh_library_write(f, YH_PROGRESS_POWER_OFF, "x", pcm, 32000), 0);
	fclose(f);
	free(pcm);
}

Test(library, a_file_that_is_not_there_is_named)
{
	struct yh_library *none = NULL;
	char error[200];

	cr_assert_eq(yh_library_read(&none, "/no/such", error, sizeof(error)),
		     -ENOENT);
	cr_assert_str_eq(error, "/no/such: No such file or directory");
}
