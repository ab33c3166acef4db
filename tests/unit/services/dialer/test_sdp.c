/** @file test_sdp.c  Session descriptions */
#include <criterion/criterion.h>
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "sdp.h"

#define HEAD                                                                   \
	"v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\n"       \
	"t=0 0\r\n"

Test(sdp, what_we_offer_can_be_read)
{
	struct sockaddr_in media;
	char buf[DIAL_SDP_MAX];
	size_t n = dial_sdp_write("192.0.2.7", 31000, 5, 1, buf);

	cr_assert_eq(n, strlen(buf));
	cr_assert_eq(dial_sdp_read(buf, n, &media), 0);
	cr_assert_eq(ntohs(media.sin_port), 31000);
	cr_assert_eq(media.sin_addr.s_addr, inet_addr("192.0.2.7"));
	cr_assert(strstr(buf, "a=fmtp:101 0-16\r\n"));
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
		{HEAD, -ENOTSUP, "no media"},
		{"v=0\r\no=- 1 1 IN IP6 ::1\r\ns=-\r\nc=IN IP6 ::1\r\n"
		 "t=0 0\r\nm=audio 4000 RTP/AVP 8\r\n",
		 -ENOTSUP, "IPv6"},
		{"hello", -EBADMSG, "no SDP"},
		{"", -EBADMSG, "nothing"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sockaddr_in media = {0};

		cr_expect_eq(dial_sdp_read(rows[i].text, strlen(rows[i].text),
					   &media),
			     rows[i].want, "%s", rows[i].why);
		if (!rows[i].want)
			cr_expect_eq(ntohs(media.sin_port), 4000, "%s",
				     rows[i].why);
	}
}

Test(sdp, an_address_of_the_media_goes_before_the_sessions)
{
	static const char text[] =
		HEAD "m=audio 4000 RTP/AVP 8\r\nc=IN IP4 10.9.9.9\r\n";
	struct sockaddr_in media;

	cr_assert_eq(dial_sdp_read(text, strlen(text), &media), 0);
	cr_assert_eq(media.sin_addr.s_addr, inet_addr("10.9.9.9"));
}
