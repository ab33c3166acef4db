/** @file sentence.c  Features of a sentence, contract in sentence.h */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/plain.h"
#include "text/sentence.h"
#include "text/sounds.h"
#include "text/utf8.h"

enum {
	MAX_CHARS = YH_SENTENCE_MAX,
	MAX_GRAM = 3,
	MIN_SOUNDS = 1,
	MAX_CONCEPTS = 40,
	MAX_WORD_CHARS = 8,
};

/* ---- text ---- */

/* Length of the UTF-8 character at s [bytes]; 1 for a broken one. */
static size_t char_len(const char *s)
{
	unsigned char c = (unsigned char)*s;
	size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

	for (size_t i = 1; i < n; i++) {
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return 1;
	}

	return n;
}

static bool is_one_of(const char *s, size_t n, const char *const list[],
		      size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (strlen(list[i]) == n && !memcmp(s, list[i], n))
			return true;
	}

	return false;
}

static bool is_noise(const char *s, size_t n)
{
	static const char *const marks[] = {"，", "。", "！", "？", "、",
					    "；", "：", "…",  "“",  "”",
					    "（", "）", "　"};

	if (n == 1)
		return strchr(" \t\r\n,.!?;:'\"()-", *s);

	return is_one_of(s, n, marks, YH_ARRAY_LEN(marks));
}

static bool is_filler(const char *s, size_t n)
{
	static const char *const fillers[] = {"嗯", "啊", "呃", "喂",
					      "哎", "额", "诶"};

	return is_one_of(s, n, fillers, YH_ARRAY_LEN(fillers));
}

void yh_sentence_normalise(const char *text, char *out, size_t size)
{
	size_t at[MAX_CHARS], n = 0, len = 0, begin = 0, end;

	for (; *text && n < MAX_CHARS;) {
		size_t k = char_len(text);

		if (!is_noise(text, k)) {
			if (len + k + 1 > size)
				break;
			at[n++] = len;
			memcpy(out + len, text, k);
			len += k;
		}
		text += k;
	}
	out[len] = '\0';
	end = n;
	while (end - begin > 1 &&
	       is_filler(out + at[begin], char_len(out + at[begin])))
		begin++;
	while (end - begin > 1 &&
	       is_filler(out + at[end - 1], char_len(out + at[end - 1])))
		end--;
	if (!n)
		return;
	if (end < n)
		out[at[end]] = '\0';
	memmove(out, out + at[begin], strlen(out + at[begin]) + 1);
}

/* ---- concepts ---- */

struct word {
	uint64_t hash;
	uint16_t id; /* Of the concept, from 1; 0 = no word is here */
};

/* Two tables of the same size: words as they are written, and, behind them,
 * words of two characters and more as they sound. */
struct yh_concepts {
	uint16_t sounds[YH_SOUND_LAST - YH_SOUND_FIRST + 1];
	size_t mask; /* Slots of a table - 1, a power of two */
	struct word slots[];
};

static uint64_t hash(uint64_t h, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 1099511628211u;

	return h;
}

static const uint64_t SEED = 14695981039346656037u;

static unsigned look_up(const struct word *table, size_t mask, uint64_t h)
{
	size_t i = h & mask;

	while (table[i].id && table[i].hash != h)
		i = (i + 1) & mask;

	return table[i].id;
}

static void put(struct word *table, size_t mask, uint64_t h, unsigned id)
{
	size_t i = h & mask;

	while (table[i].id)
		i = (i + 1) & mask;
	table[i].hash = h;
	table[i].id = (uint16_t)id;
}

/* The hash of how a text sounds. @return 0: it has fewer than two characters,
 * or one whose sound is not known */
static uint64_t sound_hash(const struct yh_concepts *c, const char *s, size_t n)
{
	uint16_t sounds[MAX_WORD_CHARS];
	const char *end = s + n;
	size_t k = 0;

	while (s < end && k < MAX_WORD_CHARS) {
		sounds[k] = yh_sound(c->sounds, yh_utf8_next(&s));
		if (!sounds[k++])
			return 0;
	}

	return k < 2 ? 0
		     : hash(SEED, (const char *)sounds, k * sizeof(sounds[0]));
}

