/**
 * @file script_test.c  yinhuctl script check, script test: is it fit for
 *                      approval?
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "authoring.h"
#include "commands.h"
#include "script/lint.h"

struct totals {
	struct yc_authoring a;
	unsigned tests, failed, clashes, prompts, findings;
};

static void on_done(void *arg, const char *name, const char *fault)
{
	const struct yc_authoring *a = arg;

	if (fault)
		printf("FAIL %s\n     %s:%s\n", name, a->path, fault);
	else
		printf("ok   %s\n", name);
}

static void on_clash(void *arg, const struct yh_clash *c)
{
	struct totals *t = arg;

	t->clashes++;
	fprintf(stderr,
		"%s:%u:%u: \"%s\" (%s) cannot be told from \"%s\" (%s): give "
		"one of them up\n",
		t->a.path, c->line, c->column, c->example, c->intent,
		c->other_example, c->other);
}

static void on_prompt(void *arg, const struct yh_prompt *p)
{
	struct totals *t = arg;
	const char *rules[32];
	unsigned n = yc_authoring_inspect_prompt(&t->a, p->text, p->verified,
						 rules, 32);

	t->prompts++;
	t->findings += n;
	for (unsigned i = 0; i < n; i++)
		fprintf(stderr, "%s:%u:%u: the inspector finds %s: %s\n",
			t->a.path, p->line, p->column, rules[i], p->text);
}

/* Does it hold together? Beside what the parser refuses. */
static void lint(struct totals *t)
{
	yh_lint_clashes(t->a.source, t->a.len, t->a.script,
			t->a.understanding.general, t->a.classifier, on_clash,
			t);
	yh_lint_prompts(t->a.source, t->a.len, t->a.script, on_prompt, t);
}

static int test(struct totals *t)
{
	const struct yh_play_hooks hooks = {&t->a, on_done,
					    yc_authoring_inspect};
	char error[600];
	unsigned failed;
	int n;

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
			lint(&t);
			bad += test(&t) != 0;
			ms += since(&begin);
		}
		yc_authoring_close(&t.a);
	}
	printf("%u passed, %u failed, %u clashes, %u findings in %u prompts, "
	       "%.0f ms\n",
	       t.tests - t.failed, t.failed, t.clashes, t.findings, t.prompts,
	       ms);

	return bad || t.failed || t.clashes || t.findings ? YC_FAILED : YC_OK;
}

int yc_script_check(int argc, char **argv)
{
	struct totals t = {.tests = 0};
	int bad = 0;

	if (argc < 2)
		return YC_USAGE;
	for (int i = 1; i < argc; i++) {
		if (yc_authoring_open(&t.a, argv[i])) {
			bad++;
		} else {
			lint(&t);
			printf("%s: %u states, %u slots, %u intents of its "
			       "own\n",
			       argv[i], t.a.script->n_states,
			       t.a.script->n_slots, t.a.script->intents.n);
		}
		yc_authoring_close(&t.a);
	}

	return bad || t.clashes || t.findings ? YC_FAILED : YC_OK;
}
