/** @file library.c  The library's file, contract in library.h */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "audio/g711.h"
#include "audio/vad.h"
#include "base/mem.h"
#include "library_priv.h"

enum {
	FILE_MAX = 64 << 20,
	NAME_MAX_CHARS = 200,
	MIN_LOUD = 50, /* frames of sound in a recording: 1 s */
};

/* ---- reading ---------------------------------------------------------------
 */

struct reader {
	struct yh_library *l;
	const char *path;
	unsigned line;
	char *error;
	size_t size;
};

static int refuse(const struct reader *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int refuse(const struct reader *r, const char *fmt, ...)
{
	int n = snprintf(r->error, r->size, "%s:%u: ", r->path, r->line);
	va_list ap;

	if (n > 0 && (size_t)n < r->size) {
		va_start(ap, fmt);
		vsnprintf(r->error + n, r->size - (size_t)n, fmt, ap);
		va_end(ap);
	}

	return -EINVAL;
}

/* The next field of a line. @return Its length; *p behind its TAB */
static size_t field(const char **p, const char *end)
{
	const char *tab = memchr(*p, '\t', (size_t)(end - *p));
	size_t n = (size_t)((tab ? tab : end) - *p);

	*p += n + (tab != NULL);

	return n;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';

	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four digits, or "----". @return false: neither */
static bool read_frame(const char *p, uint16_t *bits, bool *told)
{
	*bits = 0;
	*told = memcmp(p, "----", 4) != 0;
	if (!*told)
		return true;
	for (int i = 0; i < 4; i++) {
		int digit = hex(p[i]);

		if (digit < 0)
			return false;
		*bits = (uint16_t)(*bits << 4 | digit);
	}

	return true;
}

static int grow_frames(struct yh_library *l, size_t n)
{
	size_t cap = l->frames_cap ? l->frames_cap : 4096;
	uint16_t *bits;
	bool *told;

	while (cap < l->n_frames + n)
		cap *= 2;
	if (cap == l->frames_cap)
		return 0;
	bits = yh_realloc(l->bits, cap * sizeof(*bits));
	if (bits)
		l->bits = bits;
	told = yh_realloc(l->told, cap * sizeof(*told));
	if (told)
		l->told = told;
	if (!bits || !told)
		return -ENOMEM;
	l->frames_cap = cap;

	return 0;
}

static int add_recording(struct yh_library *l, enum yh_progress_class class,
			 size_t n)
{
	size_t cap = l->cap ? l->cap * 2 : 64;
	struct yh_recording *list = l->list;

	if (l->n == l->cap) {
		list = yh_realloc(l->list, cap * sizeof(*list));
		if (!list)
			return -ENOMEM;
		l->list = list;
		l->cap = cap;
	}
	list[l->n++] = (struct yh_recording){.class = class,
					     .first = (uint32_t)l->n_frames,
					     .n = (uint32_t)n};

	return grow_frames(l, n);
}

static int read_frames(const struct reader *r, const char *p, size_t n)
{
	struct yh_library *l = r->l;

	for (size_t i = 0; i < n; i++, l->n_frames++) {
		if (!read_frame(p + 4 * i, &l->bits[l->n_frames],
				&l->told[l->n_frames]))
			return refuse(r,
				      "frame %zu is not four of 0-9a-f or "
				      "\"----\"",
				      i + 1);
	}

	return 0;
}

static int read_recording(const struct reader *r, const char *p,
			  const char *end)
{
	struct yh_library *l = r->l;
	char name[32];
	const char *text = p;
	size_t n = field(&p, end), digits;
	enum yh_progress_class class;
	int err;

	snprintf(name, sizeof(name), "%.*s", (int)(n < 31 ? n : 31), text);
	class = yh_progress_class_of(name);
	if (class == YH_PROGRESS_CLASSES || class == YH_PROGRESS_UNSURE)
		return refuse(r, "'%s' is no class of calls", name);
	n = field(&p, end);
	if (!n || n > NAME_MAX_CHARS)
		return refuse(r, "a name of 1 to %d bytes is missing",
			      NAME_MAX_CHARS);
	digits = (size_t)(end - p);
	if (!digits || digits % 4 || digits / 4 > YH_LIBRARY_FRAMES)
		return refuse(r, "%zu digits: not whole frames, or over 60 s",
			      digits);
	if (l->n == YH_LIBRARY_MAX || l->n_frames + digits / 4 > YH_LIBRARY_ALL)
		return refuse(r, "the library is full");
	err = add_recording(l, class, digits / 4);

	return err ? err : read_frames(r, p, digits / 4);
}

static int read_lines(struct reader *r, const char *p, size_t len)
{
	const char *end = p + len;
	int err = 0;

	while (p < end && !err) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		const char *stop = nl ? nl : end;

		r->line++;
		if (stop > p && *p != '#')
			err = read_recording(r, p, stop);
		p = stop + 1;
	}

	return err ? err : yh_library_index(r->l);
}

int yh_library_parse(struct yh_library **out, const char *path,
		     const char *text, size_t len, char *error, size_t size)
{
	struct reader r = {.path = path, .error = error, .size = size};
	int err;

	if (!out || !text || !error || !size)
		return -EINVAL;
	error[0] = '\0';
	r.l = yh_zalloc(sizeof(*r.l));
	if (!r.l)
		return -ENOMEM;
	err = read_lines(&r, text, len);
	if (err)
		yh_library_destroy(r.l);
	else
		*out = r.l;

	return err;
}

static int slurp(FILE *f, char **text, size_t *len)
{
	long size = fseek(f, 0, SEEK_END) ? -1 : ftell(f);

	if (size < 0)
		return -errno;
	if (size > FILE_MAX)
		return -EFBIG;
	rewind(f);
	*text = yh_zalloc((size_t)size + 1);
	if (!*text)
		return -ENOMEM;
	*len = fread(*text, 1, (size_t)size, f);

	return *len == (size_t)size ? 0 : -EIO;
}

int yh_library_read(struct yh_library **out, const char *path, char *error,
		    size_t size)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t len = 0;
	int err = f ? slurp(f, &text, &len) : -errno;

	if (err)
		snprintf(error, size, "%s: %s", path, strerror(-err));
	else
		err = yh_library_parse(out, path, text, len, error, size);
	if (f)
		fclose(f);
	yh_free(text);

	return err;
}

