/** @file understanding.c  Contract in understanding.h */
#include "text/understanding.h"

#include <stdio.h>

int yh_understanding_load(struct yh_understanding *u, const char *general,
			  const char *corpus, const char *concepts, char *error,
			  size_t size)
{
	const struct yh_intents *sets[2];
	int err;

	*u = (struct yh_understanding){0};
	err = yh_intents_load(&u->general, general, error, size);
	if (!err)
		err = yh_intents_load(&u->corpus, corpus, error, size);
	if (!err)
		err = yh_concepts_load(&u->concepts, concepts, error, size);
	if (err)
		return err;
	sets[0] = u->corpus;
	sets[1] = u->general;
	err = yh_classifier_create(&u->base, u->concepts, sets, 2);
	if (err)
		snprintf(error, size, "the intents cannot be learnt");

	return err;
}

void yh_understanding_close(struct yh_understanding *u)
{
	yh_classifier_destroy(u->base);
	yh_intents_destroy(u->general);
	yh_intents_destroy(u->corpus);
	yh_intents_destroy(u->concepts);
	*u = (struct yh_understanding){0};
}
