/** @file test_handshake.c  The client's handshake, RFC 6455. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "ws/handshake.h"

/* Of RFC 6455 section 1.3. */
static const char key[] = "dGhlIHNhbXBsZSBub25jZQ==";
#define GOOD                                                                   \
	"HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\n"           \
	"connection: keep-alive, upgrade\r\n"                                  \
	"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"

static int response(const char *text, const char *protocol, size_t *used)
{
	return yh_ws_response(text, strlen(text), key, protocol, used);
}

Test(ws_handshake, the_accept_is_that_of_the_rfc)
{
	char accept[YH_WS_ACCEPT];

	cr_assert_eq(yh_ws_accept(key, accept), 0);
	cr_expect_str_eq(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

Test(ws_handshake, keys_differ)
{
	char a[YH_WS_KEY], b[YH_WS_KEY];

	cr_assert_eq(yh_ws_key(a), 0);
	cr_assert_eq(yh_ws_key(b), 0);
	cr_expect_eq(strlen(a), 24);
	cr_expect_str_neq(a, b);
}

Test(ws_handshake, a_good_response_leaves_the_bytes_after_it)
{
	size_t used = 0;

	cr_expect_eq(response(GOOD "\r\n\x81\x01x", NULL, &used), 0);
	cr_expect_eq(used, strlen(GOOD) + 2);
}

Test(ws_handshake, every_beginning_of_it_asks_for_more)
{
	size_t used;

	for (size_t n = 0; n < strlen(GOOD) + 2; n++)
		cr_expect_eq(yh_ws_response(GOOD "\r\n", n, key, NULL, &used),
			     -EAGAIN);
}

Test(ws_handshake, another_status_is_a_refusal)
{
	size_t used;

	cr_expect_eq(response("HTTP/1.1 503 Busy\r\n\r\n", NULL, &used),
		     -ECONNREFUSED);
	cr_expect_eq(response("HTTP/1.1 1010\r\n\r\n", NULL, &used),
		     -ECONNREFUSED);
}

Test(ws_handshake, what_is_no_websocket_is_refused)
{
	static const char *const bad[] = {
		"SSH-2.0-OpenSSH_9.2\r\n\r\n",
		"HTTP/1.1 101 x\r\nUpgrade: websocket\r\n\r\n",
		"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: upgrade"
		"\r\nSec-WebSocket-Accept: AAAALMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
		"\r\n",
		GOOD "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
		GOOD "Sec-WebSocket-Protocol: chat\r\n\r\n",
	};
	size_t used;

	for (size_t i = 0; i < YH_ARRAY_LEN(bad); i++)
		cr_expect_eq(response(bad[i], NULL, &used), -EPROTO, "%zu", i);
}

Test(ws_handshake, the_subprotocol_may_be_taken_or_left)
{
	size_t used;

	cr_expect_eq(response(GOOD "\r\n", "binary", &used), 0);
	cr_expect_eq(response(GOOD "Sec-WebSocket-Protocol: binary\r\n\r\n",
			      "binary", &used),
		     0);
}

Test(ws_handshake, an_endless_head_is_cut)
{
	static char head[YH_WS_HEAD_MAX + 1];
	size_t used;

	memset(head, 'x', sizeof(head));
	cr_expect_eq(yh_ws_response(head, sizeof(head), key, NULL, &used),
		     -EMSGSIZE);
}

Test(ws_handshake, urls_are_taken_apart)
{
	struct yh_ws_url u;

	cr_assert_eq(yh_ws_url_read("ws://asr-1:10095", &u), 0);
	cr_expect_str_eq(u.host, "asr-1");
	cr_expect_str_eq(u.port, "10095");
	cr_expect_str_eq(u.path, "/");
	cr_assert_eq(yh_ws_url_read("wss://[::1]/a?b=c", &u), 0);
	cr_expect_str_eq(u.host, "::1");
	cr_expect_str_eq(u.port, "443");
	cr_expect_str_eq(u.path, "/a?b=c");
	cr_expect(u.tls);
}

Test(ws_handshake, urls_of_other_kinds_are_refused)
{
	static const char *const bad[] = {
		"",	      "http://a/",     "ws://",		"ws:///x",
		"ws://a:b/",  "ws://a b/",     "ws://a\r\nX:/", "ws://u:p@a/",
		"ws://[::1/", "ws://a:123456", "ws://a/#frag",
	};
	struct yh_ws_url u;

	for (size_t i = 0; i < YH_ARRAY_LEN(bad); i++)
		cr_expect_eq(yh_ws_url_read(bad[i], &u), -EINVAL, "%s", bad[i]);
}

Test(ws_handshake, the_request_is_what_servers_expect)
{
	struct yh_ws_url u;
	char *text;

	cr_assert_eq(yh_ws_url_read("ws://h:1/p", &u), 0);
	text = yh_ws_request(&u, key, "binary");
	cr_expect_str_eq(text, "GET /p HTTP/1.1\r\nHost: h:1\r\n"
			       "Upgrade: websocket\r\nConnection: Upgrade\r\n"
			       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
			       "Sec-WebSocket-Version: 13\r\n"
			       "Sec-WebSocket-Protocol: binary\r\n\r\n");
	yh_free(text);
}
