/** @file test_template.c  Path templates */
#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/mem.h"
#include "template.h"

/* The variables' values joined by '|', "-" for no match, "!" for an error. */
static const char *match(const char *template, const char *path)
{
	static char out[512];
	struct gw_template t;
	struct gw_match m;
	int found;

	cr_assert_eq(gw_template_parse(&t, template), 0, "%s", template);
	found = gw_template_match(&t, path, &m);
	out[0] = '\0';
	if (found <= 0)
		strcpy(out, found ? "!" : "-");
	for (unsigned i = 0; found > 0 && i < m.n; i++) {
		strcat(out, i ? "|" : "");
		strcat(out, m.values[i]);
	}
	if (found > 0)
		gw_match_fini(&m);
	gw_template_fini(&t);

	return out;
}

Test(template, words_match_themselves)
{
	cr_expect_str_eq(match("/v1/campaigns", "/v1/campaigns"), "");
	cr_expect_str_eq(match("/v1/campaigns", "/v1/campaign"), "-");
	cr_expect_str_eq(match("/v1/campaigns", "/v1/campaigns/"), "-");
	cr_expect_str_eq(match("/v1/campaigns", "/v1"), "-");
	cr_expect_str_eq(match("/v1/campaigns", "/"), "-");
	cr_expect_str_eq(match("/v1/campaigns", "//v1/campaigns"), "-");
	cr_expect_str_eq(match("/v1/campaigns", "/v1/c%61mpaigns"), "");
}

Test(template, a_variable_holds_the_whole_name)
{
	cr_expect_str_eq(match("/v1/{name=campaigns/*}", "/v1/campaigns/7"),
			 "campaigns/7");
	cr_expect_str_eq(match("/v1/{name=campaigns/*}", "/v1/campaigns/"),
			 "-");
	cr_expect_str_eq(match("/v1/{name=campaigns/*}", "/v1/campaigns/7/8"),
			 "-");
	cr_expect_str_eq(match("/v1/{name=campaigns/*}", "/v1/calls/7"), "-");
	cr_expect_str_eq(match("/v1/{id}", "/v1/7"), "7");
	cr_expect_str_eq(match("/v1/{a}/x/{b=y/*}", "/v1/1/x/y/2"), "1|y/2");
}

Test(template, a_verb_ends_the_last_component)
{
	cr_expect_str_eq(
		match("/v1/{name=calls/*}:recording", "/v1/calls/a:recording"),
		"calls/a");
	cr_expect_str_eq(
		match("/v1/{name=calls/*}:recording", "/v1/calls/a:other"),
		"-");
	cr_expect_str_eq(
		match("/v1/{name=calls/*}:recording", "/v1/calls/:recording"),
		"-");
	cr_expect_str_eq(match("/v1/{name=calls/*}:recording", "/v1/calls/a"),
			 "-");
	cr_expect_str_eq(
		match("/v1/{p=c/*}/contacts:import", "/v1/c/1/contacts:import"),
		"c/1");
}

Test(template, two_stars_take_the_rest)
{
	cr_expect_str_eq(match("/v1/{name=files/**}", "/v1/files/a/b/c"),
			 "files/a/b/c");
	cr_expect_str_eq(match("/v1/{name=**}:get", "/v1/a/b:get"), "a/b");
	cr_expect_str_eq(match("/v1/{name=files/**}", "/v2/files/a"), "-");
}

Test(template, percent_codes_are_decoded_but_a_slash_in_a_name_stays)
{
	cr_expect_str_eq(match("/v1/{id}", "/v1/a%20b%2Fc"), "a b/c");
	cr_expect_str_eq(match("/v1/{name=x/*}", "/v1/x/a%20b%2Fc"),
			 "x/a b%2Fc");
	cr_expect_str_eq(match("/v1/{id}", "/v1/%zz"), "!");
	cr_expect_str_eq(match("/v1/{id}", "/v1/%4"), "!");
	cr_expect_str_eq(match("/v1/{id}", "/v1/%00"), "!");
}

Test(template, more_components_than_any_template_has_do_not_match)
{
	char path[256] = "";

	for (int i = 0; i < 100; i++)
		strcat(path, "/a");
	cr_expect_str_eq(match("/{x=**}", path), path + 1);
	cr_expect_str_eq(match("/a/{x}", path), "-");
}

Test(template, a_broken_template_is_refused)
{
	static const char *const bad[] = {
		"",	   "v1",	"/",	 "/v1/",    "/{",
		"/{}",	   "/{a",	"/{a=}", "/{a=b",   "/a}",
		"/a/**/b", "/{a=**}/b", "/a:",	 "/a:b/c",  "/{a={b}}",
		"/a**",	   "/***",	"//a",	 "/{a=x/}", "/a=b"};
	struct gw_template t;

	for (size_t i = 0; i < YH_ARRAY_LEN(bad); i++)
		cr_expect_eq(gw_template_parse(&t, bad[i]), -EINVAL, "%s",
			     bad[i]);
}
