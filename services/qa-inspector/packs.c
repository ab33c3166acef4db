/** @file packs.c  Packs in force together, contract in packs.h */
#include "packs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

struct qa_packs *qa_packs_create(void)
{
	struct qa_packs *p = yh_zalloc(sizeof(*p));

	if (p)
		p->refs = 1;

	return p;
}

int qa_packs_add(struct qa_packs *p, const char *name, const char *sha256)
{
	const char *label = strchr(name, '/');
	char *text;

	if (p->n == QA_MAX_IN_FORCE)
		return -ENOSPC;
	text = yh_asprintf("%s\n%s\n%s", p->digest, name, sha256);
	p->list[p->n].label = yh_strdup(label ? label + 1 : name);
	if (!text || !p->list[p->n].label ||
	    yh_sha256_hex(text, strlen(text), p->digest)) {
		yh_free(text);
		yh_free((char *)p->list[p->n].label);
		return -ENOMEM;
	}
	yh_free(text);
	p->n++;

	return 0;
}

int qa_packs_reuse(struct qa_packs *p, const struct qa_packs *from)
{
	for (size_t i = 0; i < p->n; i++) {
		for (size_t k = 0; k < from->n; k++) {
			if (strcmp(p->list[i].label, from->list[k].label) != 0)
				continue;
			p->list[i].source = yh_strdup(from->list[k].source);
			if (!p->list[i].source)
				return -ENOMEM;
		}
	}

	return 0;
}

size_t qa_packs_missing(const struct qa_packs *p)
{
	size_t i = 0;

	while (i < p->n && p->list[i].source)
		i++;

	return i;
}

struct qa_packs *qa_packs_ref(struct qa_packs *p)
{
	p->refs++;

	return p;
}

void qa_packs_unref(struct qa_packs *p)
{
	if (!p || --p->refs)
		return;
	for (size_t i = 0; i < p->n; i++) {
		yh_free((char *)p->list[i].label);
		yh_free((char *)p->list[i].source);
	}
	yh_free(p);
}
