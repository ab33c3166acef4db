/** @file test_sdp.c  Session descriptions */
#include <criterion/criterion.h>
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sdp.h"

#define HEAD                                                                   \
	"v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\n"       \
	"t=0 0\r\n"
#define KEY   "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj"
#define SUITE "AES_CM_128_HMAC_SHA1_80"

static const uint8_t key[DIAL_SRTP_KEY_BYTES] =
	"123456789012345678901234567890";

static size_t offer(enum dial_srtp_mode mode, char buf[DIAL_SDP_MAX])
{
	struct dial_sdp ours;

	dial_sdp_offer(&ours, "192.0.2.7", 31000, mode, key);

	return dial_sdp_write(&ours, 5, 1, buf);
}

static int read_text(const char *text, struct dial_sdp *out)
{
	return dial_sdp_read(text, strlen(text), out);
}

Test(sdp, what_we_offer_can_be_read)
{
	struct dial_sdp sdp;
	char buf[DIAL_SDP_MAX];
	size_t n = offer(DIAL_SRTP_OFF, buf);

	cr_assert_eq(n, strlen(buf));
	cr_assert_eq(dial_sdp_read(buf, n, &sdp), 0);
	cr_assert_eq(ntohs(sdp.addr.sin_port), 31000);
	cr_assert_eq(sdp.addr.sin_addr.s_addr, inet_addr("192.0.2.7"));
	cr_assert_eq(sdp.event_pt, 101);
	cr_assert_eq(sdp.direction, DIAL_SENDRECV);
	cr_assert(strstr(buf, "a=fmtp:101 0-16\r\n"));
	cr_assert_not(strstr(buf, "crypto"));
}

Test(sdp, the_mode_decides_on_profile_and_key)
{
	struct dial_sdp sdp;
	char buf[DIAL_SDP_MAX];

	offer(DIAL_SRTP_PREFER, buf);
	cr_assert(strstr(buf, " RTP/AVP "));
	cr_assert_eq(read_text(buf, &sdp), 0);
	cr_assert(sdp.keyed && !memcmp(sdp.key, key, sizeof(key)));
	offer(DIAL_SRTP_REQUIRE, buf);
	cr_assert(strstr(buf, " RTP/SAVP "));
	cr_assert(strstr(buf, "a=crypto:1 " SUITE " inline:"));
}

