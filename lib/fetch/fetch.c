/** @file fetch.c  HTTP requests on the loop, contract in fetch.h */
#include "fetch/fetch.h"

#include <curl/curl.h>
#include <errno.h>
#include <string.h>

#include "base/mem.h"

enum { FIRST_BYTES = 16384 };

struct fetch {
	struct fetch *next;
	struct yh_fetcher *f;
	CURL *easy;
	struct curl_slist *headers;
	char *body;
	struct yh_fetched got;
	size_t room, max;
	int err; /* why the body was refused */
	yh_fetch_cb *cb;
	void *arg;
};

struct yh_fetcher {
	uv_loop_t *loop;
	CURLM *multi;
	uv_timer_t timer;
	struct fetch *all;
	unsigned n_handles; /* that are not closed */
};

/* A socket of libcurl's. */
struct watch {
	uv_poll_t poll;
	struct yh_fetcher *f;
	curl_socket_t fd;
};

/* ---- one request -----------------------------------------------------------
 */

static void free_fetch(struct fetch *t)
{
	if (t->easy)
		curl_easy_cleanup(t->easy);
	curl_slist_free_all(t->headers);
	yh_free(t->body);
	yh_free(t->got.body);
	yh_free(t);
}

static void finish(struct fetch *t, int err)
{
	struct fetch **at = &t->f->all;
	long status = 0;

	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	t->got.status = (int)status;
	curl_multi_remove_handle(t->f->multi, t->easy);
	t->cb(t->arg, err, err ? NULL : &t->got);
	free_fetch(t);
}

static int error_of(const struct fetch *t, CURLcode code)
{
	if (t->err)
		return t->err;
	switch (code) {
	case CURLE_OK:
		return 0;
	case CURLE_OPERATION_TIMEDOUT:
		return -ETIMEDOUT;
	case CURLE_OUT_OF_MEMORY:
		return -ENOMEM;
	case CURLE_FILESIZE_EXCEEDED:
		return -EMSGSIZE;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		return -ECONNREFUSED;
	default:
		return -EIO;
	}
}

static size_t on_body(char *data, size_t one, size_t n, void *arg)
{
	struct fetch *t = arg;
	struct yh_fetched *got = &t->got;
	uint8_t *body;
	size_t room;

	(void)one; /* always 1 */
	if (n > t->max - got->len) {
		t->err = -EMSGSIZE;
		return 0;
	}
	if (got->len + n + 1 > t->room) {
		room = 2 * (got->len + n) + FIRST_BYTES;
		body = yh_realloc(got->body, room);
		if (!body) {
			t->err = -ENOMEM;
			return 0;
		}
		got->body = body;
		t->room = room;
	}
	memcpy(got->body + got->len, data, n);
	got->len += n;
	got->body[got->len] = '\0';

	return n;
}

/* ---- libcurl and the loop --------------------------------------------------
 */

static void read_results(struct yh_fetcher *f)
{
	CURLMsg *msg;
	int left;

	while ((msg = curl_multi_info_read(f->multi, &left))) {
		struct fetch *t;

		if (msg->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE,
				  (char **)&t);
		finish(t, error_of(t, msg->data.result));
	}
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct watch *w = poll->data;
	struct yh_fetcher *f = w->f;
	int flags = status < 0 ? CURL_CSELECT_ERR : 0, running;

	if (events & UV_READABLE)
		flags |= CURL_CSELECT_IN;
	if (events & UV_WRITABLE)
		flags |= CURL_CSELECT_OUT;
	curl_multi_socket_action(f->multi, w->fd, flags, &running);
	read_results(f);
}