/* The word as it is written, else one that sounds the same. */
static unsigned find(const struct yh_concepts *c, const char *s, size_t n)
{
	unsigned id = look_up(c->slots, c->mask, hash(SEED, s, n));
	uint64_t sound = id ? 0 : sound_hash(c, s, n);

	return sound ? look_up(c->slots + c->mask + 1, c->mask, sound) : id;
}

static void add(struct yh_concepts *c, const char *word, unsigned id)
{
	size_t n = strlen(word);
	uint64_t sound = sound_hash(c, word, n);
	struct word *by_sound = c->slots + c->mask + 1;

	put(c->slots, c->mask, hash(SEED, word, n), id);
	if (sound && !look_up(by_sound, c->mask, sound)) /* the first holds */
		put(by_sound, c->mask, sound, id);
}

int yh_concepts_create(struct yh_concepts **out, const struct yh_intents *words)
{
	size_t n = 0, size = 64;
	struct yh_concepts *c;

	for (unsigned i = 0; i < words->n; i++)
		n += words->list[i].n_examples;
	while (size < 2 * n)
		size *= 2;
	c = yh_zalloc(sizeof(*c) + 2 * size * sizeof(c->slots[0]));
	if (!c)
		return -ENOMEM;
	c->mask = size - 1;
	yh_sounds_fill(c->sounds);
	for (unsigned i = 0; i < words->n; i++)
		for (unsigned k = 0; k < words->list[i].n_examples; k++)
			add(c, words->list[i].examples[k], i + 1);
	*out = c;

	return 0;
}

void yh_concepts_destroy(struct yh_concepts *c)
{
	yh_free(c);
}

/* ---- features ---- */

struct sentence {
	const char *text;
	size_t at[YH_SENTENCE_CHARS + 1], n; /* Where its characters begin */
	unsigned concepts[MAX_CONCEPTS];
	size_t n_concepts, n_covered;
	uint64_t *out;
	size_t n_out;
};

static void emit(struct sentence *s, char kind, const void *data, size_t n)
{
	uint64_t h = hash(hash(SEED, &kind, 1), data, n);

	if (s->n_out < YH_FEATURES_MAX)
		s->out[s->n_out++] = h;
}

static void cut(struct sentence *s)
{
	size_t i = 0;

	while (s->text[i] && s->n < YH_SENTENCE_CHARS) {
		s->at[s->n++] = i;
		i += char_len(s->text + i);
	}
	s->at[s->n] = i;
}

/* Rows of characters; an edge counts as one. */
static void emit_grams(struct sentence *s)
{
	char gram[4 * MAX_GRAM + 2];
	size_t len = s->at[s->n];

	for (size_t g = 1; g <= MAX_GRAM; g++)
		for (size_t i = 0; i + g <= s->n; i++)
			emit(s, 'g', s->text + s->at[i],
			     s->at[i + g] - s->at[i]);
	for (size_t g = 1; g < MAX_GRAM && g <= s->n; g++) {
		size_t k = s->at[g];

		memcpy(gram, s->text, k);
		emit(s, '^', gram, k);
		k = len - s->at[s->n - g];
		memcpy(gram, s->text + s->at[s->n - g], k);
		emit(s, '$', gram, k);
	}
	if (s->n < MAX_GRAM)
		emit(s, '=', s->text, len);
}

/* @return How many: one a character */
static size_t sounds_in(const struct sentence *s, const struct yh_concepts *c,
			uint32_t row[YH_SENTENCE_CHARS])
{
	for (size_t i = 0; i < s->n; i++) {
		const char *p = s->text + s->at[i];
		uint32_t code = yh_utf8_next(&p);
		uint16_t sound = yh_sound(c->sounds, code);

		row[i] = sound ? sound : code << 8;
	}

	return s->n;
}

/* The sounds in rows of one to three; characters that have none are left as
 * they are. What a recogniser mishears mostly sounds the same. */
