/** @file test_protojson.c  JSON to messages and back */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/mem.h"
#include "google/protobuf/any.pb-c.h"
#include "google/protobuf/duration.pb-c.h"
#include "google/protobuf/field_mask.pb-c.h"
#include "google/protobuf/struct.pb-c.h"
#include "google/protobuf/timestamp.pb-c.h"
#include "google/protobuf/wrappers.pb-c.h"
#include "json/protojson.h"
#include "yinhu/v1/call.pb-c.h"
#include "yinhu/v1/campaign.pb-c.h"

#define CAMPAIGN (&yinhu__v1__campaign__descriptor)
#define EVENT	 (&yinhu__v1__call_event__descriptor)

static char error[512];

static ProtobufCMessage *parse(const ProtobufCMessageDescriptor *desc,
			       const char *text, unsigned flags)
{
	ProtobufCMessage *msg = NULL;

	error[0] = '\0';
	yh_protojson_parse(desc, text, strlen(text), flags, &msg, error,
			   sizeof(error));

	return msg;
}

/* text, parsed and printed again, is `want`. */
static void same(const ProtobufCMessageDescriptor *desc, const char *text,
		 const char *want)
{
	ProtobufCMessage *msg = parse(desc, text, 0);
	char *got;

	cr_assert_not_null(msg, "%s: %s", text, error);
	got = yh_protojson_print(msg, 0);
	cr_expect_str_eq(got, want, "got %s", got);
	yh_free(got);
	protobuf_c_message_free_unpacked(msg, NULL);
}

static void refused(const ProtobufCMessageDescriptor *desc, const char *text)
{
	ProtobufCMessage *msg = parse(desc, text, 0);

	cr_expect_null(msg, "taken: %s", text);
	cr_expect(msg || error[0]);
	if (msg)
		protobuf_c_message_free_unpacked(msg, NULL);
}

Test(protojson, names_go_out_in_camel_case_and_come_in_in_both)
{
	same(CAMPAIGN, "{\"displayName\":\"a\"}", "{\"displayName\":\"a\"}");
	same(CAMPAIGN, "{\"display_name\":\"a\"}", "{\"displayName\":\"a\"}");
}

Test(protojson, white_space_and_escapes_are_understood)
{
	same(CAMPAIGN,
	     " {\n\t\"displayName\" :\r \"\\u94f6\\u72D0 "
	     "\\ud83d\\ude00\\/\\\"\\n\" } ",
	     "{\"displayName\":\"银狐 😀/\\\"\\n\"}");
}

Test(protojson, long_integers_are_strings_and_lose_no_digit)
{
	same(EVENT, "{\"timeUs\":9223372036854775807}",
	     "{\"timeUs\":\"9223372036854775807\"}");
	same(EVENT, "{\"timeUs\":\"-9223372036854775808\"}",
	     "{\"timeUs\":\"-9223372036854775808\"}");
	same(EVENT, "{\"offsetMs\":\"7\"}", "{\"offsetMs\":7}");
}

Test(protojson, whole_numbers_may_be_written_with_a_point_or_an_exponent)
{
	same(EVENT, "{\"offsetMs\":1.0}", "{\"offsetMs\":1}");
	same(EVENT, "{\"offsetMs\":1e2}", "{\"offsetMs\":100}");
	refused(EVENT, "{\"offsetMs\":1.5}");
	refused(EVENT, "{\"offsetMs\":1e-1}");
}

Test(protojson, numbers_out_of_range_are_refused)
{
	refused(EVENT, "{\"offsetMs\":-1}");
	refused(EVENT, "{\"offsetMs\":4294967296}");
	refused(EVENT, "{\"timeUs\":9223372036854775808}");
	refused(EVENT, "{\"timeUs\":1e19}");
	refused(EVENT, "{\"transcript\":{\"confidence\":1e39}}");
	refused(EVENT, "{\"transcript\":{\"confidence\":1e999}}");
}

