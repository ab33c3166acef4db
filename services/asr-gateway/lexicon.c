/** @file lexicon.c  A pronouncing dictionary, contract in lexicon.h */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "lexicon.h"
#include "text/utf8.h"

enum {
	MAX_FILE = 64 << 20,
	MAX_TEXT = 512, /* [bytes] */
	MAX_WORD = 64,	/* [bytes] */
};

struct entry {
	const char *word, *phones;
	size_t len; /* of the word, without "(2)" */
};

struct asr_lexicon {
	char *file;
	struct entry *entries; /* sorted, shape (n) */
	size_t n;
};

/* Some of a text: shape (n) of ranges of entries. */
struct words {
	struct {
		const struct entry *first;
		size_t ways;
	} at[MAX_TEXT];
	size_t n;
};

/* ---- the file ---- */

static int compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int c = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return c ? c : (a_len > b_len) - (a_len < b_len);
}

/* By word; the ways of a word in the file's order. */
static int by_word(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int c = compare(x->word, x->len, y->word, y->len);

	return c ? c : (x->word > y->word) - (x->word < y->word);
}

static bool parse_line(char *line, struct entry *e)
{
	char *end = line + strcspn(line, " \t"), *way;

	if (!*end || end == line)
		return false;
	e->phones = end + strspn(end, " \t");
	*end = '\0';
	way = strchr(line + 1, '(');
	e->word = line;
	e->len = way && end[-1] == ')' ? (size_t)(way - line)
				       : (size_t)(end - line);

	return *e->phones;
}

static int parse(struct asr_lexicon *lex)
{
	size_t lines = 1;
	char *save = NULL;

	for (const char *p = lex->file; *p; p++)
		lines += *p == '\n';
	lex->entries = yh_calloc(lines, sizeof(*lex->entries));
	if (!lex->entries)
		return -ENOMEM;
	for (char *line = strtok_r(lex->file, "\r\n", &save); line;
	     line = strtok_r(NULL, "\r\n", &save)) {
		if (parse_line(line, &lex->entries[lex->n]))
			lex->n++;
	}
	qsort(lex->entries, lex->n, sizeof(*lex->entries), by_word);

	return lex->n ? 0 : -EINVAL;
}

static int read_file(struct asr_lexicon *lex, FILE *f)
{
	long size;

	if (fseek(f, 0, SEEK_END) || (size = ftell(f)) < 0 ||
	    fseek(f, 0, SEEK_SET))
		return -EIO;
	if (size > MAX_FILE)
		return -EFBIG;
	lex->file = yh_calloc((size_t)size + 1, 1);
	if (!lex->file)
		return -ENOMEM;
	if (fread(lex->file, 1, (size_t)size, f) != (size_t)size)
		return -EIO;

	return parse(lex);
}

int asr_lexicon_open(struct asr_lexicon **out, const char *path)
{
	struct asr_lexicon *lex = yh_zalloc(sizeof(*lex));
	FILE *f = lex ? fopen(path, "rb") : NULL;
	int err;

	if (!lex)
		return -ENOMEM;
	err = f ? read_file(lex, f) : -errno;
	if (f)
		fclose(f);
	if (err) {
		asr_lexicon_close(lex);
		return err;
	}
	*out = lex;

	return 0;
}

void asr_lexicon_close(struct asr_lexicon *lex)
{
	if (!lex)
		return;
	yh_free(lex->entries);
	yh_free(lex->file);
	yh_free(lex);
}

/* ---- texts ---- */

/* All ways of a word. @return how many, 0: not there */
static size_t find(const struct asr_lexicon *lex, const char *word, size_t len,
		   const struct entry **first)
{
	size_t low = 0, high = lex->n, n = 0;

	while (low < high) {
		size_t mid = (low + high) / 2;
		const struct entry *e = &lex->entries[mid];

		if (compare(e->word, e->len, word, len) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	*first = &lex->entries[low];
	for (; low + n < lex->n; n++) {
		const struct entry *e = &lex->entries[low + n];

		if (compare(e->word, e->len, word, len))
			break;
	}

	return n;
}

static size_t char_bytes(const char *p)
{
	size_t n = 1;

	while (((unsigned char)p[n] & 0xc0) == 0x80)
		n++;

	return n;
}

/* The fewest words of text; of equals the one whose first word is longest.
 * `need` is from each byte to the end. */
static int divide(const struct asr_lexicon *lex, const char *text,
		  struct words *words, size_t *bad)
{
	unsigned need[MAX_TEXT + 1];
	size_t best[MAX_TEXT], len = strlen(text);
	const struct entry *first;

	need[len] = 0;
	for (size_t at = len; at-- > 0;) {
		size_t end = at;

		need[at] = MAX_TEXT + 1;
		if (((unsigned char)text[at] & 0xc0) == 0x80)
			continue;
		while (end < len && end - at < MAX_WORD) {
			end += char_bytes(text + end);
			if (need[end] < need[at] &&
			    find(lex, text + at, end - at, &first)) {
				need[at] = need[end] + 1;
				best[at] = end;
			} else if (need[end] + 1 == need[at] &&
				   find(lex, text + at, end - at, &first)) {
				best[at] = end;
			}
		}
		if (need[at] > MAX_TEXT &&
		    !find(lex, text + at, char_bytes(text + at), &first))
			*bad = at;
	}
	if (need[0] > MAX_TEXT)
		return -EINVAL;
	words->n = 0;
	for (size_t at = 0; at < len; at = best[at]) {
		size_t n = find(lex, text + at, best[at] - at, &first);

		words->at[words->n].first = first;
		words->at[words->n++].ways = n;
	}

	return 0;
}

/* The way-th combination of the words' ways. */
static int spell(const struct words *w, unsigned way, char *out, size_t size)
{
	size_t len = 0;

	for (size_t i = 0; i < w->n; i++) {
		const char *phones = w->at[i].first[way % w->at[i].ways].phones;

		way /= (unsigned)w->at[i].ways;
		len += (size_t)snprintf(out + len, size - len, "%s%s",
					len ? " " : "", phones);
		if (len >= size)
			return -ENOSPC;
	}

	return way ? -ENOENT : 0;
}

int asr_lexicon_say(const struct asr_lexicon *lex, const char *text,
		    unsigned way, char *out, size_t size)
{
	char plain[MAX_TEXT];
	struct words *words;
	size_t bad = 0;
	int err;

	if (!size)
		return -ENOSPC;
	out[0] = '\0';
	if (strlen(text) >= sizeof(plain))
		return -ENOSPC;
	yh_utf8_spoken(text, plain, sizeof(plain));
	if (!plain[0])
		return -EINVAL;
	words = yh_calloc(1, sizeof(*words));
	if (!words)
		return -ENOMEM;
	err = divide(lex, plain, words, &bad);
	if (err)
		snprintf(out, size, "%.*s", (int)char_bytes(plain + bad),
			 plain + bad);
	else
		err = spell(words, way, out, size);
	yh_free(words);

	return err;
}
