/** @file phrases.c  What can be said, contract in phrases.h */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "phones.h"
#include "phrases.h"

enum { PHONES_BYTES = 2048, FIRST = 512 };

int asr_phrases_init(struct asr_phrases *p, const char *lexicon)
{
	*p = (struct asr_phrases){0};

	return lexicon ? asr_lexicon_open(&p->lexicon, lexicon)
		       : asr_phones_open();
}

static void clear(struct asr_phrase *phrase)
{
	yh_free(phrase->text);
	for (unsigned i = 0; i < phrase->n_ways; i++)
		yh_free(phrase->ways[i]);
}

void asr_phrases_fini(struct asr_phrases *p)
{
	for (size_t i = 0; i < p->n; i++)
		clear(&p->list[i]);
	yh_free(p->list);
	yh_free(p->table);
	asr_lexicon_close(p->lexicon);
	*p = (struct asr_phrases){0};
}

/* FNV-1a, then open addressing. @return The text's slot, or a free one */
static size_t slot_of(const struct asr_phrases *p, const char *text)
{
	uint64_t h = 1469598103934665603u;
	size_t at;

	for (const char *c = text; *c; c++)
		h = (h ^ (unsigned char)*c) * 1099511628211u;
	for (at = h % p->slots;; at = (at + 1) % p->slots) {
		if (!p->table[at] ||
		    !strcmp(p->list[p->table[at] - 1].text, text))
			return at;
	}
}

long asr_phrases_find(const struct asr_phrases *p, const char *text)
{
	return p->slots ? (long)p->table[slot_of(p, text)] - 1 : -1;
}

/* At most half of the slots are taken. */
static int grow(struct asr_phrases *p)
{
	size_t cap = p->cap ? 2 * p->cap : FIRST;
	struct asr_phrase *list;
	unsigned *table;

	if (p->n < p->cap)
		return 0;
	list = yh_realloc(p->list, cap * sizeof(*list));
	if (!list)
		return -ENOMEM;
	p->list = list;
	table = yh_calloc(2 * cap, sizeof(*table));
	if (!table)
		return -ENOMEM;
	yh_free(p->table);
	p->table = table;
	p->slots = 2 * cap;
	p->cap = cap;
	for (size_t i = 0; i < p->n; i++)
		p->table[slot_of(p, p->list[i].text)] = (unsigned)i + 1;

	return 0;
}

static int say(const struct asr_phrases *p, const char *text, unsigned way,
	       char *phones)
{
	if (p->lexicon)
		return asr_lexicon_say(p->lexicon, text, way, phones,
				       PHONES_BYTES);

	return way ? -ENOENT : asr_phones_of(text, phones, PHONES_BYTES);
}

static int spell(const struct asr_phrases *p, struct asr_phrase *phrase)
{
	char phones[PHONES_BYTES];
	int err = 0;

	while (phrase->n_ways < ASR_MAX_WAYS) {
		unsigned way = phrase->n_ways;

		err = say(p, phrase->text, way, phones);
		if (err)
			break;
		phrase->ways[way] = yh_strdup(phones);
		if (!phrase->ways[way])
			return -ENOMEM;
		phrase->n_ways++;
	}
	if (phrase->n_ways)
		return 0;

	return err == -ENOMEM ? err : -EINVAL;
}

long asr_phrases_add(struct asr_phrases *p, const char *text)
{
	struct asr_phrase new = {0};
	long i = asr_phrases_find(p, text);
	int err;

	if (i >= 0)
		return i;
	if (p->n == ASR_MAX_PHRASES)
		return -ENOSPC;
	new.text = yh_strdup(text);
	err = new.text ? spell(p, &new) : -ENOMEM;
	if (!err)
		err = grow(p);
	if (err) {
		clear(&new);
		return err;
	}
	p->list[p->n] = new;
	p->table[slot_of(p, text)] = (unsigned)p->n + 1;

	return (long)p->n++;
}