Test(protojson, numbers_that_are_none_in_json_are_refused)
{
	static const char *const bad[] = {
		"01",  "+1",  "1.",	".5",	  "0x1",  "1e",	  "--1",
		"1 2", "NaN", "\"1 \"", "\" 1\"", "\"\"", "\"x\""};
	char text[64];

	for (size_t i = 0; i < YH_ARRAY_LEN(bad); i++) {
		snprintf(text, sizeof(text), "{\"offsetMs\":%s}", bad[i]);
		refused(EVENT, text);
	}
}

Test(protojson, floats_print_in_the_shortest_form_that_reads_back)
{
	same(EVENT, "{\"transcript\":{\"confidence\":0.1}}",
	     "{\"transcript\":{\"confidence\":0.1}}");
	same(EVENT, "{\"transcript\":{\"confidence\":0.33333334}}",
	     "{\"transcript\":{\"confidence\":0.33333334}}");
	same(EVENT, "{\"transcript\":{\"confidence\":\"NaN\"}}",
	     "{\"transcript\":{\"confidence\":\"NaN\"}}");
	same(EVENT, "{\"transcript\":{\"confidence\":\"-Infinity\"}}",
	     "{\"transcript\":{\"confidence\":\"-Infinity\"}}");
	same(&google__protobuf__double_value__descriptor, "0.30000000000000004",
	     "0.30000000000000004");
}

Test(protojson, enums_go_out_by_name_and_come_in_by_name_or_number)
{
	same(CAMPAIGN, "{\"kind\":\"MARKETING\"}", "{\"kind\":\"MARKETING\"}");
	same(CAMPAIGN, "{\"kind\":2}", "{\"kind\":\"SERVICE\"}");
	same(CAMPAIGN, "{\"kind\":77}", "{\"kind\":77}");
	refused(CAMPAIGN, "{\"kind\":\"marketing\"}");
	refused(CAMPAIGN, "{\"kind\":true}");
}

Test(protojson, an_unknown_enum_name_is_left_out_where_unknown_is_ignored)
{
	ProtobufCMessage *msg =
		parse(CAMPAIGN, "{\"kind\":\"NEW\",\"script\":\"s\"}",
		      YH_PROTOJSON_IGNORE_UNKNOWN);
	Yinhu__V1__Campaign *c = (Yinhu__V1__Campaign *)msg;

	cr_assert_not_null(c);
	cr_assert_eq(c->kind, 0);
	cr_assert_str_eq(c->script, "s");
	protobuf_c_message_free_unpacked(msg, NULL);
}

Test(protojson, maps_are_objects)
{
	same(EVENT, "{\"turn\":{\"slots\":{\"b\":\"1\",\"银\":\"\"}}}",
	     "{\"turn\":{\"slots\":{\"b\":\"1\",\"银\":\"\"}}}");
	same(CAMPAIGN, "{\"stats\":{\"dispositions\":{\"agreed\":3}}}",
	     "{\"stats\":{\"dispositions\":{\"agreed\":3}}}");
	refused(EVENT, "{\"turn\":{\"slots\":[]}}");
	refused(EVENT, "{\"turn\":{\"slots\":{\"a\":null}}}");
	refused(EVENT, "{\"turn\":{\"slots\":{1:\"\"}}}");
}

Test(protojson, lists_keep_their_order_and_take_no_null)
{
	same(EVENT, "{\"dialogEnded\":{\"intents\":[\"b\",\"\",\"a\"]}}",
	     "{\"dialogEnded\":{\"intents\":[\"b\",\"\",\"a\"]}}");
	refused(EVENT, "{\"dialogEnded\":{\"intents\":[null]}}");
	refused(EVENT, "{\"dialogEnded\":{\"intents\":\"a\"}}");
	refused(EVENT, "{\"dialogEnded\":{\"intents\":[\"a\",]}}");
}

Test(protojson, null_is_an_unset_field)
{
	same(CAMPAIGN, "{\"script\":null,\"stats\":null,\"kind\":null}", "{}");
	same(EVENT, "{\"turn\":null,\"silence\":{}}", "{\"silence\":{}}");
}