void yh_library_destroy(struct yh_library *l)
{
	if (!l)
		return;
	yh_free(l->list);
	yh_free(l->bits);
	yh_free(l->owner);
	yh_free(l->told);
	yh_free(l->start);
	yh_free(l->at);
	yh_free(l);
}

size_t yh_library_count(const struct yh_library *l)
{
	return l->n;
}

/* ---- writing ---------------------------------------------------------------
 */

static bool name_ok(const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < n; i++) {
		if (iscntrl((unsigned char)name[i]))
			return false;
	}

	return n && n <= NAME_MAX_CHARS;
}

/* Frames within 30 dB of the loudest one: a recording is clean. */
static float gate_of(const int16_t *pcm, size_t n_frames)
{
	float most = -127;

	for (size_t i = 0; i < n_frames; i++) {
		float level = yh_level_dbov(pcm + i * YH_FRAME_SAMPLES,
					    YH_FRAME_SAMPLES);

		most = level > most ? level : most;
	}

	return most - 30 > -60 ? most - 30 : -60;
}

static size_t count_loud(const int16_t *pcm, size_t n_frames, float gate)
{
	size_t loud = 0;

	for (size_t i = 0; i < n_frames; i++)
		loud += yh_level_dbov(pcm + i * YH_FRAME_SAMPLES,
				      YH_FRAME_SAMPLES) >= gate;

	return loud;
}

int yh_library_write(FILE *f, enum yh_progress_class class, const char *name,
		     const int16_t *pcm, size_t n)
{
	size_t n_frames = n / YH_FRAME_SAMPLES;
	float gate, x[YH_FRAME_SAMPLES];
	struct yh_print print = {0};
	uint16_t bits;

	if (n_frames > YH_LIBRARY_FRAMES || !name_ok(name))
		return -EINVAL;
	gate = gate_of(pcm, n_frames);
	if (count_loud(pcm, n_frames, gate) < MIN_LOUD)
		return -EINVAL;
	fprintf(f, "%s\t%s\t", yh_progress_name(class), name);
	for (size_t i = 0; i < n_frames; i++) {
		const int16_t *frame = pcm + i * YH_FRAME_SAMPLES;
		bool loud = yh_level_dbov(frame, YH_FRAME_SAMPLES) >= gate;

		for (int k = 0; k < YH_FRAME_SAMPLES; k++)
			x[k] = frame[k];
		if (yh_print_push(&print, x, loud, &bits))
			fprintf(f, "%04x", bits);
		else
			fputs("----", f);
	}

	return fputc('\n', f) == EOF || ferror(f) ? -EIO : 0;
}
