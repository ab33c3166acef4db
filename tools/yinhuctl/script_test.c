/**
 * @file script_test.c  yinhuctl script check, script test: is it fit for
 *                      approval?
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "authoring.h"
#include "commands.h"

struct totals {
	struct yc_authoring a;
	unsigned tests, failed, clashes;
};

static void on_done(void *arg, const char *name, const char *fault)
{
	const struct yc_authoring *a = arg;

	if (fault)
		printf("FAIL %s\n     %s:%s\n", name, a->path, fault);
	else
		printf("ok   %s\n", name);
}

static void on_clash(void *arg, const char *intent_a, const char *example_a,
		     const char *intent_b, const char *example_b)
{
	const struct yc_authoring *a = arg;

	fprintf(stderr,
		"%s: nobody can tell %s (\"%s\") from %s (\"%s\"): give one "
		"of them up\n",
		a->path, intent_a, example_a, intent_b, example_b);
}

static int test(struct totals *t)
{
	const struct yh_play_hooks hooks = {&t->a, on_done,
					    yc_authoring_inspect};
	const struct yh_intents *sets[] = {t->a.understanding.general,
					   &t->a.script->intents};
	char error[600];
	unsigned failed;
	int n;

	t->clashes += yh_script_clashes(sets, 2, on_clash, &t->a);
	n = yh_play_tests(t->a.source, t->a.len, t->a.script, t->a.classifier,
			  &hooks, &failed, error, sizeof(error));
	if (n < 0) {
		fprintf(stderr, "%s:%s\n", t->a.path, error);
		return -1;
	}
	if (!n)
		fprintf(stderr, "%s: it has no tests\n", t->a.path);
	t->tests += (unsigned)n;
	t->failed += failed;

	return n ? 0 : -1;
}

/* Milliseconds since a moment. */
static double since(const struct timespec *begin)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);

	return (double)(now.tv_sec - begin->tv_sec) * 1e3 +
	       (double)(now.tv_nsec - begin->tv_nsec) / 1e6;
}

int yc_script_test(int argc, char **argv)
{
	struct totals t = {.tests = 0};
	struct timespec begin;
	double ms = 0;
	int bad = 0;

	if (argc < 2)
		return YC_USAGE;
	for (int i = 1; i < argc; i++) {
		if (yc_authoring_open(&t.a, argv[i])) {
			bad++;
		} else {
			clock_gettime(CLOCK_MONOTONIC, &begin);
			bad += test(&t) != 0;
			ms += since(&begin);
		}
		yc_authoring_close(&t.a);
	}
	printf("%u passed, %u failed, %u clashes in %.0f ms\n",
	       t.tests - t.failed, t.failed, t.clashes, ms);

	return bad || t.failed || t.clashes ? YC_FAILED : YC_OK;
}

int yc_script_check(int argc, char **argv)
{
	int bad = 0;

	if (argc < 2)
		return YC_USAGE;
	for (int i = 1; i < argc; i++) {
		struct yc_authoring a;

		if (yc_authoring_open(&a, argv[i]))
			bad++;
		else
			printf("%s: %u states, %u slots, %u intents of its "
			       "own\n",
			       argv[i], a.script->n_states, a.script->n_slots,
			       a.script->intents.n);
		yc_authoring_close(&a);
	}

	return bad ? YC_FAILED : YC_OK;
}
