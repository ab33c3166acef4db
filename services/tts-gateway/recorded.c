/** @file recorded.c  Recorded prompts, contract in recorded.h */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/wav_read.h"
#include "base/mem.h"
#include "conf/yaml_file.h"
#include "crypto/crypto.h"
#include "recorded.h"
#include "text/utf8.h"

enum { TEXT_MAX = 2000, FILE_MAX = 16 << 20, CLIPPED = 8 };

struct entry {
	char *spoken; /* the text without blanks and marks */
	char *voice;  /* NULL: every one */
	struct tts_sound *sound;
};

struct tts_recorded {
	struct entry *list; /* shape (n), ordered by spoken, then voice */
	size_t n, bytes;
};

/* ---- the index -------------------------------------------------------------
 */

struct item {
	char *file, *text, *voice, *sha256;
};

static const cyaml_schema_field_t item_fields[] = {
	CYAML_FIELD_STRING_PTR("file", CYAML_FLAG_POINTER, struct item, file, 1,
			       255),
	CYAML_FIELD_STRING_PTR("text", CYAML_FLAG_POINTER, struct item, text, 1,
			       TEXT_MAX),
	CYAML_FIELD_STRING_PTR("voice",
			       CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
			       struct item, voice, 1, 63),
	CYAML_FIELD_STRING_PTR("sha256",
			       CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
			       struct item, sha256, 64, 64),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t item_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct item, item_fields),
};
static const cyaml_schema_value_t index_value = {
	CYAML_VALUE_SEQUENCE(CYAML_FLAG_POINTER, struct item, &item_value, 0,
			     TTS_RECORDED_MAX),
};

/* ---- one file --------------------------------------------------------------
 */

static int read_all(const char *path, uint8_t **out, size_t *n)
{
	FILE *f = fopen(path, "rb");
	uint8_t *p = f ? yh_calloc(FILE_MAX + 1, 1) : NULL;

	if (!f)
		return -errno;
	if (p)
		*n = fread(p, 1, FILE_MAX + 1, f);
	fclose(f);
	if (!p || *n > FILE_MAX) {
		yh_free(p);
		return p ? -EFBIG : -ENOMEM;
	}
	*out = p;

	return 0;
}

static unsigned le(const uint8_t *p, unsigned bytes)
{
	unsigned v = 0;

	for (unsigned i = 0; i < bytes; i++)
		v |= (unsigned)p[i] << (8 * i);

	return v;
}

/* What is wrong with its format, from the chunk "fmt ". @return NULL: nothing
 */
static const char *format_fault(const uint8_t *p, size_t n)
{
	const uint8_t *f = n >= 12 && !memcmp(p, "RIFF", 4)
				   ? memmem(p, n < 4096 ? n : 4096, "fmt ", 4)
				   : NULL;
	unsigned kind, rate;

	if (!f || (size_t)(f - p) + 24 > n)
		return "is no WAV file";
	kind = le(f + 8, 2);
	rate = le(f + 12, 4);
	if (le(f + 10, 2) != 1)
		return "has more than one channel; record in mono";
	if (rate < 8000 || rate > 48000)
		return "must have a rate of 8000 to 48000 Hz";
	if (!(kind == 1 && le(f + 22, 2) >= 16) && kind != 6)
		return "must be linear PCM of 16 bits or more, or A-law";

	return NULL;
}

/* A row of samples at the top of the scale. */
static bool is_clipped(const struct tts_pcm *pcm)
{
	unsigned row = 0;

	for (size_t i = 0; i < pcm->n; i++) {
		row = abs(pcm->samples[i]) >= 32767 ? row + 1 : 0;
		if (row >= CLIPPED)
			return true;
	}

	return false;
}

static int to_line(const char *file, const uint8_t *p, size_t n, float level,
		   struct tts_sound **out, struct yh_fault *fault)
{
	const char *bad = format_fault(p, n);
	struct tts_pcm pcm = {.rate_hz = 8000};
	int err;

	if (bad)
		return yh_fault(fault, "%s: %s", file, bad);
	err = yh_wav_parse(p, n, &pcm.samples, &pcm.n);
	if (err)
		return yh_fault(fault, "%s: is no WAV file", file);
	if (is_clipped(&pcm))
		err = yh_fault(fault, "%s: is clipped; record it less loud",
			       file);
	else
		err = tts_to_line(&pcm, level, out);
	yh_free(pcm.samples);
	if (err == -EINVAL)
		return yh_fault(fault, "%s: nothing is heard in it", file);

	return err == -E2BIG ? yh_fault(fault, "%s: is over 60 s", file) : err;
}

static int load_sound(const char *dir, const struct item *it, float level,
		      struct tts_sound **out, struct yh_fault *fault)
{
	char path[1024], sha256[YH_SHA256_HEX] = "";
	uint8_t *p = NULL;
	size_t n = 0;
	int err;

