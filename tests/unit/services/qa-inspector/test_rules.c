/** @file test_rules.c  Mirrors pack.c, compile.c, rules.c and sign.c of
 *                      services/qa-inspector */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "case.h"
#include "inspect.h"
#include "pack.h"
#include "sign.h"

#define HEAD                                                                   \
	"pack: t\nversion: 1\nnegation_window: 8\nrules:\n- id: Q99\n"         \
	"  basis: b\n  message: m\n  scope: [loan]\n  speaker: [bot]\n"
#define GOOD HEAD "  kind: not\n  severity: 1\n  patterns: ['保.{0,2}本']\n"

static char folder[64];

static void setup(void)
{
	strcpy(folder, "/tmp/yh-rules-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
}

static void teardown(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	if (system(command))
		perror(command);
}

TestSuite(rules, .init = setup, .fini = teardown, .timeout = 30);

static char *write_file(const char *name, const char *text)
{
	static char path[160];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	cr_assert(f);
	fputs(text, f);
	fclose(f);

	return path;
}

static int create(struct qa_rules **out, const char *path, const char *key,
		  char *error)
{
	const struct qa_rules_conf conf = {
		.paths = &path, .n_paths = 1, .key = key};

	return qa_rules_create(out, &conf, error, 512);
}

/* @param where "LINE:COLUMN: ", or "" */
static void refused(const char *yaml, const char *where, const char *word)
{
	struct qa_rules *rules = NULL;
	char error[512] = "", place[256];
	const char *path = write_file("a.yaml", yaml);

	snprintf(place, sizeof(place), "%s:%s", path, where);
	cr_expect_eq(create(&rules, path, NULL, error), YH_ERR_BAD_CONFIG);
	cr_expect_eq(strncmp(error, place, strlen(place)), 0,
		     "\"%s\" is not at \"%s\"", error, where);
	cr_expect(strstr(error, word), "\"%s\" lacks \"%s\"", error, word);
	cr_expect_null(rules);
}

Test(rules, an_unknown_key_is_refused)
{
	refused(GOOD "  typo: 1\n", "13:3: ", "typo");
}

Test(rules, what_is_no_yaml_is_refused)
{
	refused("pack: t\nrules: [\n", "2:8: ", "did not find");
}

/* From an author's editor as from a file: nothing in it is no crash. */
Test(rules, an_empty_pack_is_refused)
{
	struct qa_pack *pack = NULL;
	char error[512];

	refused("", " ", "empty");
	refused("# to be written\n", " ", "empty");
	cr_expect_eq(qa_pack_read(&pack, "# to be written\n", error, 512),
		     YH_ERR_BAD_CONFIG);
	cr_expect_str_eq(error, "the pack is empty");
	cr_expect_null(pack);
}

Test(rules, a_bad_pattern_is_named)
{
	refused(HEAD "  kind: not\n  severity: 1\n  patterns: ['a(']\n",
		"12:14: ", "rule Q99 (entry 1): missing closing parenthesis");
}

/* It is told as it was written: not a branch of it, nor what a <word> stands
 * for, however it is quoted; and it is the second entry's, not the first's. */
Test(rules, a_pattern_is_named_as_its_author_wrote_it)
{
	refused("words:\n- name: w\n  of: [x]\n" GOOD
		"- id: Q99\n  basis: b\n  message: m\n  scope: [loan]\n"
		"  speaker: [bot]\n  kind: not\n  severity: 1\n  patterns:\n"
		"  - 'fine'\n  - \"a\\x28|<w>(\"\n",
		"25:5: ", "rule Q99 (entry 2): ");
	refused(GOOD "  unless: ['<nn>']\n- id: Q98\n  basis: b\n"
		     "  message: '<nn>'\n  scope: [loan]\n  speaker: [bot]\n"
		     "  kind: not\n  severity: 1\n  patterns: ['a']\n",
		"13:12: ", "rule Q99 (entry 1): no such <word>");
}

Test(rules, a_pattern_of_the_language_is_named)
{
	refused("scopes:\n  warning: ['b[']\n" GOOD,
		"2:13: ", "scopes: missing terminating ]");
}

Test(rules, a_word_list_that_says_nothing_is_named)
{
	refused("words:\n- name: v\n  is: x\n- name: w\n" GOOD,
		"4:3: ", "words w (entry 2): either is or of");
}

Test(rules, a_word_that_no_pack_has_is_named)
{
	refused(HEAD "  kind: not\n  severity: 1\n  patterns: ['<nn>']\n",
		"12:14: ", "no such <word>");
}

Test(rules, a_meaning_that_no_pack_has_is_named)
{
	refused(HEAD "  kind: not\n  severity: 1\n  meaning: nn\n",
		"5:3: ", "no meaning \"nn\"");
}

Test(rules, a_severity_out_of_range_is_named)
{
	refused(HEAD "  kind: not\n  severity: 4\n  patterns: ['a']\n",
		"5:3: ", "rule Q99 (entry 1): severity must be");
}

Test(rules, a_must_rule_without_a_deadline_is_refused)
{
	refused(HEAD "  kind: must\n  severity: 1\n  patterns: ['a']\n",
		"5:3: ", "rule Q99 (entry 1): a must rule needs");
}

Test(rules, a_file_that_is_not_there_is_named)
{
	struct qa_rules *rules = NULL;
	char error[512];

	cr_expect_eq(create(&rules, "/nowhere.yaml", NULL, error),
		     YH_ERR_BAD_CONFIG);
	cr_expect(strstr(error, "nowhere"));
}

static size_t findings(struct qa_rules *rules, const char *text)
{
	struct qa_report r;
	struct qa_dialog d;
	size_t n;

	cr_assert_eq(qa_read_case(&d, QA_LOAN, text), 0);
	cr_assert_eq(qa_inspect(rules, &d, &r), 0);
	n = r.n;
	qa_report_fini(&r);
	qa_dialog_fini(&d);

	return n;
}

Test(rules, a_gap_counts_characters_and_ends_with_the_clause)
{
	struct qa_rules *rules = NULL;
	char error[512];

	cr_assert_eq(create(&rules, write_file("a.yaml", GOOD), NULL, error), 0,
		     "%s", error);
	cr_expect_eq(findings(rules, "保证本"), 1);
	cr_expect_eq(findings(rules, "保证你本"), 1);
	cr_expect_eq(findings(rules, "保证你我本"), 0);
	cr_expect_eq(findings(rules, "保,本"), 0);
	qa_rules_destroy(rules);
}

Test(rules, packs_stand_side_by_side_and_are_named)
{
	struct qa_rules *rules = NULL;
	char error[512];

	write_file("a.yaml", GOOD);
	write_file("b.yaml", "pack: bank\nversion: 7\nrules:\n- id: B01\n"
			     "  basis: b\n  message: m\n  scope: [loan]\n"
			     "  speaker: [bot]\n  kind: not\n  severity: 2\n"
			     "  patterns: ['秘密']\n");
	cr_assert_eq(create(&rules, folder, NULL, error), 0, "%s", error);
	cr_expect_str_eq(qa_rules_name(rules), "t@1, bank@7");
	cr_expect_eq(findings(rules, "保本,秘密"), 2);
	qa_rules_destroy(rules);
}

/* ---- signatures ---- */

static const char *key_of(const char *name)
{
	static char path[2][160];
	char *p = path[name[0] == 'b'];

	snprintf(p, 160, "%s/%s", folder, name);

	return p;
}

static void make_keys(void)
{
	char command[512];

	snprintf(command, sizeof(command),
		 "openssl genpkey -algorithm ed25519 -out %s/a.key && "
		 "openssl pkey -in %s/a.key -pubout -out %s/b.pub",
		 folder, folder, folder);
	cr_assert_eq(system(command), 0);
}

Test(rules, a_signed_pack_is_taken_and_a_changed_one_refused)
{
	struct qa_rules *rules = NULL;
	char error[512];
	const char *path = write_file("a.yaml", GOOD);

	make_keys();
	cr_assert_eq(qa_sign_file(path, key_of("a.key")), 0);
	cr_assert_eq(create(&rules, path, key_of("b.pub"), error), 0);
	qa_rules_destroy(rules);
	rules = NULL;
	write_file("a.yaml", GOOD "#\n");
	cr_assert_eq(create(&rules, path, key_of("b.pub"), error),
		     YH_ERR_BAD_CONFIG);
	cr_assert_null(rules);
	cr_expect(strstr(error, "does not fit"), "%s", error);
}

Test(rules, an_unsigned_pack_is_refused_when_a_key_is_set)
{
	struct qa_rules *rules = NULL;
	char error[512];
	const char *path = write_file("a.yaml", GOOD);

	make_keys();
	cr_assert_eq(create(&rules, path, key_of("b.pub"), error),
		     YH_ERR_BAD_CONFIG);
	cr_expect(strstr(error, "not signed"), "%s", error);
	cr_assert_eq(qa_sign_file(path, "/nowhere"), -EINVAL);
}
