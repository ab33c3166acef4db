/** @file concepts.c  A sentence as numbers, contract in concepts.h. Pure. */
#include "concepts.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"

enum {
	MAX_CHARS = 200,
	MAX_GRAM = 2,
	MAX_WORD = 6,	   /* Characters of a concept's word */
	MAX_CONCEPTS = 40, /* Of a sentence */
	REACH = 3,	   /* Concepts that far apart are a pair */
	BEGINNINGS = 4096,
};

static const uint64_t SEED = 14695981039346656037u;

static uint64_t hash(uint64_t h, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 1099511628211u;

	return h;
}

static uint32_t bucket(uint64_t h)
{
	return (uint32_t)(h ^ h >> 29) % QA_FEATURE_BUCKETS;
}

/* ---- concepts ------------------------------------------------------------ */

struct word {
	uint64_t hash;
	uint32_t concept; /* From 1; 0: no word is here */
};

struct qa_concepts {
	size_t mask; /* Slots - 1, a power of two */
	/* Characters of the longest word, by the first one's hash. Few
	 * characters begin a word. */
	uint8_t longest[BEGINNINGS];
	struct word slots[];
};

static uint32_t find(const struct qa_concepts *c, uint64_t h)
{
	size_t i = h & c->mask;

	while (c->slots[i].concept && c->slots[i].hash != h)
		i = (i + 1) & c->mask;

	return c->slots[i].concept;
}

static size_t next_char(const char *s, size_t at)
{
	do
		at++;
	while (((unsigned char)s[at] & 0xc0) == 0x80);

	return at;
}

static void note_length(struct qa_concepts *c, const char *word)
{
	uint8_t *longest =
		&c->longest[hash(SEED, word, next_char(word, 0)) % BEGINNINGS];
	uint8_t n = 0;

	for (size_t i = 0; word[i] && n < MAX_WORD; i = next_char(word, i))
		n++;
	if (n > *longest)
		*longest = n;
}

static void add(struct qa_concepts *c, const char *word, uint32_t concept)
{
	uint64_t h = hash(SEED, word, strlen(word));
	size_t i = h & c->mask;

	note_length(c, word);
	while (c->slots[i].concept && c->slots[i].hash != h)
		i = (i + 1) & c->mask;
	c->slots[i] = (struct word){h, concept};
}

int qa_concepts_create(struct qa_concepts **out, struct qa_pack *const *packs,
		       size_t n)
{
	size_t words = 0, size = 64;
	struct qa_concepts *c;
	uint32_t concept = 0;

	for (size_t i = 0; i < n; i++)
		for (unsigned k = 0; k < packs[i]->n_words; k++)
			words += packs[i]->words[k].n_of;
	while (size < 2 * words)
		size *= 2;
	c = yh_zalloc(sizeof(*c) + size * sizeof(c->slots[0]));
	if (!c)
		return -ENOMEM;
	c->mask = size - 1;
	for (size_t i = 0; i < n; i++)
		for (unsigned k = 0; k < packs[i]->n_words; k++) {
			const struct qa_word *w = &packs[i]->words[k];

			concept ++;
			for (unsigned j = 0; j < w->n_of; j++)
				add(c, w->of[j], concept);
		}
	*out = c;

	return 0;
}

void qa_concepts_destroy(struct qa_concepts *c)
{
	yh_free(c);
}

/* ---- features ------------------------------------------------------------ */

struct sentence {
	const char *text;
	size_t at[MAX_CHARS + 1], n; /* Where its characters begin */
	uint32_t *out;
	size_t n_out;
};

static void emit(struct sentence *s, uint64_t h)
{
	if (s->n_out < QA_FEATURES_MAX)
		s->out[s->n_out++] = bucket(h);
}

static void cut(struct sentence *s, size_t len)
{
	size_t i = 0;

	for (; i < len && s->n < MAX_CHARS; i++) {
		if (((unsigned char)s->text[i] & 0xc0) != 0x80)
			s->at[s->n++] = i;
	}
	while (i < len && ((unsigned char)s->text[i] & 0xc0) == 0x80)
		i++;
	s->at[s->n] = i;
}

static void emit_grams(struct sentence *s)
{
	for (size_t i = 0; i < s->n; i++) {
		uint64_t h = SEED;

		for (size_t g = i; g < i + MAX_GRAM && g < s->n; g++) {
			h = hash(h, s->text + s->at[g],
				 s->at[g + 1] - s->at[g]);
			emit(s, h);
		}
	}
}

/* The longest word at character i. @return Its characters, 0: none is there */
static size_t word_at(const struct sentence *s, const struct qa_concepts *c,
		      size_t i, uint32_t *concept)
{
	uint64_t h = SEED;
	size_t longest = 0, end = i + MAX_WORD;

	for (size_t g = i; g < end && g < s->n; g++) {
		uint32_t here;

		h = hash(h, s->text + s->at[g], s->at[g + 1] - s->at[g]);
		if (g == i)
			end = i + c->longest[h % BEGINNINGS];
		here = g < end ? find(c, h) : 0;
		if (!here)
			continue;
		*concept = here;
		longest = g + 1 - i;
	}

	return longest;
}

static void emit_concepts(struct sentence *s, const struct qa_concepts *c)
{
	uint32_t row[MAX_CONCEPTS];
	size_t n = 0;

	for (size_t i = 0; i < s->n && n < MAX_CONCEPTS;) {
		size_t len = word_at(s, c, i, &row[n]);

		n += len > 0;
		i += len ? len : 1;
	}
	for (size_t i = 0; i < n; i++) {
		uint64_t h = (SEED ^ row[i]) * 0x9e3779b97f4a7c15u;

		emit(s, h);
		for (size_t k = i + 1; k < n && k <= i + REACH; k++)
			emit(s, (h ^ row[k]) * 0x9e3779b97f4a7c15u);
	}
}

size_t qa_features(const struct qa_concepts *c, const char *text, size_t len,
		   uint32_t out[QA_FEATURES_MAX])
{
	struct sentence s; /* large: what is not used is not cleared */

	s.text = text;
	s.out = out;
	s.n = s.n_out = 0;
	cut(&s, len);
	emit_grams(&s);
	emit_concepts(&s, c);

	return s.n_out;
}