Test(protojson, a_oneof_takes_one_member)
{
	refused(EVENT, "{\"silence\":{},\"turn\":{}}");
	same(EVENT, "{\"silence\":{}}", "{\"silence\":{}}");
}

Test(protojson, the_same_field_twice_is_refused)
{
	refused(CAMPAIGN, "{\"script\":\"a\",\"script\":\"b\"}");
	refused(CAMPAIGN, "{\"displayName\":\"a\",\"display_name\":\"b\"}");
}

Test(protojson, unknown_fields_are_refused_or_skipped_whole)
{
	static const char text[] = "{\"x\":[{\"y\":[1,\"]\",null,{}]},2.5e3,"
				   "[],true],\"script\":\"s\"}";
	ProtobufCMessage *msg;

	refused(CAMPAIGN, text);
	cr_assert(strstr(error, "an unknown field"), "%s", error);
	msg = parse(CAMPAIGN, text, YH_PROTOJSON_IGNORE_UNKNOWN);
	cr_assert_not_null(msg, "%s", error);
	cr_assert_str_eq(((Yinhu__V1__Campaign *)msg)->script, "s");
	protobuf_c_message_free_unpacked(msg, NULL);
}

Test(protojson, broken_json_is_refused)
{
	static const char *const bad[] = {
		"",
		"{",
		"}",
		"[]",
		"null",
		"{}{}",
		"{} x",
		"{,}",
		"{\"script\"}",
		"{\"script\":}",
		"{\"script\":\"a\",}",
		"{\"script\":\"a\" \"kind\":1}",
		"{'script':'a'}",
		"{script:\"a\"}",
		"{\"script\":\"a}",
		"{\"script\":\"\\\"}",
		"{\"script\":\"\\x\"}",
		"{\"script\":\"\\u12\"}",
		"{\"script\":\"\\ud800\"}",
		"{\"script\":\"\\udc00\\ud800\"}",
		"{\"script\":\"\\ud800\\u0041\"}",
		"{\"script\":\"a\nb\"}",
		"{\"script\":\"\\u0000\"}",
		"{\"script\":tru}",
		"{\"script\":\"\xff\"}",
		"{\"script\":\"\xc0\x80\"}",
		"{\"script\":\"\xed\xa0\x80\"}",
		"{\"script\":\"\xf4\x90\x80\x80\"}",
		"{\"script\":\"\xe9\x93\"}",
		"\xef\xbb\xbf{}",
		"/**/{}",
	};

	for (size_t i = 0; i < YH_ARRAY_LEN(bad); i++)
		refused(CAMPAIGN, bad[i]);
}

Test(protojson, an_error_names_field_and_place_but_no_value)
{
	refused(EVENT, "{\"turn\":\n  {\"number\": \"secret\"}}");
	cr_assert_str_eq(error, "turn.number: not a whole number in the range "
				"(line 2, column 14)");
}

Test(protojson, nesting_is_bounded)
{
	char text[512] = "";
	ProtobufCMessage *msg;

	memset(text, '[', 99);
	memset(text + 99, ']', 99);
	msg = parse(&google__protobuf__value__descriptor, text, 0);
	cr_assert_not_null(msg, "%s", error);
	protobuf_c_message_free_unpacked(msg, NULL);
	memset(text, '[', 101);
	memset(text + 101, ']', 101);
	refused(&google__protobuf__value__descriptor, text);
	cr_assert(strstr(error, "too deep"));
	memset(text, '[', sizeof(text) - 1);
	refused(&google__protobuf__value__descriptor, text);
}

