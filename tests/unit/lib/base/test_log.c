/** @file test_log.c  Mirrors lib/base/log.c: what stands on stdout */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

static FILE *out;
static int stdout_was;

static void setup(void)
{
	out = tmpfile();
	stdout_was = dup(STDOUT_FILENO);
	fflush(stdout);
	dup2(fileno(out), STDOUT_FILENO);
	yh_log_init("test", "info");
}

static void teardown(void)
{
	fflush(stdout);
	dup2(stdout_was, STDOUT_FILENO);
	close(stdout_was);
	fclose(out);
}

/* The last line as JSON. */
static json_t *last_line(void)
{
	static char text[65536];
	json_t *line;
	size_t n;
	char *at;

	fflush(stdout);
	n = (size_t)pread(fileno(out), text, sizeof(text) - 1, 0);
	text[n] = '\0';
	cr_assert(n && text[n - 1] == '\n');
	text[n - 1] = '\0';
	at = strrchr(text, '\n');
	line = json_loads(at ? at + 1 : text, 0, NULL);
	cr_assert(line, "not JSON: %s", at ? at + 1 : text);

	return line;
}

static void expect(const char *key, const char *value)
{
	json_t *line = last_line();

	cr_assert_str_eq(json_string_value(json_object_get(line, key)), value);
	json_decref(line);
}

TestSuite(log, .init = setup, .fini = teardown, .timeout = 5);

Test(log, a_line_is_one_json_object_with_a_key_a_value)
{
	yh_info("call.ended", "call_id=%s talk_ms=%u", "c1", 1200u);
	expect("ev", "call.ended");
	expect("svc", "test");
	expect("call_id", "c1");
	expect("talk_ms", "1200");
}

Test(log, a_quoted_value_may_hold_anything_and_loses_its_quotes)
{
	yh_warn("pg.down", "error=\"%s\" retry_ms=%u",
		"no \"db\" here, host=x y=z", 5u);
	expect("error", "no \"db\" here, host=x y=z");
	expect("retry_ms", "5");
}

Test(log, a_value_with_blanks_goes_to_the_next_key_or_the_end)
{
	yh_warn("x", "reason=no answer to INVITE sip_code=%d", 408);
	expect("reason", "no answer to INVITE");
	expect("sip_code", "408");
}

Test(log, control_characters_and_long_values_stay_one_line)
{
	char huge[4000];

	memset(huge, '"', sizeof(huge) - 1);
	huge[sizeof(huge) - 1] = '\0';
	yh_warn("x", "v=a\nb\x01 k=%s", huge);
	expect("v", "a\nb\x01");
}

Test(log, what_is_below_the_level_is_not_written)
{
	yh_info("shown", "a=1");
	yh_debug("hidden", "a=1");
	expect("ev", "shown");
}

Test(log, an_event_that_repeats_is_counted_not_written)
{
	unsigned lines = 0;
	char text[200000];
	size_t n;

	for (int i = 0; i < 1000; i++)
		yh_warn("flood", "i=%d", i);
	fflush(stdout);
	n = (size_t)pread(fileno(out), text, sizeof(text), 0);
	for (size_t i = 0; i < n; i++)
		lines += text[i] == '\n';
	cr_assert_leq(lines, 300); /* a second may turn in between */
}

/* No setup: nobody has said that this is a service. */
Test(log_of_a_tool, stdout_is_its_answer_alone)
{
	FILE *errors = tmpfile();

	out = tmpfile();
	fflush(stdout);
	dup2(fileno(out), STDOUT_FILENO);
	dup2(fileno(errors), STDERR_FILENO);
	yh_warn("told", "a=1");
	cr_assert_eq(lseek(fileno(out), 0, SEEK_END), 0);
	cr_assert_gt(lseek(fileno(errors), 0, SEEK_END), 0);
}
