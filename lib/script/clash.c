/** @file clash.c  Intents that cannot be told apart, contract in lint.h */
#include <string.h>

#include "script/doc.h"
#include "script/lint.h"

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

struct job {
	struct yh_doc *d;
	const struct yh_script *script;
	const struct yh_intents *general;
	yh_clash_cb *tell;
	void *arg;
	int n;
};

/* How alike two sentences are. */
static double likeness(const char *a, const char *b)
{
	unsigned x[MAX_CHARS], y[MAX_CHARS], nx, ny;
	char text[YH_SENTENCE_MAX];

	yh_sentence_normalise(a, text, sizeof(text));
	nx = chars_of(text, x);
	yh_sentence_normalise(b, text, sizeof(text));
	ny = chars_of(text, y);

	return alike(x, nx, y, ny);
}

struct nearest {
	const struct yh_intent *intent;
	const char *example;
	double likeness;
};

/* The example of other intents (of one only, if it is named) that is most like
 * a sentence. */
static void look_in(const struct yh_intents *set, const char *own,
		    const char *only, const char *text, struct nearest *best)
{
	for (unsigned i = 0; i < set->n; i++) {
		const struct yh_intent *in = &set->list[i];

		if (!strcmp(in->id, own) || (only && strcmp(in->id, only)))
			continue;
		for (unsigned k = 0; k < in->n_examples; k++) {
			double l = likeness(text, in->examples[k]);

			if (best->intent && l <= best->likeness)
				continue;
			*best = (struct nearest){in, in->examples[k], l};
		}
	}
}

/* The node of an example: intents[i].examples[k]. */
static const yaml_node_t *example_node(struct yh_doc *d, unsigned i, unsigned k)
{
	const yaml_node_t *seq =
		yh_doc_get(d, yaml_document_get_root_node(&d->doc), "intents");
	const yaml_node_t *at;

	if (!seq || seq->type != YAML_SEQUENCE_NODE)
		return NULL;
	at = yh_doc_get(d, yh_doc_node(d, seq->data.sequence.items.start[i]),
			"examples");
	if (at && at->type == YAML_SEQUENCE_NODE)
		at = yh_doc_node(d, at->data.sequence.items.start[k]);

	return at;
}

static void report(struct job *j, unsigned i, unsigned k,
		   const struct nearest *other)
{
	const struct yh_intent *own = &j->script->intents.list[i];
	const yaml_node_t *at = example_node(j->d, i, k);
	const struct yh_clash c = {
		at ? (unsigned)at->start_mark.line + 1 : 1,
		at ? (unsigned)at->start_mark.column + 1 : 1,
		own->id,
		own->examples[k],
		other->intent->id,
		other->example,
	};

	j->n++;
	j->tell(j->arg, &c);
}

/* What the machines say of a sentence that they may not look up. */
static const char *mistaken_for(const struct yh_classifier *c, const char *own,
				const char *text)
{
	const char *id = c ? yh_classify_unseen(c, text) : own;

	return strcmp(id, own) && strcmp(id, "none") ? id : NULL;
}

static void check(struct job *j, const struct yh_classifier *c, unsigned i,
		  unsigned k)
{
	const struct yh_intent *own = &j->script->intents.list[i];
	struct nearest other = {0};
	const char *taken;

	look_in(&j->script->intents, own->id, NULL, own->examples[k], &other);
	look_in(j->general, own->id, NULL, own->examples[k], &other);
	if (other.intent && other.likeness >= NEARLY) {
		report(j, i, k, &other);
		return;
	}
	taken = mistaken_for(c, own->id, own->examples[k]);
	if (!taken)
		return;
	other = (struct nearest){0};
	look_in(&j->script->intents, own->id, taken, own->examples[k], &other);
	look_in(j->general, own->id, taken, own->examples[k], &other);
	if (other.intent)
		report(j, i, k, &other);
}

int yh_lint_clashes(const char *text, size_t len,
		    const struct yh_script *script,
		    const struct yh_intents *general,
		    const struct yh_classifier *classifier, yh_clash_cb *tell,
		    void *arg)
{
	char error[300];
	struct yh_doc d = {.error = error, .size = sizeof(error)};
	struct job j = {&d, script, general, tell, arg, 0};
	int err = yh_doc_load(&d, text, len);

	if (err)
		return err;
	for (unsigned i = 0; i < script->intents.n; i++)
		for (unsigned k = 0; k < script->intents.list[i].n_examples;
		     k++)
			check(&j, classifier, i, k);
	yaml_document_delete(&d.doc);

	return j.n;
}
