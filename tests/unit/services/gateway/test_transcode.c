/** @file test_transcode.c  Routes, requests and answers */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/mem.h"
#include "google/api/http.pb-c.h"
#include "google/protobuf/descriptor.pb-c.h"
#include "json/protojson.h"
#include "json/wire.h"
#include "query.h"
#include "routes.h"
#include "transcode.h"
#include "yinhu/v1/call.pb-c.h"
#include "yinhu/v1/campaign.pb-c.h"

static char error[512];

/* ---- queries ------------------------------------------------------------- */

static bool none(const void *arg, const char *path)
{
	return arg && !strcmp(arg, path);
}

/* The message that a query makes, as JSON; or the error. */
static const char *query(const ProtobufCMessageDescriptor *desc,
			 const char *text, const char *taken)
{
	static char out[1024];
	struct yh_wire w = {.max = 4096};
	int err =
		gw_put_query(desc, text, none, taken, &w, error, sizeof(error));
	ProtobufCMessage *msg;
	char *json;

	if (err) {
		yh_wire_fini(&w);
		return error;
	}
	msg = protobuf_c_message_unpack(desc, NULL, w.len, w.data);
	cr_assert_not_null(msg);
	json = yh_protojson_print(msg, 0);
	snprintf(out, sizeof(out), "%s", json);
	yh_free(json);
	protobuf_c_message_free_unpacked(msg, NULL);
	yh_wire_fini(&w);

	return out;
}

#define LIST  (&yinhu__v1__list_calls_request__descriptor)
#define EVENT (&yinhu__v1__call_event__descriptor)

Test(query, parameters_are_found_by_both_spellings)
{
	cr_expect_str_eq(query(LIST, "pageSize=3&page_token=a+b%26", NULL),
			 "{\"pageSize\":3,\"pageToken\":\"a b&\"}");
	cr_expect_str_eq(query(LIST, "&&page_size=3&", NULL),
			 "{\"pageSize\":3}");
}

Test(query, a_path_of_fields_reaches_into_messages)
{
	cr_expect_str_eq(query(EVENT,
			       "turn.number=2&turn.slots[a]=1"
			       "&turn.from_state=x&turn.slots%5Bb%5D=2",
			       NULL),
			 "{\"turn\":{\"number\":2,\"fromState\":\"x\","
			 "\"slots\":{\"a\":\"1\",\"b\":\"2\"}}}");
}

Test(query, a_repeated_field_takes_many_values)
{
	cr_expect_str_eq(query(EVENT,
			       "dialog_ended.intents=a&dialog_ended.intents=b",
			       NULL),
			 "{\"dialogEnded\":{\"intents\":[\"a\",\"b\"]}}");
}

Test(query, unknown_parameters_are_ignored)
{
	cr_expect_str_eq(query(LIST, "x=1&page_size.y=2&parent[z]=3&=4", NULL),
			 "{}");
}

Test(query, what_the_route_sets_is_ignored)
{
	cr_expect_str_eq(query(LIST, "parent=x&page_size=1", "parent"),
			 "{\"pageSize\":1}");
}

Test(query, two_values_for_a_scalar_are_refused)
{
	cr_expect_str_eq(query(LIST, "page_size=1&pageSize=1", NULL),
			 "parsing field \"page_size\": too many values for "
			 "field");
}

Test(query, two_members_of_a_oneof_are_refused)
{
	static const ProtobufCMessageDescriptor *d =
		&google__api__http_rule__descriptor;

	cr_expect_str_eq(query(d, "get=a&put=b", NULL),
			 "parsing field \"put\": a second member of a oneof");
	cr_expect_str_eq(query(d, "get=a&body=b", NULL),
			 "{\"get\":\"a\",\"body\":\"b\"}");
}

Test(query, a_bad_value_is_refused_and_not_shown)
{
	cr_expect_str_eq(query(LIST, "page_size=secret", NULL),
			 "parsing field \"page_size\": not a whole number in "
			 "the range");
	cr_expect_str_eq(query(LIST, "page_token=%zz", NULL),
			 "a broken escape in the query");
	cr_expect_str_eq(query(LIST, "page_token=%ff", NULL),
			 "parsing field \"page_token\": not valid UTF-8");
}

Test(query, the_number_of_parameters_is_bounded)
{
	char text[8192] = "";

	for (int i = 0; i < 200; i++)
		strcat(text, "dialog_ended.intents=a&");
	cr_expect_str_eq(query(EVENT, text, NULL), "too many parameters");
}

/* ---- routes and requests ------------------------------------------------- */