	if (strchr(it->file, '/') ||
	    (size_t)snprintf(path, sizeof(path), "%s/%s", dir, it->file) >=
		    sizeof(path))
		return yh_fault(fault, "%s: must be a name in the same folder",
				it->file);
	err = read_all(path, &p, &n);
	if (err)
		return yh_fault(fault, "%s: %s", it->file, strerror(-err));
	if (it->sha256 && (yh_sha256_hex(p, n, sha256) ||
			   strcasecmp(sha256, it->sha256) != 0))
		err = yh_fault(fault, "%s: is another take, its sha256 is %s",
			       it->file, sha256);
	if (!err)
		err = to_line(it->file, p, n, level, out, fault);
	yh_free(p);

	return err;
}

/* ---- the list --------------------------------------------------------------
 */

static int order(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int c = strcmp(x->spoken, y->spoken);

	return c ? c
		 : strcmp(x->voice ? x->voice : "", y->voice ? y->voice : "");
}

static int add(struct tts_recorded *r, const char *dir, const struct item *it,
	       float level, struct yh_fault *fault)
{
	struct entry *e = &r->list[r->n];
	char spoken[TEXT_MAX];
	int err = load_sound(dir, it, level, &e->sound, fault);

	if (err)
		return err;
	r->n++;
	yh_utf8_spoken(it->text, spoken, sizeof(spoken));
	if (!spoken[0])
		return yh_fault(fault, "%s: its text says nothing", it->file);
	e->spoken = yh_strdup(spoken);
	e->voice = yh_strdup(it->voice);
	if (!e->spoken || (it->voice && !e->voice))
		return -ENOMEM;
	r->bytes += e->sound->n;
	if (r->bytes > TTS_RECORDED_BYTES)
		return yh_fault(fault,
				"%s: all recordings together are over %d MiB",
				it->file, TTS_RECORDED_BYTES >> 20);

	return 0;
}

static int check_twice(const struct tts_recorded *r, struct yh_fault *fault)
{
	for (size_t i = 1; i < r->n; i++) {
		if (!order(&r->list[i - 1], &r->list[i]))
			return yh_fault(
				fault,
				"index.yaml: a text is there twice for the "
				"same voice: %.60s",
				r->list[i].spoken);
	}

	return 0;
}

static int load(struct tts_recorded *r, const char *dir, float level,
		struct yh_fault *fault)
{
	struct item *items = NULL;
	unsigned n = 0;
	char path[1024];
	int err;

	snprintf(path, sizeof(path), "%s/index.yaml", dir);
	err = yh_yaml_load_list(path, &index_value, (void **)&items, &n,
				fault->error, fault->size);
	if (err)
		return err;
	r->list = yh_calloc(n + 1, sizeof(*r->list));
	if (!r->list)
		err = -ENOMEM;
	for (unsigned i = 0; i < n && !err; i++)
		err = add(r, dir, &items[i], level, fault);
	yh_yaml_free_list(&index_value, items, n);
	if (err)
		return err;
	qsort(r->list, r->n, sizeof(*r->list), order);

	return check_twice(r, fault);
}

int tts_recorded_load(struct tts_recorded **out, const char *dir,
		      float level_dbov, char *error, size_t size)
{
	struct yh_fault fault = {error, size};
	struct tts_recorded *r = yh_zalloc(sizeof(*r));
	int err = r ? 0 : -ENOMEM;

	if (!err && dir[0])
		err = load(r, dir, level_dbov, &fault);
	if (err)
		tts_recorded_destroy(r);
	else
		*out = r;

	return err;
}

void tts_recorded_destroy(struct tts_recorded *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->n; i++) {
		yh_free(r->list[i].spoken);
		yh_free(r->list[i].voice);
		tts_sound_unref(r->list[i].sound);
	}
	yh_free(r->list);
	yh_free(r);
}

/* ---- finding ---------------------------------------------------------------
 */

static struct tts_sound *lookup(const struct tts_recorded *r, char *spoken,
				char *voice)
{
	const struct entry key = {.spoken = spoken, .voice = voice};
	const struct entry *e =
		bsearch(&key, r->list, r->n, sizeof(*r->list), order);

	return e ? e->sound : NULL;
}

struct tts_sound *tts_recorded_find(const struct tts_recorded *r,
				    const char *voice,
				    const struct tts_clause *c, size_t n,
				    size_t *covered)
{
	size_t k = n < TTS_RECORDED_CLAUSES ? n : TTS_RECORDED_CLAUSES;

	for (; r->n && k; k--) {
		size_t len = (size_t)(c[k - 1].p + c[k - 1].n - c[0].p);
		char text[TEXT_MAX], spoken[TEXT_MAX];
		struct tts_sound *s;

		if (len >= sizeof(text))
			continue;
		memcpy(text, c[0].p, len);
		text[len] = '\0';
		yh_utf8_spoken(text, spoken, sizeof(spoken));
		s = lookup(r, spoken, (char *)voice);
		if (!s)
			s = lookup(r, spoken, NULL);
		if (s) {
			*covered = k;
			return s;
		}
	}

	return NULL;
}
