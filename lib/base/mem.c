/** @file mem.c  Allocation, contract in mem.h */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static _Thread_local long fail_after = -1;

static int must_fail(void)
{
	if (fail_after < 0)
		return 0;

	return fail_after-- == 0;
}

void yh_mem_fail_after(long n)
{
	fail_after = n;
}

void *yh_zalloc(size_t size)
{
	if (must_fail())
		return NULL;

	return calloc(1, size ? size : 1);
}

void *yh_calloc(size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		return NULL;

	return yh_zalloc(n * size);
}

void *yh_realloc(void *p, size_t size)
{
	if (must_fail())
		return NULL;

	return realloc(p, size ? size : 1);
}

char *yh_strndup(const char *s, size_t n)
{
	char *p = yh_zalloc(n + 1);

	if (p && n)
		memcpy(p, s, n);

	return p;
}

char *yh_strdup(const char *s)
{
	return s ? yh_strndup(s, strlen(s)) : NULL;
}

char *yh_asprintf(const char *fmt, ...)
{
	va_list ap, again;
	char *p = NULL;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n >= 0)
		p = yh_zalloc((size_t)n + 1);
	if (p)
		vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	va_end(ap);

	return p;
}

void yh_free(void *p)
{
	free(p);
}
