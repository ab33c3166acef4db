/** @file handshake.c  Client's handshake, contract in handshake.h */
#include <ctype.h>
#include <errno.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "ws/handshake.h"

/* ---- URL ----------------------------------------------------------------- */

static int copy(char *to, size_t size, const char *from, size_t n)
{
	if (!n || n >= size)
		return -EINVAL;
	memcpy(to, from, n);
	to[n] = '\0';

	return 0;
}

static int read_port(const char *at, const char *end, struct yh_ws_url *out)
{
	if (at == end)
		return copy(out->port, sizeof(out->port),
			    out->tls ? "443" : "80", out->tls ? 3 : 2);
	if (*at++ != ':' || strspn(at, "0123456789") < (size_t)(end - at))
		return -EINVAL;

	return copy(out->port, sizeof(out->port), at, (size_t)(end - at));
}

static int read_host(const char *at, const char *end, struct yh_ws_url *out)
{
	const char *stop = at;

	if (*at == '[') { /* an IPv6 address */
		stop = memchr(at, ']', (size_t)(end - at));
		if (!stop || copy(out->host, sizeof(out->host), at + 1,
				  (size_t)(stop - at - 1)))
			return -EINVAL;
		return read_port(stop + 1, end, out);
	}
	while (stop < end && *stop != ':')
		stop++;
	if (memchr(at, '@', (size_t)(end - at)) ||
	    copy(out->host, sizeof(out->host), at, (size_t)(stop - at)))
		return -EINVAL;

	return read_port(stop, end, out);
}

int yh_ws_url_read(const char *text, struct yh_ws_url *out)
{
	const char *at, *path;

	for (const char *p = text; *p; p++) {
		if ((unsigned char)*p <= ' ' || *p == 0x7f || *p == '#')
			return -EINVAL;
	}
	*out = (struct yh_ws_url){.tls = !strncmp(text, "wss://", 6)};
	if (!out->tls && strncmp(text, "ws://", 5))
		return -EINVAL;
	at = text + (out->tls ? 6 : 5);
	path = at + strcspn(at, "/?");
	if (strlen(path) + 2 > sizeof(out->path))
		return -EINVAL;
	snprintf(out->path, sizeof(out->path), "%s%s", *path == '/' ? "" : "/",
		 path);

	return read_host(at, path, out);
}

/* ---- request ------------------------------------------------------------- */

int yh_ws_key(char key[YH_WS_KEY])
{
	unsigned char raw[16];

	if (RAND_bytes(raw, sizeof(raw)) != 1)
		return -EIO;
	EVP_EncodeBlock((unsigned char *)key, raw, sizeof(raw));

	return 0;
}

int yh_ws_accept(const char *key, char accept[YH_WS_ACCEPT])
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	char text[128];

	snprintf(text, sizeof(text), "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
		 key);
	if (EVP_Digest(text, strlen(text), sum, &n, EVP_sha1(), NULL) != 1)
		return -EIO;
	EVP_EncodeBlock((unsigned char *)accept, sum, (int)n);

	return 0;
}

char *yh_ws_request(const struct yh_ws_url *url, const char *key,
		    const char *protocol)
{
	bool v6 = strchr(url->host, ':');

	return yh_asprintf("GET %s HTTP/1.1\r\nHost: %s%s%s:%s\r\n"
			   "Upgrade: websocket\r\nConnection: Upgrade\r\n"
			   "Sec-WebSocket-Key: %s\r\n"
			   "Sec-WebSocket-Version: 13\r\n%s%s%s\r\n",
			   url->path, v6 ? "[" : "", url->host, v6 ? "]" : "",
			   url->port, key,
			   protocol ? "Sec-WebSocket-Protocol: " : "",
			   protocol ? protocol : "", protocol ? "\r\n" : "");
}

/* ---- response ------------------------------------------------------------ */

/* The value of a header, trimmed; NULL when it is not there. */
static const char *header(const char *head, const char *name, size_t *n)
{
	size_t len = strlen(name);

	for (const char *at = strstr(head, "\r\n"); at && at[2] != '\r';
	     at = strstr(at + 2, "\r\n")) {
		const char *v = at + 2, *end = strstr(v, "\r\n");

		if (strncasecmp(v, name, len) || v[len] != ':')
			continue;
		v += len + 1;
		v += strspn(v, " \t");
		while (end > v && (end[-1] == ' ' || end[-1] == '\t'))
			end--;
		*n = (size_t)(end - v);
		return v;
	}

	return NULL;
}

static bool is(const char *head, const char *name, const char *want)
{
	size_t n = 0;
	const char *v = header(head, name, &n);

	return v && n == strlen(want) && !strncasecmp(v, want, n);
}

/* "Connection: keep-alive, Upgrade" has it too. */
static bool upgrades(const char *head)
{
	size_t n = 0;
	const char *v = header(head, "Connection", &n);

	for (; v && n >= 7; v++, n--) {
		if (!strncasecmp(v, "upgrade", 7))
			return true;
	}

	return false;
}

static int check(const char *head, const char *key, const char *protocol)
{
	char accept[YH_WS_ACCEPT];
	size_t n = 0;
	const char *v;

	if (strncmp(head, "HTTP/1.1 ", 9))
		return -EPROTO;
	if (strncmp(head + 9, "101", 3) || isdigit((unsigned char)head[12]))
		return -ECONNREFUSED;
	v = header(head, "Sec-WebSocket-Accept", &n);
	if (yh_ws_accept(key, accept) || !v || n != strlen(accept) ||
	    memcmp(v, accept, n) || !is(head, "Upgrade", "websocket") ||
	    !upgrades(head))
		return -EPROTO;
	if (header(head, "Sec-WebSocket-Extensions", &n))
		return -EPROTO; /* none was offered */
	if (header(head, "Sec-WebSocket-Protocol", &n) &&
	    (!protocol || !is(head, "Sec-WebSocket-Protocol", protocol)))
		return -EPROTO;

	return 0;
}

int yh_ws_response(const char *head, size_t n, const char *key,
		   const char *protocol, size_t *used)
{
	const char *end = memmem(head, n, "\r\n\r\n", 4);
	char *text;
	int err;

	if (!end)
		return n < YH_WS_HEAD_MAX ? -EAGAIN : -EMSGSIZE;
	*used = (size_t)(end - head) + 4;
	if (*used > YH_WS_HEAD_MAX)
		return -EMSGSIZE;
	if (memchr(head, '\0', *used))
		return -EPROTO;
	text = yh_strndup(head, *used);
	if (!text)
		return -ENOMEM;
	err = check(text, key, protocol);
	yh_free(text);

	return err;
}