Test(protojson, times_are_rfc_3339)
{
	const ProtobufCMessageDescriptor *d =
		&google__protobuf__timestamp__descriptor;
	static const char *const bad[] = {"\"2026-02-29T00:00:00Z\"",
					  "\"2026-1-01T00:00:00Z\"",
					  "\"2026-01-01T24:00:00Z\"",
					  "\"2026-01-01T00:00:60Z\"",
					  "\"2026-01-01 00:00:00Z\"",
					  "\"2026-01-01T00:00:00\"",
					  "\"2026-01-01t00:00:00z\"",
					  "\"0000-01-01T00:00:00Z\"",
					  "\"2026-01-01T00:00:00.Z\"",
					  "\"0001-01-01T00:00:00+00:01\"",
					  "\"2026-01-01T00:00:00.1234567890Z\"",
					  "0",
					  "\"\""};

	same(d, "\"1970-01-01T00:00:00Z\"", "\"1970-01-01T00:00:00Z\"");
	same(d, "\"2024-02-29T23:59:59.5+08:00\"",
	     "\"2024-02-29T15:59:59.500Z\"");
	same(d, "\"0001-01-01T00:00:00Z\"", "\"0001-01-01T00:00:00Z\"");
	same(d, "\"9999-12-31T23:59:59.999999999Z\"",
	     "\"9999-12-31T23:59:59.999999999Z\"");
	same(d, "\"1969-12-31T23:59:59.000001Z\"",
	     "\"1969-12-31T23:59:59.000001Z\"");
	for (size_t i = 0; i < YH_ARRAY_LEN(bad); i++)
		refused(d, bad[i]);
}

Test(protojson, durations_are_seconds)
{
	const ProtobufCMessageDescriptor *d =
		&google__protobuf__duration__descriptor;

	same(d, "\"1.5s\"", "\"1.500s\"");
	same(d, "\"-0.000001s\"", "\"-0.000001s\"");
	same(d, "\"315576000000s\"", "\"315576000000s\"");
	same(d, "\"-315576000000.999999999s\"", "\"-315576000000.999999999s\"");
	refused(d, "\"315576000001s\"");
	refused(d, "\"1.s\"");
	refused(d, "\"1\"");
	refused(d, "\"s\"");
	refused(d, "\"1,5s\"");
}

Test(protojson, field_masks_are_one_string)
{
	const ProtobufCMessageDescriptor *d =
		&google__protobuf__field_mask__descriptor;
	Google__Protobuf__FieldMask *m;

	same(d, "\"a.fooBar,h\"", "\"a.fooBar,h\"");
	same(d, "\"\"", "\"\"");
	refused(d, "\"foo_bar\"");
	m = (Google__Protobuf__FieldMask *)parse(d, "\"a.fooBar,h\"", 0);
	cr_assert_eq(m->n_paths, 2);
	cr_assert_str_eq(m->paths[0], "a.foo_bar");
	google__protobuf__field_mask__free_unpacked(m, NULL);
}

Test(protojson, wrappers_are_their_value)
{
	same(&google__protobuf__int64_value__descriptor, "\"5\"", "\"5\"");
	same(&google__protobuf__string_value__descriptor, "\"\"", "\"\"");
	same(&google__protobuf__bool_value__descriptor, "false", "false");
	refused(&google__protobuf__bool_value__descriptor, "\"false\"");
	refused(&google__protobuf__bool_value__descriptor, "1");
}

Test(protojson, free_form_values_are_themselves)
{
	same(&google__protobuf__value__descriptor,
	     "{\"a\":[1,\"x\",null,true,{}],\"b\":{\"c\":2.5}}",
	     "{\"a\":[1,\"x\",null,true,{}],\"b\":{\"c\":2.5}}");
	same(&google__protobuf__value__descriptor, "null", "null");
	same(&google__protobuf__struct__descriptor, "{}", "{}");
	refused(&google__protobuf__struct__descriptor, "{1:2}");
	refused(&google__protobuf__struct__descriptor, "[]");
}

Test(protojson, bytes_are_base64_in_either_alphabet_with_or_without_padding)
{
	const ProtobufCMessageDescriptor *d =
		&google__protobuf__bytes_value__descriptor;

	same(d, "\"/+8=\"", "\"/+8=\"");
	same(d, "\"_-8\"", "\"/+8=\"");
	same(d, "\"\"", "\"\"");
	same(d, "\"AAEC\"", "\"AAEC\"");
	refused(d, "\"A\"");
	refused(d, "\"AB=C\"");
	refused(d, "\"AA=\"");
	refused(d, "\"A A=\"");
}

