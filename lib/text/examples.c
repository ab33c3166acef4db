/** @file examples.c  Sentences with their intents, contract in examples.h */
#include "text/examples.h"

#include <errno.h>

#include "base/mem.h"

int yh_examples_init(struct yh_examples *e, size_t most)
{
	size_t size = 64;

	while (size < 2 * most)
		size *= 2;
	e->mask = size - 1;
	e->by_hash = yh_calloc(size, sizeof(*e->by_hash));
	e->list = yh_calloc(most, sizeof(*e->list));

	return e->by_hash && e->list ? 0 : -ENOMEM;
}

void yh_examples_fini(struct yh_examples *e)
{
	for (size_t i = 0; i < e->n; i++)
		yh_free(e->list[i].x);
	yh_free(e->list);
	yh_free(e->by_hash);
}

uint64_t yh_example_hash(const char *sentence)
{
	uint64_t h = 14695981039346656037u;

	while (*sentence)
		h = (h ^ (unsigned char)*sentence++) * 1099511628211u;

	return h;
}

struct yh_example *yh_examples_find(const struct yh_examples *e, uint64_t hash)
{
	for (size_t i = hash & e->mask; e->by_hash[i]; i = (i + 1) & e->mask)
		if (e->list[e->by_hash[i] - 1].hash == hash)
			return &e->list[e->by_hash[i] - 1];

	return NULL;
}

void yh_examples_add(struct yh_examples *e, uint64_t hash, unsigned intent)
{
	size_t i = hash & e->mask;

	while (e->by_hash[i])
		i = (i + 1) & e->mask;
	e->list[e->n].hash = hash;
	e->list[e->n].intent = intent;
	e->by_hash[i] = ++e->n;
}
