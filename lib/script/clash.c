/** @file clash.c  Intents that cannot be told apart, contract in play.h */
#include <string.h>

#include "script/play.h"

/* Nearly the same: so much of their characters in a row of two is shared. */
static const double NEARLY = 0.85;

enum { MAX_CHARS = 64 };

/* Characters as numbers. @return how many */
static unsigned chars_of(const char *text, unsigned *out)
{
	unsigned n = 0;

	while (*text && n < MAX_CHARS) {
		unsigned c = (unsigned char)*text++;

		while (((unsigned char)*text & 0xc0) == 0x80)
			c = c << 8 | (unsigned char)*text++;
		out[n++] = c;
	}

	return n;
}

/* Jaccard's index of the pairs of neighbours. */
static double alike(const unsigned *a, unsigned na, const unsigned *b,
		    unsigned nb)
{
	unsigned shared = 0;

	if (na < 3 || nb < 3) /* short ones must be the same */
		return na == nb && !memcmp(a, b, na * sizeof(*a));
	for (unsigned i = 0; i + 1 < na; i++)
		for (unsigned k = 0; k + 1 < nb; k++)
			if (a[i] == b[k] && a[i + 1] == b[k + 1]) {
				shared++;
				break;
			}

	return (double)shared / (na + nb - 2 - shared);
}

struct pair_job {
	void (*tell)(void *, const char *, const char *, const char *,
		     const char *);
	void *arg;
	unsigned n;
};

static void compare(struct pair_job *job, const struct yh_intent *a,
		    const struct yh_intent *b)
{
	for (unsigned i = 0; i < a->n_examples; i++) {
		unsigned x[MAX_CHARS], y[MAX_CHARS];
		char text[YH_SENTENCE_MAX];
		unsigned nx, ny;

		yh_sentence_normalise(a->examples[i], text, sizeof(text));
		nx = chars_of(text, x);
		for (unsigned k = 0; k < b->n_examples; k++) {
			yh_sentence_normalise(b->examples[k], text,
					      sizeof(text));
			ny = chars_of(text, y);
			if (alike(x, nx, y, ny) < NEARLY)
				continue;
			job->n++;
			job->tell(job->arg, a->id, a->examples[i], b->id,
				  b->examples[k]);
		}
	}
}

unsigned yh_script_clashes(const struct yh_intents *const *sets, unsigned n,
			   void (*tell)(void *, const char *, const char *,
					const char *, const char *),
			   void *arg)
{
	struct pair_job job = {tell, arg, 0};
	const struct yh_intents *own = sets[n - 1];

	for (unsigned i = 0; i < own->n; i++)
		for (unsigned s = 0; s < n; s++)
			for (unsigned k = 0; k < sets[s]->n; k++)
				if (s + 1 < n ? strcmp(own->list[i].id,
						       sets[s]->list[k].id)
					      : k < i)
					compare(&job, &own->list[i],
						&sets[s]->list[k]);

	return job.n;
}
