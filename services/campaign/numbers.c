/** @file numbers.c  Named numbers, contract in numbers.h */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"

static int64_t *find(const char *const *names, size_t n, int64_t *values,
		     const char *name, size_t len)
{
	for (size_t i = 0; i < n; i++)
		if (!strncmp(names[i], name, len) && !names[i][len])
			return &values[i];

	return NULL;
}

int cmp_numbers_read(const char *const *names, size_t n, int64_t *values,
		     const char *text)
{
	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		size_t len = strcspn(text, "= ");
		int64_t *v = find(names, n, values, text, len);
		char *end;

		if (!v || text[len] != '=' || text[len + 1] == ' ')
			return -EINVAL;
		errno = 0;
		*v = strtoll(text + len + 1, &end, 10);
		if (errno || end == text + len + 1 || (*end && *end != ' '))
			return -EINVAL;
		text = end;
	}

	return 0;
}

int cmp_numbers_print(const char *const *names, size_t n, const int64_t *values,
		      bool zeros, char *out, size_t size)
{
	size_t used = 0;

	if (!size)
		return -ENOSPC;
	*out = '\0';
	for (size_t i = 0; i < n; i++) {
		int k;

		if (!values[i] && !zeros)
			continue;
		k = snprintf(out + used, size - used, "%s%s=%" PRId64,
			     used ? " " : "", names[i], values[i]);
		if (k < 0 || (size_t)k >= size - used)
			return -ENOSPC;
		used += (size_t)k;
	}

	return 0;
}
