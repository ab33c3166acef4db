/** @file wav.c  Stereo A-law WAV, contract in wav.h */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <openssl/evp.h>

#include "audio/g711.h"
#include "audio/wav.h"
#include "base/mem.h"

enum {
	BLOCK = 4096, /* samples interleaved at a time */
	MOST = 3600 * YH_RATE_HZ,
	CUE_BYTES = 24,
	LTXT_BYTES = 28,
	MARKS_MAX = 8 + 4 + YH_WAV_GAPS * CUE_BYTES + 8 + 4 +
		    YH_WAV_GAPS * LTXT_BYTES,
};

static const char comment[] =
	"right channel is synthetic speech, Yinhu voice agent";

enum {
	COMMENT_BYTES = (sizeof(comment) + 1) & ~1u,
	LIST_BYTES = 4 + 8 + COMMENT_BYTES,
	/* Without the label, whose length differs. */
	HEADER_BYTES = 12 + 8 + 18 + 8 + 4 + 8 + LIST_BYTES + 8,
};

struct yh_wav {
	int fd;
	uint32_t n; /* samples written */
	char *path, *part;
	uint8_t label[YH_AIGC_CHUNK_MAX];
	size_t label_bytes;
	uint8_t block[2 * BLOCK];
};

/* A buffer that is filled from its beginning. */
struct text {
	uint8_t *p;
	size_t n;
};

static void put(struct text *t, const void *data, size_t n)
{
	memcpy(t->p + t->n, data, n);
	t->n += n;
}

static void put_le(struct text *t, uint32_t v, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		t->p[t->n++] = (uint8_t)(v >> (8 * i));
}

static void put_header(struct text *t, const struct yh_wav *w, uint32_t marks)
{
	uint32_t n = w->n;

	put(t, "RIFF", 4);
	put_le(t, (uint32_t)(HEADER_BYTES + w->label_bytes) - 8 + 2 * n + marks,
	       4);
	put(t, "WAVEfmt ", 8);
	put_le(t, 18, 4);
	put_le(t, 6, 2); /* A-law */
	put_le(t, 2, 2);
	put_le(t, YH_RATE_HZ, 4);
	put_le(t, YH_RATE_HZ * 2, 4);
	put_le(t, 2, 2);
	put_le(t, 8, 2);
	put_le(t, 0, 2);
	put(t, "fact", 4);
	put_le(t, 4, 4);
	put_le(t, n, 4);
	put(t, w->label, w->label_bytes);
	put(t, "LIST", 4);
	put_le(t, LIST_BYTES, 4);
	put(t, "INFOICMT", 8);
	put_le(t, COMMENT_BYTES, 4);
	put(t, comment, sizeof(comment));
	if (COMMENT_BYTES > sizeof(comment))
		put(t, "", 1);
	put(t, "data", 4);
	put_le(t, 2 * n, 4);
}

/* Cue points, and their lengths as labelled text of purpose "rgn ". */
static void put_marks(struct text *t, const struct yh_wav_gap *gaps, size_t n)
{
	put(t, "cue ", 4);
	put_le(t, (uint32_t)(4 + n * CUE_BYTES), 4);
	put_le(t, (uint32_t)n, 4);
	for (uint32_t i = 0; i < n; i++) {
		put_le(t, i + 1, 4);
		put_le(t, gaps[i].at, 4);
		put(t, "data", 4);
		put_le(t, 0, 4);
		put_le(t, 0, 4);
		put_le(t, gaps[i].at, 4);
	}
	put(t, "LIST", 4);
	put_le(t, (uint32_t)(4 + n * LTXT_BYTES), 4);
	put(t, "adtl", 4);
	for (uint32_t i = 0; i < n; i++) {
		put(t, "ltxt", 4);
		put_le(t, 20, 4);
		put_le(t, i + 1, 4);
		put_le(t, gaps[i].n, 4);
		put(t, "rgn ", 4);
		put_le(t, 0, 4);
		put_le(t, 0, 4);
	}
}

/* ---- the file --------------------------------------------------------------
 */

static int write_at(int fd, const uint8_t *p, size_t n, off_t at)
{
	while (n) {
		ssize_t k = pwrite(fd, p, n, at);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return k ? -errno : -EIO;
		p += k;
		n -= (size_t)k;
		at += k;
	}

	return 0;
}

static off_t place_of(const struct yh_wav *w, uint32_t sample)
{
	return HEADER_BYTES + (off_t)w->label_bytes + (off_t)sample * 2;
}

static int fill(struct yh_wav *w, uint32_t until)
{
	int err = 0;

	memset(w->block, YH_ALAW_SILENCE, sizeof(w->block));
	while (!err && w->n < until) {
		uint32_t n = until - w->n < BLOCK ? until - w->n : BLOCK;

		err = write_at(w->fd, w->block, 2u * n, place_of(w, w->n));
		w->n += n;
	}

	return err;
}

