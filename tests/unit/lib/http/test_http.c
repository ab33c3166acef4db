/** @file test_http.c  The HTTP server, over real loopback sockets */
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/err.h"
#include "base/mem.h"
#include "http/http.h"

enum { BODY_MAX = 4096, ANSWER_MAX = 1 << 16 };
#define TOO_LONG "{\"message\":\"at most 4096 bytes\"}"

/* A server on the loop, a client on a thread; the loop ends when the client
 * has read to the end of the connection. */
struct fixture {
	uv_loop_t loop;
	uv_async_t done;
	struct yh_http *http;
	struct yh_http_req *kept;
	uint16_t port;
	pthread_t thread;
	const char *request;
	ssize_t sent;
	char answer[ANSWER_MAX];
	int calls;
};

static struct fixture f;

static int dial(void)
{
	struct sockaddr_in sa = {.sin_family = AF_INET,
				 .sin_port = htons(f.port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct timeval limit = {.tv_sec = 5};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (connect(fd, (struct sockaddr *)&sa, sizeof(sa))) {
		close(fd);
		return -1;
	}

	return fd;
}

static void *client(void *arg)
{
	int fd = dial();
	size_t len = 0;
	ssize_t n;

	(void)arg;
	if (fd >= 0)
		f.sent = write(fd, f.request, strlen(f.request));
	if (f.sent > 0) {
		while (len < ANSWER_MAX - 1) {
			n = read(fd, f.answer + len, ANSWER_MAX - 1 - len);
			if (n <= 0)
				break;
			len += (size_t)n;
		}
		f.answer[len] = '\0';
	}
	if (fd >= 0)
		close(fd);
	uv_async_send(&f.done);

	return NULL;
}

static void on_done(uv_async_t *async)
{
	uv_close((uv_handle_t *)async, NULL);
	yh_http_close(f.http);
}

static void set_up(yh_http_cb *cb)
{
	const struct yh_http_conf conf = {.addr = "127.0.0.1:0",
					  .max_body_bytes = BODY_MAX,
					  .too_long = TOO_LONG};

	signal(SIGPIPE, SIG_IGN);
	memset(&f, 0, sizeof(f));
	uv_loop_init(&f.loop);
	uv_async_init(&f.loop, &f.done, on_done);
	cr_assert_eq(yh_http_open(&f.http, &f.loop, &conf, cb, &f), 0);
	f.port = yh_http_port(f.http);
	cr_assert_neq(f.port, 0);
}

static void talk(yh_http_cb *cb, const char *request)
{
	set_up(cb);
	f.request = request;
	pthread_create(&f.thread, NULL, client, NULL);
	uv_run(&f.loop, UV_RUN_DEFAULT);
	pthread_join(f.thread, NULL);
	cr_assert_eq(uv_loop_close(&f.loop), 0, "a handle was left");
}

static void echo(void *arg, struct yh_http_req *req)
{
	const uint8_t *body;
	const char *x = yh_http_header(req, "x-test");
	char text[1024];
	size_t len;
	int n;

	(void)arg;
	f.calls++;
	body = yh_http_body(req, &len);
	n = snprintf(text, sizeof(text), "%s|%s|%s|%s|%.*s|",
		     yh_http_method(req), yh_http_path(req), yh_http_query(req),
		     x ? x : "-", (int)len, len ? (const char *)body : "");
	yh_http_set_header(req, "x-answer", "42");
	yh_http_reply(req, 200, "text/plain", text, (size_t)n);
}

Test(http, a_request_arrives_with_all_its_parts)
{
	talk(echo, "POST /a%20b?x=1&y HTTP/1.1\r\nHost: h\r\nX-Test: v\r\n"
		   "Content-Length: 4\r\nConnection: close\r\n\r\nbody");
	cr_assert(strstr(f.answer, "HTTP/1.1 200 OK\r\n"));
	cr_assert(strstr(f.answer, "x-answer: 42\r\n"));
	cr_assert(strstr(f.answer, "POST|/a%20b|x=1&y|v|body|"), "got: %s",
		  f.answer);
}

Test(http, a_chunked_body_arrives_whole)
{
	talk(echo, "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
		   "Transfer-Encoding: chunked\r\n\r\n"
		   "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
	cr_assert(strstr(f.answer, "|abcde|"), "got: %s", f.answer);
}

Test(http, two_requests_on_one_connection_are_answered_in_order)
{
	const char *second;

	talk(echo, "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n"
		   "GET /2 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
	cr_assert_eq(f.calls, 2);
	second = strstr(f.answer, "GET|/2");
	cr_assert(second && strstr(f.answer, "GET|/1") < second);
}

Test(http, a_body_over_the_limit_gets_413_and_no_call)
{
	talk(echo, "POST / HTTP/1.1\r\nHost: h\r\n"
		   "Content-Length: 4097\r\n\r\n");
	cr_assert(strstr(f.answer, " 413 "), "got: %s", f.answer);
	cr_assert(strstr(f.answer, "\r\ncontent-type: application/json\r\n"));
	cr_assert(strstr(f.answer, "\r\n\r\n" TOO_LONG), "got: %s", f.answer);
	cr_assert_eq(f.calls, 0);
}

/* A client that sends all before it reads would see a reset, not the answer. */
Test(http, a_client_may_send_a_body_over_the_limit_to_its_end)
{
	static const char *const heads[] = {
		"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9000000\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
		"\r\n895440\r\n",
	};
	size_t size = 9000000 + 200;
	char *request = yh_zalloc(size);

	for (size_t i = 0; i < YH_ARRAY_LEN(heads); i++) {
		memset(request, 'x', size - 1);
		memcpy(request, heads[i], strlen(heads[i]));
		talk(echo, request);
		cr_assert(strstr(f.answer, " 413 "), "%zu got: %s", i,
			  f.answer);
		cr_assert(strstr(f.answer, TOO_LONG), "%zu got: %s", i,
			  f.answer);
		cr_assert_eq(f.sent, strlen(request), "%zu sent: %zd", i,
			     f.sent);
	}
	yh_free(request);
}

/* It sends for ever: the server's end does not wait for it. */
static void *sender(void *arg)
{
	static const char block[1 << 16];
	int fd = dial();

	(void)arg;
	if (write(fd, f.request, strlen(f.request)) > 0 &&
	    read(fd, f.answer, ANSWER_MAX - 1) > 0) {
		uv_async_send(&f.done);
		while (write(fd, block, sizeof(block)) > 0)
			f.calls++;
	}
	close(fd);

	return NULL;
}

Test(http, who_sends_on_after_413_is_cut_at_the_end, .timeout = 8)
{
	set_up(echo);
	f.request = "POST / HTTP/1.1\r\nHost: h\r\n"
		    "Content-Length: 99999999\r\n\r\n";
	pthread_create(&f.thread, NULL, sender, NULL);
	uv_run(&f.loop, UV_RUN_DEFAULT);
	pthread_join(f.thread, NULL);
	cr_assert(strstr(f.answer, " 413 "), "got: %s", f.answer);
	cr_assert_gt(f.calls, 1000, "it was not read on");
	cr_assert_eq(uv_loop_close(&f.loop), 0, "a handle was left");
}

Test(http, nonsense_gets_400_and_no_call)
{
	talk(echo, "NO SENSE AT ALL\r\n\r\n");
	cr_assert(strstr(f.answer, " 400 "), "got: %s", f.answer);
	cr_assert_eq(f.calls, 0);
}

Test(http, two_lengths_of_the_body_get_400_and_no_call)
{
	static const char *const requests[] = {
		"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n"
		"Content-Length: 4\r\nConnection: close\r\n\r\nabcd",
		"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n"
		"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
		"0\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: h\r\nHost: i\r\n"
		"Connection: close\r\n\r\n",
	};

	for (size_t i = 0; i < YH_ARRAY_LEN(requests); i++) {
		talk(echo, requests[i]);
		cr_assert(strstr(f.answer, " 400 "), "%zu got: %s", i,
			  f.answer);
		cr_assert_eq(f.calls, 0);
	}
}

Test(http, http2_is_not_spoken)
{
	talk(echo, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
	cr_assert(strstr(f.answer, " 400 "), "got: %s", f.answer);
}

Test(http, head_gets_the_length_but_no_body)
{
	talk(echo, "HEAD /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
	cr_assert(strcasestr(f.answer, "content-length: "));
	cr_assert_null(strstr(f.answer, "HEAD|"), "got: %s", f.answer);
}

static void stream(void *arg, struct yh_http_req *req)
{
	(void)arg;
	yh_http_begin(req, 200, "text/event-stream");
	cr_assert_eq(yh_http_send(req, "data: 1\n\n", 9), 0);
	cr_assert_eq(yh_http_send(req, "data: 2\n\n", 9), 0);
	yh_http_end(req);
}

Test(http, a_streamed_answer_comes_in_chunks)
{
	talk(stream, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
	cr_assert(strcasestr(f.answer, "transfer-encoding: chunked"));
	cr_assert(strstr(f.answer, "data: 1\n\ndata: 2\n\n"), "got: %s",
		  f.answer);
	cr_assert(strstr(f.answer, "\r\n0\r\n\r\n"));
}

static void flood(void *arg, struct yh_http_req *req)
{
	static char block[1 << 16];
	int err = 0;

	(void)arg;
	yh_http_begin(req, 200, "text/plain");
	for (int i = 0; i < 64 && !err; i++)
		err = yh_http_send(req, block, sizeof(block));
	cr_assert_eq(err, YH_ERR_QUEUE_FULL);
	yh_http_end(req);
}

Test(http, a_stream_that_nobody_reads_is_bounded)
{
	talk(flood, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
}

static void keep(void *arg, struct yh_http_req *req)
{
	(void)arg;
	f.kept = req;
	yh_http_close(f.http);
	f.http = NULL;
}

Test(http, closing_ends_a_request_that_is_never_answered)
{
	talk(keep, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
	cr_assert(strstr(f.answer, " 503 "), "got: %s", f.answer);
	yh_http_reply(f.kept, 200, "text/plain", "late", 4);
}

static void keep_stream(void *arg, struct yh_http_req *req)
{
	(void)arg;
	yh_http_begin(req, 200, "text/plain");
	f.kept = req;
	yh_http_close(f.http);
	f.http = NULL;
}

Test(http, closing_cuts_a_stream_that_does_not_end)
{
	talk(keep_stream, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
	cr_assert(strstr(f.answer, " 200 "));
	cr_assert_eq(yh_http_send(f.kept, "x", 1), -EPIPE);
	yh_http_end(f.kept);
}

Test(http, an_address_that_is_none_is_refused)
{
	static const char *const bad[] = {
		"",	"127.0.0.1",	 "127.0.0.1:", "127.0.0.1:65536",
		"x:80", "127.0.0.1:80x", "[::1:80"};
	uv_loop_t loop;

	uv_loop_init(&loop);
	for (size_t i = 0; i < YH_ARRAY_LEN(bad); i++) {
		struct yh_http_conf conf = {.addr = bad[i]};
		struct yh_http *http = NULL;

		cr_assert_eq(yh_http_open(&http, &loop, &conf, echo, NULL),
			     -EINVAL, "%s", bad[i]);
	}
	uv_loop_close(&loop);
}

Test(http, a_port_that_is_taken_is_refused_and_leaves_nothing)
{
	struct yh_http *second = NULL;
	struct yh_http_conf conf = {.max_body_bytes = 1};
	char addr[32];

	set_up(echo);
	snprintf(addr, sizeof(addr), "127.0.0.1:%u", f.port);
	conf.addr = addr;
	cr_assert_eq(yh_http_open(&second, &f.loop, &conf, echo, NULL),
		     -EADDRINUSE);
	on_done(&f.done);
	uv_run(&f.loop, UV_RUN_DEFAULT);
	cr_assert_eq(uv_loop_close(&f.loop), 0);
}
