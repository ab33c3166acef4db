/** @file test_webhook.c  Mirrors services/notifier/webhook.c */
#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

#include "base/mem.h"
#include "webhook.h"

static const char *text(json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

Test(webhook, the_body_is_the_hand_over_as_protojson)
{
	Yinhu__V1__CallEvent e = YINHU__V1__CALL_EVENT__INIT;
	Yinhu__V1__Handover h = YINHU__V1__HANDOVER__INIT;
	Yinhu__V1__Handover__SlotsEntry s =
		YINHU__V1__HANDOVER__SLOTS_ENTRY__INIT;
	Yinhu__V1__Handover__SlotsEntry *slots[] = {&s};
	json_error_t error;
	json_t *o;
	char *body;

	s.key = (char *)"periods";
	s.value = (char *)"十二期\"";
	h.handover_id = (char *)"h1";
	h.channel = (char *)"app";
	h.template_ = (char *)"instalment";
	h.attempt_id = (char *)"a1";
	h.slots = slots;
	h.n_slots = 1;
	e.call_id = (char *)"c1";
	e.event_id = (char *)"c1.handover.1";
	e.time_us = 1795420800000001;
	e.body_case = YINHU__V1__CALL_EVENT__BODY_HANDOVER;
	e.handover = &h;
	body = ntf_webhook_body(&e);
	cr_assert(body);
	o = json_loads(body, 0, &error);
	cr_assert(o, "%s", error.text);
	cr_expect_str_eq(text(o, "id"), "h1");
	cr_expect_str_eq(text(o, "type"), "handover.app");
	cr_expect_str_eq(text(o, "timeUs"), "1795420800000001");
	cr_expect_str_eq(text(o, "callId"), "c1");
	cr_expect_str_eq(text(o, "attemptId"), "a1");
	cr_expect_str_eq(text(o, "template"), "instalment");
	cr_expect_str_eq(text(json_object_get(o, "slots"), "periods"),
			 "十二期\"");
	json_decref(o);
	yh_free(body);
}

Test(webhook, without_an_id_of_its_own_it_has_the_events)
{
	Yinhu__V1__CallEvent e = YINHU__V1__CALL_EVENT__INIT;
	Yinhu__V1__Handover h = YINHU__V1__HANDOVER__INIT;
	char *body;

	e.event_id = (char *)"c1.handover.1";
	e.handover = &h;
	body = ntf_webhook_body(&e);
	cr_expect(strstr(body, "\"id\":\"c1.handover.1\""));
	yh_free(body);
}

/* RFC 4231, test case 2. */
Test(webhook, the_signature_is_hmac_sha256)
{
	char hex[NTF_SIGNATURE_BYTES];

	cr_assert_eq(ntf_webhook_sign((const uint8_t *)"Jefe", 4,
				      "what do ya want for nothing?", hex),
		     0);
	cr_expect_str_eq(hex, "5bdcc146bf60754e6a042426089575c7"
			      "5a003f089d2739839dec58b964ec3843");
}

Test(webhook, the_wait_doubles_up_to_a_minute)
{
	cr_expect_eq(ntf_webhook_backoff_ms(0), 1000);
	cr_expect_eq(ntf_webhook_backoff_ms(1), 1000);
	cr_expect_eq(ntf_webhook_backoff_ms(2), 2000);
	cr_expect_eq(ntf_webhook_backoff_ms(6), 32000);
	cr_expect_eq(ntf_webhook_backoff_ms(7), 60000);
	cr_expect_eq(ntf_webhook_backoff_ms(1000000), 60000);
}