Test(protojson, zero_values_are_printed_on_demand)
{
	Yinhu__V1__Campaign c = YINHU__V1__CAMPAIGN__INIT;
	Yinhu__V1__CampaignStats s = YINHU__V1__CAMPAIGN_STATS__INIT;
	Yinhu__V1__CallEvent e = YINHU__V1__CALL_EVENT__INIT;
	char *text = yh_protojson_print(&c.base, YH_PROTOJSON_EMIT_UNPOPULATED);

	cr_assert(strstr(text, "\"name\":\"\""));
	cr_assert(strstr(text, "\"state\":\"STATE_UNSPECIFIED\""));
	cr_assert(strstr(text, "\"maxAttempts\":0"));
	cr_assert(strstr(text, "\"stats\":null"));
	yh_free(text);
	text = yh_protojson_print(&s.base, YH_PROTOJSON_EMIT_UNPOPULATED);
	cr_assert(strstr(text, "\"dispositions\":{}"));
	yh_free(text);
	text = yh_protojson_print(&e.base, YH_PROTOJSON_EMIT_UNPOPULATED);
	cr_assert_str_eq(text, "{\"eventId\":\"\",\"callId\":\"\",\"timeUs\":"
			       "\"0\",\"offsetMs\":0,\"source\":\"\","
			       "\"forAgent\":false}");
	yh_free(text);
	text = yh_protojson_print(&c.base, 0);
	cr_assert_str_eq(text, "{}");
	yh_free(text);
}

Test(protojson, what_has_no_form_in_json_is_not_printed)
{
	Yinhu__V1__Campaign c = YINHU__V1__CAMPAIGN__INIT;
	Google__Protobuf__Timestamp t = GOOGLE__PROTOBUF__TIMESTAMP__INIT;

	c.name = (char *)"\xff";
	cr_assert_null(yh_protojson_print(&c.base, 0));
	c.name = (char *)"";
	t.seconds = INT64_MAX;
	c.create_time = &t;
	cr_assert_null(yh_protojson_print(&c.base, 0));
}

Test(protojson, no_allocation_that_fails_leaks_or_crashes)
{
	static const char text[] =
		"{\"turn\":{\"slots\":{\"a\":\"b\"},\"cause\":\"c\"}}";
	ProtobufCMessage *msg = NULL;
	int err = -ENOMEM, n = 0;

	for (; err && n < 1000; n++) {
		yh_mem_fail_after(n);
		err = yh_protojson_parse(EVENT, text, strlen(text), 0, &msg,
					 error, sizeof(error));
		yh_mem_fail_after(-1);
	}
	cr_assert_gt(n, 1);
	cr_assert_not_null(msg);
	protobuf_c_message_free_unpacked(msg, NULL);
}

Test(protojson, plain_text_becomes_any_scalar)
{
	const ProtobufCFieldDescriptor *kind =
		yh_protojson_field(CAMPAIGN, "kind", 4);
	struct yh_wire w = {.max = 100};

	cr_assert_eq(yh_protojson_encode_text(kind, "SERVICE", 7, &w, error,
					      sizeof(error)),
		     0);
	cr_assert_eq(yh_protojson_encode_text(kind, "3", 1, &w, error,
					      sizeof(error)),
		     0);
	cr_assert_eq(w.len, 4);
	cr_assert_eq(yh_protojson_encode_text(kind, "X", 1, &w, error,
					      sizeof(error)),
		     -EINVAL);
	yh_wire_fini(&w);
}

Test(protojson, what_is_longer_than_the_bound_is_refused)
{
	struct yh_wire w = {.max = 4};

	cr_assert_eq(yh_protojson_encode(CAMPAIGN, "{\"script\":\"abcdef\"}",
					 19, 0, &w, error, sizeof(error)),
		     -EMSGSIZE);
	yh_wire_fini(&w);
}
