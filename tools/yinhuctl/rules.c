/**
 * @file rules.c  yinhuctl rules test, sign: what an author of rule packs does.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "../../services/qa-inspector/sign.h"
#include "../../services/qa-inspector/trial.h"
#include "base/err.h"
#include "commands.h"
#include "rules_load.h"

struct tests {
	struct qa_rules *rules;
	unsigned n, red;
};

static void run_list(struct tests *t, const struct qa_rule *r,
		     char *const *list, unsigned n, bool bad)
{
	for (unsigned i = 0; i < n; i++) {
		bool broken;
		int err = qa_case_breaks(t->rules, r, list[i], &broken);

		t->n++;
		if (!err && broken == bad)
			continue;
		t->red++;
		fprintf(stderr, "%s: %s: %s\n", r->id,
			err   ? yh_err_text(err)
			: bad ? "should be found"
			      : "should not be found",
			list[i]);
	}
}

int yc_rules_test(int argc, char **argv)
{
	struct tests t = {0};

	if (argc - 1 > YC_MAX_PACKS || (argc > 1 && argv[1][0] == '-'))
		return YC_USAGE;
	t.rules =
		yc_rules_load((const char *const *)argv + 1, (size_t)argc - 1);
	if (!t.rules)
		return YC_FAILED;
	for (size_t i = 0; i < qa_rules_count(t.rules); i++) {
		const struct qa_rule *r = qa_rules_at(t.rules, i);

		run_list(&t, r, r->bad, r->n_bad, true);
		run_list(&t, r, r->good, r->n_good, false);
	}
	printf("%s: %u tests, %u red\n", qa_rules_name(t.rules), t.n, t.red);
	qa_rules_destroy(t.rules);

	return t.red ? YC_FAILED : YC_OK;
}

int yc_rules_sign(int argc, char **argv)
{
	static const struct option OPTIONS[] = {
		{"key", required_argument, NULL, 'k'}, {0}};
	const char *key = NULL;
	int opt, rc = YC_OK;

	while ((opt = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
		if (opt != 'k')
			return YC_USAGE;
		key = optarg;
	}
	if (!key || optind == argc)
		return YC_USAGE;
	for (int i = optind; i < argc; i++) {
		int err = qa_sign_file(argv[i], key);

		if (err) {
			fprintf(stderr, "yinhuctl: %s: %s\n", argv[i],
				yh_err_text(err));
			rc = YC_FAILED;
		}
	}

	return rc;
}
