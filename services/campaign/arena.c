/** @file arena.c  Memory of one request, contract in arena.h */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "base/log.h"
#include "base/mem.h"
#include "crypto/crypto.h"

enum { CHUNK = 8192, ALIGN = 16 };

struct cmp_chunk {
	struct cmp_chunk *next;
	size_t used, size;
	_Alignas(ALIGN) char data[];
};

void *cmp_alloc(struct cmp_arena *a, size_t size)
{
	struct cmp_chunk *c = a->chunks;
	void *p;

	size = (size + ALIGN - 1) / ALIGN * ALIGN;
	if (!c || c->size - c->used < size) {
		size_t room = size > CHUNK ? size : CHUNK;

		c = yh_zalloc(sizeof(*c) + room);
		if (!c) {
			yh_error("memory.out", "bytes=%zu", room);
			abort();
		}
		c->size = room;
		/* A big block goes behind the one that still has room. */
		if (a->chunks && size > CHUNK) {
			c->next = a->chunks->next;
			a->chunks->next = c;
		} else {
			c->next = a->chunks;
			a->chunks = c;
		}
	}
	p = c->data + c->used;
	c->used += size;

	return p;
}

char *cmp_strndup(struct cmp_arena *a, const char *s, size_t n)
{
	char *p = cmp_alloc(a, n + 1);

	if (n)
		memcpy(p, s, n);

	return p;
}

char *cmp_strdup(struct cmp_arena *a, const char *s)
{
	return cmp_strndup(a, s, strlen(s));
}

char *cmp_fmt(struct cmp_arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	p = cmp_alloc(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	va_end(ap);

	return p;
}

char *cmp_bytea(struct cmp_arena *a, const void *data, size_t len)
{
	char *p = cmp_alloc(a, 2 * len + 3);

	memcpy(p, "\\x", 2);
	yh_hex(data, len, p + 2);

	return p;
}

char *cmp_array(struct cmp_arena *a, const char *const *items, size_t n)
{
	size_t size = 3;
	char *out, *p;

	for (size_t i = 0; i < n; i++)
		size += items[i] ? 2 * strlen(items[i]) + 3 : 5;
	out = p = cmp_alloc(a, size);
	*p++ = '{';
	for (size_t i = 0; i < n; i++) {
		if (i)
			*p++ = ',';
		if (!items[i]) {
			p = stpcpy(p, "NULL");
			continue;
		}
		*p++ = '"';
		for (const char *s = items[i]; *s; s++) {
			if (*s == '"' || *s == '\\')
				*p++ = '\\';
			*p++ = *s;
		}
		*p++ = '"';
	}
	*p = '}';

	return out;
}

void cmp_arena_fini(struct cmp_arena *a)
{
	while (a->chunks) {
		struct cmp_chunk *c = a->chunks;

		a->chunks = c->next;
		yh_wipe_free(c, sizeof(*c) + c->size);
	}
}