static void emit_sounds(struct sentence *s, const struct yh_concepts *c)
{
	uint32_t row[YH_SENTENCE_CHARS];

	sounds_in(s, c, row);
	for (size_t g = MIN_SOUNDS; g <= MAX_GRAM; g++)
		for (size_t i = 0; i + g <= s->n; i++)
			emit(s, 's', &row[i], g * sizeof(row[0]));
	if (s->n && s->n < MAX_GRAM)
		emit(s, 't', row, s->n * sizeof(row[0]));
}

/* At each place the longest word. */
static void find_concepts(struct sentence *s, const struct yh_concepts *c)
{
	size_t covered_to = 0;

	for (size_t i = 0; c && i < s->n; i++) {
		size_t most = s->n - i;

		for (size_t g = most < MAX_WORD_CHARS ? most : MAX_WORD_CHARS;
		     g; g--) {
			unsigned id = find(c, s->text + s->at[i],
					   s->at[i + g] - s->at[i]);

			if (!id)
				continue;
			if (s->n_concepts < MAX_CONCEPTS)
				s->concepts[s->n_concepts++] = id;
			if (i + g > covered_to) {
				s->n_covered +=
					i + g -
					(covered_to > i ? covered_to : i);
				covered_to = i + g;
			}
			break;
		}
	}
}

static void emit_concepts(struct sentence *s)
{
	unsigned n = (unsigned)s->n_concepts;
	unsigned cover[2] = {s->n ? (unsigned)(4 * s->n_covered / s->n) : 0,
			     s->n / 3 < 5 ? (unsigned)(s->n / 3) : 5};

	for (unsigned i = 0; i < n; i++) {
		unsigned next[2] = {s->concepts[i],
				    i + 1 < n ? s->concepts[i + 1] : 0};

		emit(s, 'c', &s->concepts[i], sizeof(unsigned));
		if (!i)
			emit(s, 'b', &s->concepts[i], sizeof(unsigned));
		emit(s, 'n', next, sizeof(next));
		for (unsigned k = i + 2; k < n && k < i + 6; k++) {
			unsigned pair[2] = {s->concepts[i], s->concepts[k]};

			emit(s, 'p', pair, sizeof(pair));
		}
	}
	emit(s, 'v', &cover[0], sizeof(cover[0]));
	emit(s, 'w', cover, sizeof(cover));
	n = n < 4 ? n : 4;
	emit(s, 'k', &n, sizeof(n));
}

/* ---- the plain view ---- */

/* Rows of two and three and pairs with one between, by their sounds, of the
 * sentence without what adds no meaning. */
static void emit_plain(struct sentence *of, const struct yh_concepts *c)
{
	struct sentence s = {.out = of->out, .n_out = of->n_out};
	uint32_t row[YH_SENTENCE_CHARS + 2] = {1};
	char text[YH_SENTENCE_MAX];
	size_t n;

	yh_plain(of->text, text, sizeof(text));
	s.text = text;
	cut(&s);
	n = sounds_in(&s, c, row + 1);
	row[n + 1] = 2;
	for (size_t g = 2; g <= MAX_GRAM; g++)
		for (size_t i = 0; i + g <= n + 2; i++)
			emit(&s, 'P', &row[i], g * sizeof(row[0]));
	for (size_t i = 0; i + 2 < n + 2; i++) {
		uint32_t pair[2] = {row[i], row[i + 2]};

		emit(&s, 'S', pair, sizeof(pair));
	}
	of->n_out = s.n_out;
}

static int by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

size_t yh_sentence_features(const struct yh_concepts *concepts,
			    const char *text, uint64_t out[YH_FEATURES_MAX])
{
	struct sentence s = {.text = text, .out = out};
	size_t n = 0;

	cut(&s);
	emit_grams(&s);
	if (concepts) {
		emit_sounds(&s, concepts);
		emit_plain(&s, concepts);
		find_concepts(&s, concepts);
		emit_concepts(&s);
	}
	qsort(out, s.n_out, sizeof(*out), by_value);
	for (size_t i = 0; i < s.n_out; i++)
		if (!n || out[n - 1] != out[i])
			out[n++] = out[i];

	return n;
}