/* A descriptor set with one method of a service that is linked in. */
static int read_rule(struct gw_routes *routes, const char *service,
		     const char *method, const Google__Api__HttpRule *rule)
{
	Google__Protobuf__FileDescriptorSet set =
		GOOGLE__PROTOBUF__FILE_DESCRIPTOR_SET__INIT;
	Google__Protobuf__FileDescriptorProto
		file = GOOGLE__PROTOBUF__FILE_DESCRIPTOR_PROTO__INIT,
		*files[] = {&file};
	Google__Protobuf__ServiceDescriptorProto
		s = GOOGLE__PROTOBUF__SERVICE_DESCRIPTOR_PROTO__INIT,
		*services[] = {&s};
	Google__Protobuf__MethodDescriptorProto
		m = GOOGLE__PROTOBUF__METHOD_DESCRIPTOR_PROTO__INIT,
		*methods[] = {&m};
	Google__Protobuf__MethodOptions options =
		GOOGLE__PROTOBUF__METHOD_OPTIONS__INIT;
	uint8_t packed[512], option[516], data[1024];
	size_t n = google__api__http_rule__pack(rule, packed);
	struct yh_wire w = {.max = sizeof(option)};
	ProtobufCMessageUnknownField u = {
		.tag = 72295728,
		.wire_type = PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED,
		.data = option};

	yh_wire_varint(&w, n);
	yh_wire_raw(&w, packed, n);
	memcpy(option, w.data, w.len);
	u.len = w.len;
	yh_wire_fini(&w);
	options.base.n_unknown_fields = 1;
	options.base.unknown_fields = &u;
	m.name = (char *)method;
	m.options = &options;
	s.name = (char *)service;
	s.n_method = 1;
	s.method = methods;
	file.package = (char *)"yinhu.v1";
	file.n_service = 1;
	file.service = services;
	set.n_file = 1;
	set.file = files;
	n = google__protobuf__file_descriptor_set__pack(&set, data);

	return gw_routes_read(routes, data, n, error, sizeof(error));
}

static Google__Api__HttpRule post(const char *path, const char *body)
{
	Google__Api__HttpRule rule = GOOGLE__API__HTTP_RULE__INIT;

	rule.pattern_case = GOOGLE__API__HTTP_RULE__PATTERN_POST;
	rule.post = (char *)path;
	rule.body = (char *)body;

	return rule;
}

static const char *actor; /* Of the header */

/* Read a request by a rule; its message as JSON, or the error. */
static const char *request(const char *service, const char *method,
			   const Google__Api__HttpRule *rule, const char *path,
			   const char *query_text, const char *body)
{
	static char out[1024];
	struct gw_routes routes;
	const struct gw_route *r;
	struct gw_match match;
	ProtobufCMessage *msg = NULL;
	char *json;
	int err;

	cr_assert_eq(read_rule(&routes, service, method, rule), 0, "%s", error);
	cr_assert_eq(gw_routes_find(&routes, "POST", path, &r, &match), 0);
	err = gw_read_request(r,
			      &(struct gw_input){&match, query_text, "text/csv",
						 (const uint8_t *)body,
						 strlen(body), actor},
			      &msg, error, sizeof(error));
	gw_match_fini(&match);
	gw_routes_fini(&routes);
	if (err)
		return error;
	json = yh_protojson_print(msg, 0);
	snprintf(out, sizeof(out), "%s", json);
	yh_free(json);
	protobuf_c_message_free_unpacked(msg, NULL);

	return out;
}

Test(request, a_body_star_is_the_whole_message_and_the_path_wins)
{
	Google__Api__HttpRule rule = post("/v1/{name=campaigns/*}:pause", "*");

	cr_expect_str_eq(
		request("CampaignService", "PauseCampaign", &rule,
			"/v1/campaigns/1:pause", "reason=query",
			"{\"name\":\"campaigns/2\",\"reason\":\"r\",\"x\":1}"),
		"{\"name\":\"campaigns/1\",\"reason\":\"r\"}");
	cr_expect_str_eq(request("CampaignService", "PauseCampaign", &rule,
				 "/v1/campaigns/1:pause", "", ""),
			 "{\"name\":\"campaigns/1\"}");
}

Test(request, who_acts_comes_from_the_header_whatever_the_body_says)
{
	Google__Api__HttpRule rule = post("/v1/{name=scripts/*}:approve", "*");

	actor = "wu";
	cr_expect_str_eq(request("ScriptService", "ApproveScript", &rule,
				 "/v1/scripts/a@1:approve", "",
				 "{\"actor\":\"li\"}"),
			 "{\"name\":\"scripts/a@1\",\"actor\":\"wu\"}");
	actor = NULL;
	cr_expect_str_eq(request("ScriptService", "ApproveScript", &rule,
				 "/v1/scripts/a@1:approve", "",
				 "{\"actor\":\"li\"}"),
			 "{\"name\":\"scripts/a@1\",\"actor\":\"li\"}");
}

Test(request, a_body_field_is_that_field_and_the_query_the_rest)
{
	Google__Api__HttpRule rule = post("/v1/campaigns", "campaign");

	cr_expect_str_eq(request("CampaignService", "CreateCampaign", &rule,
				 "/v1/campaigns",
				 "request_id=7&campaign.name=evil",
				 "{\"displayName\":\"d\"}"),
			 "{\"campaign\":{\"displayName\":\"d\"},"
			 "\"requestId\":\"7\"}");
	cr_expect_str_eq(request("CampaignService", "CreateCampaign", &rule,
				 "/v1/campaigns", "", "{\"kind\":[]}"),
			 "campaign.kind: not a value of the enum (line 1, "
			 "column 9)");
}

