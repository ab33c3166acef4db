/** @file dialect.c  Choice of the dialect, contract in dialect.h */
#include <string.h>
#include <strings.h>

#include "dialect.h"

/* Length of the longest region that the call's begins with, or 0. */
static size_t match(const struct asr_dialect *d, const char *region)
{
	size_t best = 0;

	for (size_t i = 0; i < d->n_regions; i++) {
		size_t n = strlen(d->regions[i]);

		if (n > best && !strncmp(region, d->regions[i], n))
			best = n;
	}

	return best;
}

static bool speaks(const struct asr_dialect *d, const char *language)
{
	if (!strcasecmp(d->name, language))
		return true;
	for (size_t i = 0; i < d->n_regions; i++) {
		if (!strcasecmp(d->regions[i], language))
			return true;
	}

	return false;
}

static unsigned choose(const struct asr_dialect *list, size_t n,
		       const char *region, const char *language)
{
	size_t longest = 0;
	unsigned best = 0;

	for (unsigned i = 0; i < n; i++) {
		size_t len = match(&list[i], region);

		if (len > longest) {
			longest = len;
			best = i;
		}
	}
	for (unsigned i = 0; i < n && !longest; i++) {
		if (speaks(&list[i], language))
			return i;
	}

	return best;
}

void asr_dialect_begin(struct asr_dialect_state *s,
		       const struct asr_dialect *list, size_t n,
		       const char *region, const char *language)
{
	*s = (struct asr_dialect_state){0};
	s->now = choose(list, n, region, language);
	s->tried = (uint32_t)1 << s->now;
}

bool asr_dialect_heard(struct asr_dialect_state *s, size_t n, bool low)
{
	if (!low) {
		s->low = 0;
		return false;
	}
	if (++s->low < ASR_DIALECT_LOW || n < 2)
		return false;
	s->low = 0;
	for (unsigned i = 0; i < n; i++) {
		if (s->tried >> i & 1)
			continue;
		s->tried |= (uint32_t)1 << i;
		s->now = i;
		return true;
	}

	return false;
}
