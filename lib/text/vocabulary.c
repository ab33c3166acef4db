/** @file vocabulary.c  Features by number, contract in vocabulary.h */
#include "text/vocabulary.h"

#include <errno.h>
#include <math.h>

#include "base/mem.h"

int yh_vocabulary_init(struct yh_vocabulary *v, size_t most)
{
	size_t size = 1024;

	while (size < 2 * most)
		size *= 2;
	v->mask = size - 1;
	v->most = (int)most;
	v->keys = yh_calloc(size, sizeof(*v->keys));
	v->index = yh_calloc(size, sizeof(*v->index));
	v->weight = yh_calloc(most + 1, sizeof(*v->weight));

	return v->keys && v->index && v->weight ? 0 : -ENOMEM;
}

void yh_vocabulary_fini(struct yh_vocabulary *v)
{
	yh_free(v->keys);
	yh_free(v->index);
	yh_free(v->weight);
}

static size_t place(const struct yh_vocabulary *v, uint64_t key)
{
	size_t i = key & v->mask;

	while (v->keys[i] && v->keys[i] != key)
		i = (i + 1) & v->mask;

	return i;
}

int yh_vocabulary_find(const struct yh_vocabulary *v, uint64_t key)
{
	size_t i = place(v, key);

	return v->keys[i] ? v->index[i] : 0;
}

/* @return Its number, 0 = there is no more room */
static int find_or_add(struct yh_vocabulary *v, uint64_t key)
{
	size_t i = place(v, key);

	if (!v->keys[i] && v->n == v->most)
		return 0;
	if (!v->keys[i]) {
		v->keys[i] = key;
		v->index[i] = ++v->n;
	}

	return v->index[i];
}

void yh_vocabulary_count(struct yh_vocabulary *v, uint64_t key)
{
	v->weight[find_or_add(v, key)]++;
}

void yh_vocabulary_weigh(struct yh_vocabulary *v, size_t sentences)
{
	for (int i = 1; i <= v->n; i++)
		v->weight[i] = (float)(log((1 + (double)sentences) /
					   (1 + (double)v->weight[i])) +
				       1);
}
