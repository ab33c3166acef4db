/** @file link.c  TCP or TLS to a server, contract in link.h */
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "ws/link.h"

struct yh_link {
	uv_tcp_t tcp;
	uv_getaddrinfo_t lookup;
	uv_connect_t connect;
	struct yh_link_cb cb;
	SSL *ssl;	/* NULL: plain */
	BIO *in, *out;	/* of ssl: from and to the network */
	unsigned under; /* requests whose callback will come */
	bool closed, gone, up, down;
	bool deaf; /* the other side reads no more */
	uint8_t buf[16384];
};

struct write {
	uv_write_t req;
	uint8_t data[];
};

/* Free when neither libuv nor the owner needs it. */
static void drop(struct yh_link *l)
{
	if (!l->closed || !l->gone || l->under)
		return;
	SSL_free(l->ssl); /* and its BIOs */
	yh_free(l);
}

static void go_down(struct yh_link *l, int err)
{
	if (l->closed || l->down)
		return;
	l->down = true;
	l->cb.down(l->cb.arg, err);
}

/* ---- sending ------------------------------------------------------------- */

static void on_written(uv_write_t *req, int err)
{
	struct yh_link *l = req->data;

	yh_free(req); /* first member of its struct write */
	l->under--;
	/* What it said before it went may wait to be read, and reading tells
	 * the end. */
	l->deaf = l->deaf || err;
	drop(l);
}

static int write_raw(struct yh_link *l, const void *data, size_t n)
{
	struct write *w = yh_zalloc(sizeof(*w) + n);
	uv_buf_t buf;
	int err;

	if (!w)
		return -ENOMEM;
	memcpy(w->data, data, n);
	w->req.data = l;
	buf = uv_buf_init((char *)w->data, (unsigned)n);
	err = uv_write(&w->req, (uv_stream_t *)&l->tcp, &buf, 1, on_written);
	if (err)
		yh_free(w);
	else
		l->under++;

	return err;
}

/* What TLS wants on the network. */
static int flush_tls(struct yh_link *l)
{
	uint8_t data[4096];
	int n, err = 0;

	while (!err && (n = BIO_read(l->out, data, sizeof(data))) > 0)
		err = write_raw(l, data, (size_t)n);

	return err;
}

int yh_link_send(struct yh_link *l, const void *data, size_t n)
{
	if (!l->up || l->down)
		return -ENOTCONN;
	if (!n || l->deaf)
		return 0;
	if (!l->ssl)
		return write_raw(l, data, n);
	if (SSL_write(l->ssl, data, (int)n) <= 0)
		return -EIO;

	return flush_tls(l);
}

size_t yh_link_queued(const struct yh_link *l)
{
	return uv_stream_get_write_queue_size((const uv_stream_t *)&l->tcp);
}

/* ---- receiving ----------------------------------------------------------- */

static void is_up(struct yh_link *l)
{
	l->up = true;
	l->cb.up(l->cb.arg);
}

/* @return 0, -EPROTO (also: a certificate that is not trusted) */
static int step_tls(struct yh_link *l)
{
	uint8_t data[4096];
	int n;

	if (!l->up) {
		n = SSL_do_handshake(l->ssl);
		if (n != 1 && SSL_get_error(l->ssl, n) != SSL_ERROR_WANT_READ) {
			(void)flush_tls(l); /* the alert */
			return -EPROTO;
		}
		if (flush_tls(l))
			return -EIO;
		if (n == 1)
			is_up(l);
	}
	while (l->up && !l->closed &&
	       (n = SSL_read(l->ssl, data, sizeof(data))) > 0)
		l->cb.data(l->cb.arg, data, (size_t)n);

	return l->closed ? 0 : flush_tls(l);
}

static void on_alloc(uv_handle_t *h, size_t size, uv_buf_t *buf)
{
	struct yh_link *l = h->data;

	(void)size;
	*buf = uv_buf_init((char *)l->buf, sizeof(l->buf));
}

