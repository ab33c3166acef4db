/** @file test_conf.c  Mirrors lib/conf */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/err.h"
#include "base/mem.h"
#include "conf/conf.h"

struct conf {
	uint32_t ring_ms;
	char *trunk;
	bool srtp;
};

static const struct yh_conf_key keys[] = {
	YH_CONF_UINT(struct conf, ring_ms, "30000", 1000, 60000, "Ring [ms]"),
	YH_CONF_STRING(struct conf, trunk, "sip:127.0.0.1", "Trunk"),
	YH_CONF_BOOLEAN(struct conf, srtp, "false", "Encrypt"),
};

static struct conf conf;
static char error[1024];

static int load(const char *yaml)
{
	char path[] = "/tmp/yh_conf_XXXXXX";
	int fd = mkstemp(path);
	int err;

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, yaml, strlen(yaml)), (ssize_t)strlen(yaml));
	close(fd);
	err = yh_conf_load(keys, YH_ARRAY_LEN(keys), path, &conf, error,
			   sizeof(error));
	unlink(path);

	return err;
}

static void teardown(void)
{
	yh_conf_fini(keys, YH_ARRAY_LEN(keys), &conf);
}

TestSuite(conf, .fini = teardown, .timeout = 5);

Test(conf, defaults_then_file_then_environment)
{
	setenv("YH_SRTP", "true", 1);
	cr_assert_eq(load("ring_ms: 20000\n"), 0, "%s", error);
	cr_assert_eq(conf.ring_ms, 20000);
	cr_assert_str_eq(conf.trunk, "sip:127.0.0.1");
	cr_assert(conf.srtp);
}

Test(conf, an_unknown_key_is_refused_by_name)
{
	cr_assert_eq(load("rign_ms: 20000\n"), YH_ERR_BAD_CONFIG);
	cr_assert_not_null(strstr(error, "rign_ms"), "%s", error);
}

Test(conf, a_value_out_of_range_is_refused_with_the_range)
{
	cr_assert_eq(load("ring_ms: 5\n"), YH_ERR_BAD_CONFIG);
	cr_assert_not_null(strstr(error, "1000..60000"), "%s", error);
}

Test(conf, a_word_where_a_number_belongs_is_refused)
{
	cr_assert_eq(load("ring_ms: soon\n"), YH_ERR_BAD_CONFIG);
	cr_assert_not_null(strstr(error, "soon"), "%s", error);
}

Test(conf, a_bad_environment_value_names_its_variable)
{
	setenv("YH_RING_MS", "-1", 1);
	cr_assert_eq(load("trunk: x\n"), YH_ERR_BAD_CONFIG);
	cr_assert_not_null(strstr(error, "YH_RING_MS"), "%s", error);
}

Test(conf, a_fault_of_the_file_has_its_line_and_column)
{
	cr_assert_eq(load("# ours\ntrunk: x\n\nrign_ms: 20000\n"),
		     YH_ERR_BAD_CONFIG);
	cr_assert_not_null(strstr(error, ":4:1: no setting is called"), "%s",
			   error);
}

Test(conf, a_value_out_of_range_has_its_line_and_column)
{
	cr_assert_eq(load("trunk: x\nring_ms: 5\n"), YH_ERR_BAD_CONFIG);
	cr_assert_not_null(strstr(error, ":2:1: ring_ms is 5"), "%s", error);
}

Test(conf, a_setting_that_is_told_twice_is_refused)
{
	cr_assert_eq(load("ring_ms: 2000\nring_ms: 3000\n"), YH_ERR_BAD_CONFIG);
	cr_assert_not_null(strstr(error, ":2:1: ring_ms is told twice"), "%s",
			   error);
}

Test(conf, a_list_where_a_value_belongs_is_refused)
{
	cr_assert_eq(load("ring_ms: [1, 2]\n"), YH_ERR_BAD_CONFIG);
	cr_assert_not_null(strstr(error, ":1:1: a setting is one line"), "%s",
			   error);
	cr_assert_eq(load("- ring_ms\n"), YH_ERR_BAD_CONFIG);
	cr_assert_not_null(strstr(error, ":1:1: settings are lines"), "%s",
			   error);
}

Test(conf, what_is_not_yaml_is_refused_with_its_place)
{
	cr_assert_eq(load("trunk: x\nring_ms: {{{\n"), YH_ERR_BAD_CONFIG);
	cr_assert_not_null(strstr(error, ": not YAML: "), "%s", error);
}

Test(conf, an_empty_file_leaves_the_defaults)
{
	cr_assert_eq(load("# nothing\n"), 0, "%s", error);
	cr_assert_eq(conf.ring_ms, 30000);
}

Test(conf, printed_settings_are_yaml_without_passwords)
{
	char text[400] = "";
	FILE *f = tmpfile();

	cr_assert_eq(load("trunk: 'nats://u:p@ss@h:1 password=x y \"q\\'\n"), 0,
		     "%s", error);
	fflush(stdout);
	cr_assert_geq(dup2(fileno(f), STDOUT_FILENO), 0);
	yh_conf_print(keys, YH_ARRAY_LEN(keys), &conf);
	fflush(stdout);
	rewind(f);
	cr_assert_gt(fread(text, 1, sizeof(text) - 1, f), 0);
	cr_assert_str_eq(text, "ring_ms: 30000\n"
			       "trunk: \"nats://***@h:1 password=*** y "
			       "\\\"q\\\\\"\n"
			       "srtp: false\n");
	fclose(f);
}

Test(conf, a_missing_file_is_said)
{
	cr_assert_eq(yh_conf_load(keys, YH_ARRAY_LEN(keys), "/nonexistent",
				  &conf, error, sizeof(error)),
		     YH_ERR_BAD_CONFIG);
	cr_assert_not_null(
		strstr(error, "/nonexistent: cannot be read: No such file"));
}