static void on_timeout(uv_timer_t *timer)
{
	struct yh_fetcher *f = timer->data;
	int running;

	curl_multi_socket_action(f->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	read_results(f);
}

static int on_timer(CURLM *multi, long ms, void *arg)
{
	struct yh_fetcher *f = arg;

	(void)multi;
	if (ms < 0)
		uv_timer_stop(&f->timer);
	else
		uv_timer_start(&f->timer, on_timeout, (uint64_t)ms, 0);

	return 0;
}

static void release(struct yh_fetcher *f)
{
	if (!--f->n_handles)
		yh_free(f);
}

static void on_watch_closed(uv_handle_t *h)
{
	struct watch *w = h->data;
	struct yh_fetcher *f = w->f;

	yh_free(w);
	release(f);
}

static struct watch *watch_create(struct yh_fetcher *f, curl_socket_t fd)
{
	struct watch *w = yh_zalloc(sizeof(*w));

	if (!w || uv_poll_init_socket(f->loop, &w->poll, fd)) {
		yh_free(w);
		return NULL;
	}
	w->poll.data = w;
	w->f = f;
	w->fd = fd;
	f->n_handles++;
	curl_multi_assign(f->multi, fd, w);

	return w;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg,
		     void *socket)
{
	struct yh_fetcher *f = arg;
	struct watch *w = socket;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (w)
			uv_close((uv_handle_t *)&w->poll, on_watch_closed);
		curl_multi_assign(f->multi, fd, NULL);
		return 0;
	}
	if (!w)
		w = watch_create(f, fd);
	if (!w)
		return -1;

	return uv_poll_start(&w->poll,
			     (what & CURL_POLL_IN ? UV_READABLE : 0) |
				     (what & CURL_POLL_OUT ? UV_WRITABLE : 0),
			     on_poll);
}

/* ---- sending ---------------------------------------------------------------
 */

static int add_headers(struct fetch *t, const struct yh_fetch *req)
{
	for (size_t i = 0; i < req->n_headers; i++) {
		struct curl_slist *more =
			curl_slist_append(t->headers, req->headers[i]);

		if (!more)
			return -ENOMEM;
		t->headers = more;
	}

	return 0;
}

static int set_options(struct fetch *t, const struct yh_fetch *req)
{
	CURL *e = t->easy;

	curl_easy_setopt(e, CURLOPT_PRIVATE, t);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, t->headers);
	curl_easy_setopt(e, CURLOPT_POST, 1L);
	curl_easy_setopt(e, CURLOPT_POSTFIELDS, t->body);
	curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)req->len);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)req->connect_ms);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)req->timeout_ms);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_PROXY, "");
	curl_easy_setopt(e, CURLOPT_USERAGENT, "yinhu");
	curl_easy_setopt(e, CURLOPT_MAXFILESIZE_LARGE,
			 (curl_off_t)req->max_bytes);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
	if (req->ca_file && req->ca_file[0])
		curl_easy_setopt(e, CURLOPT_CAINFO, req->ca_file);

	return curl_easy_setopt(e, CURLOPT_URL, req->url) ? -ENOMEM : 0;
}

int yh_fetch_post(struct yh_fetcher *f, const struct yh_fetch *req,
		  yh_fetch_cb *cb, void *arg)
{
	struct fetch *t = yh_zalloc(sizeof(*t));
	int err;

	if (!t)
		return -ENOMEM;
	t->f = f;
	t->cb = cb;
	t->arg = arg;
	t->max = req->max_bytes;
	t->easy = curl_easy_init();
	t->body = yh_strndup(req->body, req->len);
	err = t->easy && t->body ? add_headers(t, req) : -ENOMEM;
	if (!err)
		err = set_options(t, req);
	if (!err && curl_multi_add_handle(f->multi, t->easy))
		err = -EINVAL;
	if (err) {
		free_fetch(t);
		return err;
	}
	t->next = f->all;
	f->all = t;

	return 0;
}

/* ---- life cycle ------------------------------------------------------------
 */

int yh_fetcher_open(struct yh_fetcher **out, uv_loop_t *loop)
{
	struct yh_fetcher *f = yh_zalloc(sizeof(*f));

	if (!f)
		return -ENOMEM;
	f->multi = curl_global_init(CURL_GLOBAL_DEFAULT) ? NULL
							 : curl_multi_init();
	if (!f->multi) {
		yh_free(f);
		return -ENOMEM;
	}
	f->loop = loop;
	uv_timer_init(loop, &f->timer);
	f->timer.data = f;
	f->n_handles = 1;
	curl_multi_setopt(f->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(f->multi, CURLMOPT_SOCKETDATA, f);
	curl_multi_setopt(f->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(f->multi, CURLMOPT_TIMERDATA, f);
	*out = f;

	return 0;
}

static void on_timer_closed(uv_handle_t *h)
{
	release(h->data);
}

void yh_fetcher_close(struct yh_fetcher *f)
{
	if (!f)
		return;
	while (f->all)
		finish(f->all, -ECANCELED);
	curl_multi_cleanup(f->multi);
	curl_global_cleanup();
	uv_close((uv_handle_t *)&f->timer, on_timer_closed);
}