int yh_wav_add(struct yh_wav *w, uint32_t at, const uint8_t *left,
	       const uint8_t *right, size_t n)
{
	int err = 0;

	if (at < w->n || at > MOST || n > MOST - at)
		return -EINVAL;
	if (at > w->n)
		err = fill(w, at);
	while (!err && n) {
		size_t k = n < BLOCK ? n : BLOCK;

		for (size_t i = 0; i < k; i++) {
			w->block[2 * i] = left[i];
			w->block[2 * i + 1] = right[i];
		}
		err = write_at(w->fd, w->block, 2 * k, place_of(w, w->n));
		w->n += (uint32_t)k;
		left += k;
		right += k;
		n -= k;
	}

	return err;
}

static void free_wav(struct yh_wav *w)
{
	if (w->fd >= 0)
		close(w->fd);
	yh_free(w->path);
	yh_free(w->part);
	yh_free(w);
}

int yh_wav_open(struct yh_wav **out, const char *path,
		const struct yh_aigc *label)
{
	struct yh_wav *w = yh_zalloc(sizeof(*w));
	int err = -ENOMEM;

	if (!w)
		return -ENOMEM;
	w->fd = -1;
	w->label_bytes = yh_aigc_chunk(label, w->label);
	if (!w->label_bytes) {
		free_wav(w);
		return -EINVAL;
	}
	w->path = yh_strdup(path);
	w->part = yh_asprintf("%s.part", path);
	if (w->path && w->part) {
		w->fd = open(w->part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC,
			     0640);
		err = w->fd < 0 ? -errno : 0;
	}
	if (err)
		free_wav(w);
	else
		*out = w;

	return err;
}

static int finish(struct yh_wav *w, const struct yh_wav_gap *gaps, size_t n)
{
	uint8_t buf[MARKS_MAX + HEADER_BYTES + YH_AIGC_CHUNK_MAX];
	struct text t = {.p = buf};
	uint32_t marks = 0;
	int err = 0;

	if (n) {
		put_marks(&t, gaps, n);
		marks = (uint32_t)t.n;
		err = write_at(w->fd, buf, t.n, place_of(w, w->n));
		t.n = 0;
	}
	put_header(&t, w, marks);
	if (!err)
		err = write_at(w->fd, buf, t.n, 0);
	if (!err && fsync(w->fd))
		err = -errno;

	return err;
}

/* The header is known last and stands first: the file is read again. */
static int read_back(struct yh_wav *w, struct yh_wav_made *made)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	unsigned char sum[EVP_MAX_MD_SIZE];
	int err = md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) ? 0 : -ENOMEM;
	off_t at = 0;
	ssize_t k = 1;

	while (!err && k > 0) {
		k = pread(w->fd, w->block, sizeof(w->block), at);
		if (k > 0 && !at)
			made->labelled =
				yh_aigc_is_labelled(w->block, (size_t)k);
		if (k < 0)
			err = -errno;
		else if (!EVP_DigestUpdate(md, w->block, (size_t)k))
			err = -EIO;
		at += k;
	}
	if (!err && !EVP_DigestFinal_ex(md, sum, NULL))
		err = -EIO;
	for (unsigned i = 0; i < 32 && !err; i++)
		snprintf(made->sha256 + 2 * i, 3, "%02x", sum[i]);
	EVP_MD_CTX_free(md);

	return err;
}

int yh_wav_mute(struct yh_wav *w, enum yh_wav_side side, uint32_t at,
		uint32_t n)
{
	uint32_t end = at < w->n && n > w->n - at ? w->n : at + n;
	int err = 0;

	while (!err && at < end && at < w->n) {
		size_t k = end - at < BLOCK ? end - at : BLOCK;

		if (pread(w->fd, w->block, 2 * k, place_of(w, at)) !=
		    (ssize_t)(2 * k))
			return errno ? -errno : -EIO;
		for (size_t i = 0; i < k; i++)
			w->block[2 * i + side] = YH_ALAW_SILENCE;
		err = write_at(w->fd, w->block, 2 * k, place_of(w, at));
		at += (uint32_t)k;
	}

	return err;
}

int yh_wav_close(struct yh_wav *w, const struct yh_wav_gap *gaps, size_t n_gaps,
		 struct yh_wav_made *made)
{
	int err = finish(w, gaps, n_gaps < YH_WAV_GAPS ? n_gaps : YH_WAV_GAPS);

	if (!err)
		err = read_back(w, made);
	if (!err && rename(w->part, w->path))
		err = -errno;
	if (err)
		unlink(w->part);
	free_wav(w);

	return err;
}