/* `under` keeps the link while its owner is called. */
static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct yh_link *l = stream->data;
	int err = 0;

	l->under++;
	if (n < 0) {
		go_down(l, n == UV_EOF ? 0 : (int)n);
	} else if (n > 0 && l->ssl) {
		if (BIO_write(l->in, buf->base, (int)n) != n)
			err = -ENOMEM;
		err = err ? err : step_tls(l);
		if (err)
			go_down(l, err);
	} else if (n > 0) {
		l->cb.data(l->cb.arg, (const uint8_t *)buf->base, (size_t)n);
	}
	l->under--;
	drop(l);
}

/* ---- connecting ---------------------------------------------------------- */

static void on_connected(uv_connect_t *req, int err)
{
	struct yh_link *l = req->data;

	if (!l->closed && !err) {
		uv_tcp_nodelay(&l->tcp, 1);
		err = uv_read_start((uv_stream_t *)&l->tcp, on_alloc, on_read);
		if (!err && l->ssl)
			err = step_tls(l);
		else if (!err)
			is_up(l);
	}
	l->under--;
	if (err)
		go_down(l, err);
	drop(l);
}

static int begin(struct yh_link *l, const struct sockaddr *addr)
{
	int err;

	l->connect.data = l;
	err = uv_tcp_connect(&l->connect, &l->tcp, addr, on_connected);
	if (!err)
		l->under++;

	return err;
}

static void on_looked_up(uv_getaddrinfo_t *req, int err, struct addrinfo *res)
{
	struct yh_link *l = req->data;

	if (!l->closed && !err)
		err = begin(l, res->ai_addr);
	uv_freeaddrinfo(res);
	l->under--;
	if (err)
		go_down(l, err);
	drop(l);
}

static int look_up(struct yh_link *l, uv_loop_t *loop, const char *host,
		   const char *port)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	int err;

	l->lookup.data = l;
	err = uv_getaddrinfo(loop, &l->lookup, on_looked_up, host, port,
			     &hints);
	if (!err)
		l->under++;

	return err;
}

static int open_tls(struct yh_link *l, SSL_CTX *tls, const char *host)
{
	struct in6_addr ip;
	X509_VERIFY_PARAM *param;
	bool is_ip = inet_pton(AF_INET, host, &ip) == 1 ||
		     inet_pton(AF_INET6, host, &ip) == 1;

	l->ssl = SSL_new(tls);
	l->in = BIO_new(BIO_s_mem());
	l->out = BIO_new(BIO_s_mem());
	if (!l->ssl || !l->in || !l->out) {
		BIO_free(l->in);
		BIO_free(l->out);
		return -ENOMEM;
	}
	SSL_set_bio(l->ssl, l->in, l->out);
	SSL_set_connect_state(l->ssl);
	param = SSL_get0_param(l->ssl);
	if (is_ip)
		return X509_VERIFY_PARAM_set1_ip_asc(param, host) == 1
			       ? 0
			       : -EINVAL;
	if (SSL_set1_host(l->ssl, host) != 1 ||
	    SSL_set_tlsext_host_name(l->ssl, host) != 1)
		return -EINVAL;

	return 0;
}

/* ---- life cycle ---------------------------------------------------------- */

static void on_gone(uv_handle_t *h)
{
	struct yh_link *l = h->data;

	l->gone = true;
	drop(l);
}

void yh_link_close(struct yh_link *l)
{
	if (!l)
		return;
	if (l->ssl && l->up && !l->down) {
		(void)SSL_shutdown(l->ssl);
		(void)flush_tls(l);
	}
	l->closed = true;
	uv_close((uv_handle_t *)&l->tcp, on_gone);
}

int yh_link_open(struct yh_link **out, uv_loop_t *loop, const char *host,
		 const char *port, SSL_CTX *tls, const struct yh_link_cb *cb)
{
	struct yh_link *l = yh_zalloc(sizeof(*l));
	int err;

	if (!l)
		return -ENOMEM;
	l->cb = *cb;
	err = uv_tcp_init(loop, &l->tcp);
	if (err) {
		yh_free(l);
		return err;
	}
	l->tcp.data = l;
	if (tls)
		err = open_tls(l, tls, host);
	if (!err)
		err = look_up(l, loop, host, port);
	if (err) {
		yh_link_close(l);
		return err;
	}
	*out = l;

	return 0;
}