Test(request, a_raw_body_keeps_bytes_and_content_type)
{
	Google__Api__HttpRule rule =
		post("/v1/{parent=campaigns/*}/contacts:import", "body");

	cr_expect_str_eq(request("CampaignService", "ImportContacts", &rule,
				 "/v1/campaigns/1/contacts:import", "",
				 "name,phone\n"),
			 "{\"parent\":\"campaigns/1\",\"body\":{"
			 "\"contentType\":\"text/csv\","
			 "\"data\":\"bmFtZSxwaG9uZQo=\"}}");
}

Test(routes, another_method_and_another_path_are_told_apart)
{
	Google__Api__HttpRule rule = post("/v1/campaigns", "campaign");
	Google__Api__HttpRule more = post("/v1/other", "");
	Google__Api__HttpRule *list[] = {&more};
	const struct gw_route *r;
	struct gw_routes routes;
	struct gw_match m;

	rule.n_additional_bindings = 1;
	rule.additional_bindings = list;
	cr_assert_eq(
		read_rule(&routes, "CampaignService", "CreateCampaign", &rule),
		0);
	cr_expect_eq(gw_routes_find(&routes, "GET", "/v1/campaigns", &r, &m),
		     -ENOTSUP);
	cr_expect_eq(gw_routes_find(&routes, "POST", "/v1/x", &r, &m), -ENOENT);
	cr_expect_eq(gw_routes_find(&routes, "POST", "/v1/other", &r, &m), 0);
	gw_match_fini(&m);
	gw_routes_fini(&routes);
}

Test(routes, a_rule_that_does_not_fit_its_method_is_refused)
{
	static const char *const bad[][2] = {
		{"/v1/{nome=campaigns/*}", "*"},
		{"/v1/{campaign.stats.dispositions}", ""},
		{"/v1/campaigns", "campain"},
		{"/v1//campaigns", "campaign"},
	};
	struct gw_routes routes;

	for (size_t i = 0; i < YH_ARRAY_LEN(bad); i++) {
		Google__Api__HttpRule rule = post(bad[i][0], bad[i][1]);

		cr_expect_eq(read_rule(&routes, "CampaignService",
				       "CreateCampaign", &rule),
			     -EINVAL, "%s", bad[i][0]);
	}
	cr_expect_eq(gw_routes_read(&routes, (const uint8_t *)"\xff", 1, error,
				    sizeof(error)),
		     -EINVAL);
}

/* ---- answers and headers ------------------------------------------------- */

Test(answer, an_error_always_has_its_details)
{
	char *json = gw_error_json(YH_NOT_FOUND, "Not \"Found\"");

	cr_expect_str_eq(json, "{\"code\":5,\"message\":\"Not \\\"Found\\\"\","
			       "\"details\":[]}");
	yh_free(json);
}

Test(answer, timeouts_have_a_unit)
{
	static const char *const bad[] = {
		"", "S", "1", "1s", "-1S", "1SS", "123456789S", "1.5S", " 1S"};
	uint64_t ms;

	cr_expect(!gw_timeout_parse("10S", &ms) && ms == 10000);
	cr_expect(!gw_timeout_parse("500m", &ms) && ms == 500);
	cr_expect(!gw_timeout_parse("2M", &ms) && ms == 120000);
	cr_expect(!gw_timeout_parse("1H", &ms) && ms == 3600000);
	cr_expect(!gw_timeout_parse("1n", &ms) && ms == 1);
	for (size_t i = 0; i < YH_ARRAY_LEN(bad); i++)
		cr_expect_eq(gw_timeout_parse(bad[i], &ms), -EINVAL, "%s",
			     bad[i]);
}

Test(answer, a_range_is_cut_to_the_body)
{
	size_t from = 9, n = 9;

	cr_expect_eq(gw_range_parse("bytes=2-4", 10, &from, &n), 1);
	cr_expect(from == 2 && n == 3);
	cr_expect_eq(gw_range_parse("bytes=8-", 10, &from, &n), 1);
	cr_expect(from == 8 && n == 2);
	cr_expect_eq(gw_range_parse("bytes=5-99", 10, &from, &n), 1);
	cr_expect(from == 5 && n == 5);
	cr_expect_eq(gw_range_parse("bytes=-3", 10, &from, &n), 1);
	cr_expect(from == 7 && n == 3);
	cr_expect_eq(gw_range_parse("bytes=-99", 10, &from, &n), 1);
	cr_expect(from == 0 && n == 10);
	cr_expect_eq(gw_range_parse("bytes=10-", 10, &from, &n), -ERANGE);
	cr_expect_eq(gw_range_parse("bytes=0-", 0, &from, &n), -ERANGE);
	cr_expect_eq(gw_range_parse("bytes=-0", 10, &from, &n), -ERANGE);
	cr_expect_eq(gw_range_parse("bytes=4-2", 10, &from, &n), 0);
	cr_expect_eq(gw_range_parse("bytes=0-1,3-4", 10, &from, &n), 0);
	cr_expect_eq(gw_range_parse("lines=0-1", 10, &from, &n), 0);
	cr_expect_eq(gw_range_parse("bytes=", 10, &from, &n), 0);
}
