/**
 * @file examples.h  Sentences whose intent is given, found word for word. Pure.
 */
#ifndef YH_EXAMPLES_H
#define YH_EXAMPLES_H

#include <stddef.h>
#include <stdint.h>

struct feature_node; /* liblinear's */

struct yh_example {
	uint64_t hash; /**< Of the normalised sentence */
	unsigned intent;
	unsigned n;
	struct feature_node *x; /**< Heap, n + 1 nodes, the last index is -1 */
};

struct yh_examples {
	struct yh_example *list; /**< In the order of coming, shape (n) */
	size_t n;
	size_t *by_hash; /**< Open addressing, place in list + 1; 0 = free */
	size_t mask;
};

/** @param most Examples that it will hold
 * @return 0, -ENOMEM; yh_examples_fini in both cases */
int yh_examples_init(struct yh_examples *e, size_t most);
void yh_examples_fini(struct yh_examples *e);

uint64_t yh_example_hash(const char *sentence);
/** @return The example with this hash, NULL = there is none */
struct yh_example *yh_examples_find(const struct yh_examples *e, uint64_t hash);
/** Add one that is not there. */
void yh_examples_add(struct yh_examples *e, uint64_t hash, unsigned intent);

#endif