Test(sdp, an_answer_is_taken_or_refused_for_its_reason)
{
	static const struct {
		const char *text;
		int want;
		const char *why;
	} rows[] = {
		{HEAD "m=audio 4000 RTP/AVP 8\r\n", 0, "static type"},
		{HEAD "m=audio 4000 RTP/AVP 0 8 101\r\n", 0, "among others"},
		{HEAD "m=video 5000 RTP/AVP 96\r\nm=audio 4000 RTP/AVP 8\r\n",
		 0, "after a video"},
		{HEAD "m=audio 4000 RTP/AVP 0\r\n", -ENOTSUP, "only mu-law"},
		{HEAD "m=audio 0 RTP/AVP 8\r\n", -ENOTSUP, "refused"},
		{HEAD "m=audio 4000 RTP/SAVP 8\r\n", -ENOTSUP, "no key"},
		{HEAD "m=audio 4000 RTP/SAVP 8\r\na=crypto:1 " SUITE
		      " inline:" KEY "\r\n",
		 0, "SRTP"},
		{HEAD, -ENOTSUP, "no media"},
		{"v=0\r\no=- 1 1 IN IP6 ::1\r\ns=-\r\nc=IN IP6 ::1\r\n"
		 "t=0 0\r\nm=audio 4000 RTP/AVP 8\r\n",
		 -ENOTSUP, "IPv6"},
		{HEAD "m=audio 4000 RTP/\xff\xff"
		      "AVP 8\r\n",
		 -EBADMSG, "a transport that made the parser run away"},
		{HEAD " m=audio 4000 RTP/\xff\xff"
		      "AVP 8\r\n",
		 -EBADMSG, "the same after a blank"},
		{HEAD "m=audio 4000 RTP/AVP 8 ?\r\n", -EBADMSG,
		 "and a format that did"},
		{"hello", -EBADMSG, "no SDP"},
		{"", -EBADMSG, "nothing"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dial_sdp sdp = {0};

		cr_expect_eq(read_text(rows[i].text, &sdp), rows[i].want, "%s",
			     rows[i].why);
		if (!rows[i].want)
			cr_expect_eq(ntohs(sdp.addr.sin_port), 4000, "%s",
				     rows[i].why);
	}
}

Test(sdp, an_address_of_the_media_goes_before_the_sessions)
{
	struct dial_sdp sdp;

	cr_assert_eq(
		read_text(HEAD
			  "m=audio 4000 RTP/AVP 8\r\nc=IN IP4 10.9.9.9\r\n",
			  &sdp),
		0);
	cr_assert_eq(sdp.addr.sin_addr.s_addr, inet_addr("10.9.9.9"));
}

Test(sdp, a_key_is_only_taken_from_a_line_that_can_be_done)
{
	static const struct {
		const char *line;
		bool want;
	} rows[] = {
		{"1 " SUITE " inline:" KEY, true},
		{"1 " SUITE " inline:" KEY "|2^20", true},
		{"1 " SUITE " inline:" KEY " WSH=64", true},
		{"1 " SUITE " inline:" KEY "|2^20|1:4", false}, /* an MKI */
		{"1 " SUITE " inline:" KEY " UNENCRYPTED_SRTP", false},
		{"1 " SUITE " inline:" KEY " UNAUTHENTICATED_SRTP", false},
		{"1 " SUITE " inline:" KEY ";inline:" KEY, false},
		{"1 " SUITE " inline:d0Rm", false},
		{"1 " SUITE "_X inline:" KEY, false},
		{"1 AES_CM_128_HMAC_SHA1_32 inline:" KEY, false},
		{"x " SUITE " inline:" KEY, false},
		{"1", false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dial_sdp sdp;
		char text[512];

		snprintf(text, sizeof(text),
			 HEAD "m=audio 4000 RTP/AVP 8\r\na=crypto:%s\r\n",
			 rows[i].line);
		cr_assert_eq(read_text(text, &sdp), 0);
		cr_expect_eq(sdp.keyed, rows[i].want, "%s", rows[i].line);
	}
}

Test(sdp, require_never_falls_back_and_off_never_pretends)
{
	const struct dial_sdp plain = {0}, keyed = {.keyed = true},
			      savp = {.keyed = true, .savp = true};

	cr_assert_eq(dial_sdp_check(&plain, DIAL_SRTP_REQUIRE),
		     -EPROTONOSUPPORT);
	cr_assert_eq(dial_sdp_check(&savp, DIAL_SRTP_REQUIRE), 0);
	cr_assert_eq(dial_sdp_check(&plain, DIAL_SRTP_PREFER), 0);
	cr_assert_eq(dial_sdp_check(&keyed, DIAL_SRTP_OFF), 0);
	cr_assert_eq(dial_sdp_check(&savp, DIAL_SRTP_OFF), -EPROTONOSUPPORT);
}

Test(sdp, hold_is_seen_in_each_of_its_forms_and_answered_turned_round)
{
	static const struct {
		const char *text;
		bool holds;
		const char *answer;
	} rows[] = {
		{HEAD "m=audio 4 RTP/AVP 8\r\na=sendonly\r\n", true,
		 "a=recvonly"},
		{HEAD "m=audio 4 RTP/AVP 8\r\na=inactive\r\n", true,
		 "a=inactive"},
		{HEAD "m=audio 4 RTP/AVP 8\r\nc=IN IP4 0.0.0.0\r\n", true,
		 "a=recvonly"},
		{HEAD "m=audio 4 RTP/AVP 8\r\na=recvonly\r\n", false,
		 "a=sendonly"},
		{HEAD "m=audio 4 RTP/AVP 8\r\n", false, "a=sendrecv"},
	};
	struct dial_sdp ours;

	dial_sdp_offer(&ours, "192.0.2.7", 31000, DIAL_SRTP_OFF, key);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dial_sdp theirs, answer;
		char buf[DIAL_SDP_MAX];

		cr_assert_eq(read_text(rows[i].text, &theirs), 0);
		cr_expect_eq(dial_sdp_holds(&theirs), rows[i].holds, "%zu", i);
		dial_sdp_answer(&answer, &ours, &theirs);
		dial_sdp_write(&answer, 5, 2, buf);
		cr_expect(strstr(buf, rows[i].answer), "%zu", i);
	}
}

Test(sdp, an_answer_takes_their_profile_and_tag_with_our_key)
{
	struct dial_sdp ours, theirs, answer;
	char buf[DIAL_SDP_MAX];

	dial_sdp_offer(&ours, "192.0.2.7", 31000, DIAL_SRTP_PREFER, key);
	cr_assert_eq(read_text(HEAD "m=audio 4000 RTP/SAVP 8 96\r\n"
				    "a=rtpmap:96 telephone-event/8000\r\n"
				    "a=crypto:7 " SUITE " inline:" KEY "\r\n",
			       &theirs),
		     0);
	dial_sdp_answer(&answer, &ours, &theirs);
	dial_sdp_write(&answer, 5, 2, buf);
	cr_assert(strstr(buf, "RTP/SAVP 8 13 96\r\n"), "%s", buf);
	cr_assert(strstr(buf, "a=crypto:7 "), "%s", buf);
	cr_assert_not(strstr(buf, KEY));
}
