/** @file policy.c  Dial policies, contract in policy.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "numbers.h"
#include "policy.h"

static const char *const names[] = {
#define POLICY(name, m, s, c, least, most, text) #name,
#include "policy.def"
#undef POLICY
};
enum { N = sizeof(names) / sizeof(names[0]) };
_Static_assert(sizeof(struct cmp_policy) == N * sizeof(int64_t),
	       "a policy is an array of its numbers");

const struct cmp_policy_field cmp_policy_fields[] = {
#define POLICY(name, m, s, c, least, most, text) {#name, text, least, most},
#include "policy.def"
#undef POLICY
};
const size_t cmp_policy_n = N;

static const struct cmp_policy presets[CMP_KINDS] = {
	[CMP_MARKETING] =
		{
#define POLICY(name, m, s, c, least, most, text) .name = m,
#include "policy.def"
#undef POLICY
		},
	[CMP_SERVICE] =
		{
#define POLICY(name, m, s, c, least, most, text) .name = s,
#include "policy.def"
#undef POLICY
		},
	[CMP_COLLECTION] =
		{
#define POLICY(name, m, s, c, least, most, text) .name = c,
#include "policy.def"
#undef POLICY
		},
};

const char *cmp_kind_name(enum cmp_kind kind)
{
	static const char *const kinds[CMP_KINDS] = {NULL, "marketing",
						     "service", "collection"};

	return kind > 0 && kind < CMP_KINDS ? kinds[kind] : NULL;
}

bool cmp_policy_preset(enum cmp_kind kind, struct cmp_policy *out)
{
	if (!cmp_kind_name(kind))
		return false;
	*out = presets[kind];

	return true;
}

const char *cmp_policy_fault(enum cmp_kind kind, const struct cmp_policy *p)
{
	const int64_t *v = (const int64_t *)p;

	if (!cmp_kind_name(kind))
		return "there is no such kind";
	for (size_t i = 0; i < N; i++)
		if (v[i] < cmp_policy_fields[i].least ||
		    v[i] > cmp_policy_fields[i].most)
			return cmp_policy_fields[i].name;
	if (p->call_from_min >= p->call_until_min)
		return "call_from_min must be before call_until_min";
	if (p->lunch_from_min > p->lunch_until_min)
		return "lunch_from_min must not be after lunch_until_min";
	if (kind != CMP_COLLECTION)
		return NULL;
	if (p->call_from_min < 8 * 60 || p->call_until_min > 22 * 60)
		return "collection stays within 08:00 to 22:00";
	if (p->connected_24h > 3 || p->unanswered_24h > 6)
		return "collection: at most 3 answered and 6 unanswered calls "
		       "a day";

	return NULL;
}

int cmp_policy_read(struct cmp_policy *p, const char *text)
{
	return cmp_numbers_read(names, N, (int64_t *)p, text);
}

void cmp_policy_print(const struct cmp_policy *p, char *out)
{
	/* It fits: 37 names of 20 characters and their numbers. */
	if (cmp_numbers_print(names, N, (const int64_t *)p, true, out,
			      CMP_POLICY_TEXT))
		*out = '\0';
}

/* The kind that a word is for: its own, or any; 0 = a name unknown. */
static bool is_for(enum cmp_kind kind, const char *word, size_t dot,
		   bool *known)
{
	bool yes = false;

	*known = false;
	for (int k = 1; k < CMP_KINDS; k++) {
		const char *name = cmp_kind_name((enum cmp_kind)k);

		if (strlen(name) == dot && !strncmp(word, name, dot)) {
			*known = true;
			yes = k == (int)kind;
		}
	}

	return yes;
}

int cmp_policy_adjust(enum cmp_kind kind, struct cmp_policy *p,
		      const char *list)
{
	struct cmp_policy ignored = {0};

	for (list += strspn(list, " ,"); *list; list += strspn(list, " ,")) {
		size_t len = strcspn(list, " ,");
		const char *dot = memchr(list, '.', len);
		const char *pair = dot ? dot + 1 : list;
		bool known = true, mine = true;
		char word[64];

		if (dot)
			mine = is_for(kind, list, (size_t)(dot - list), &known);
		if (!known ||
		    (size_t)snprintf(word, sizeof(word), "%.*s",
				     (int)(list + len - pair),
				     pair) >= sizeof(word) ||
		    cmp_policy_read(mine ? p : &ignored, word))
			return -EINVAL;
		list += len;
	}

	return 0;
}
