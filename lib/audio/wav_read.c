/** @file wav_read.c  Reading WAV, contract in wav_read.h */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "audio/g711.h"
#include "audio/resample.h"
#include "audio/wav_read.h"
#include "base/mem.h"

enum {
	MAX_BYTES = 256 << 20,
	PCM = 1,
	FLOAT = 3,
	ALAW = 6,
	MULAW = 7,
	EXTENSIBLE = 0xfffe,
};

struct wav {
	unsigned format, channels, rate, sample_bytes;
	const uint8_t *data;
	size_t frames;
};

static uint32_t le(const uint8_t *p, unsigned bytes)
{
	uint32_t v = 0;

	for (unsigned i = 0; i < bytes; i++)
		v |= (uint32_t)p[i] << (8 * i);

	return v;
}

static int parse_format(struct wav *w, const uint8_t *p, size_t n)
{
	if (n < 16)
		return -EINVAL;
	w->format = le(p, 2);
	w->channels = le(p + 2, 2);
	w->rate = le(p + 4, 4);
	w->sample_bytes = le(p + 14, 2) / 8;
	if (w->format == EXTENSIBLE && n >= 26)
		w->format = le(p + 24, 2);

	return 0;
}

static int is_known(const struct wav *w)
{
	if (!w->channels || w->rate < 4000 || w->rate > 192000)
		return 0;
	if (w->format == PCM)
		return w->sample_bytes >= 1 && w->sample_bytes <= 4;

	return (w->format == FLOAT &&
		(w->sample_bytes == 4 || w->sample_bytes == 8)) ||
	       ((w->format == ALAW || w->format == MULAW) &&
		w->sample_bytes == 1);
}

/* Who writes into a pipe knows no size: the file's, and then this chunk's, is 0
 * or the largest. */
static bool is_streamed(const uint8_t *file)
{
	const uint32_t riff = le(file + 4, 4);

	return riff == 0 || riff == UINT32_MAX;
}

/* A data chunk that claims more than there is ends with the file. */
static int parse(struct wav *w, const uint8_t *p, size_t n)
{
	size_t at = 12;
	int err = -EINVAL;

	if (n < 12 || memcmp(p, "RIFF", 4) != 0 ||
	    memcmp(p + 8, "WAVE", 4) != 0)
		return -EINVAL;
	while (n - at >= 8) {
		size_t len = le(p + at + 4, 4), left = n - at - 8;
		const uint8_t *id = p + at, *body = id + 8;

		if (!len && !memcmp(id, "data", 4) && is_streamed(p))
			len = left;
		if (len > left)
			len = left;
		if (!memcmp(id, "fmt ", 4)) {
			err = parse_format(w, body, len);
		} else if (!memcmp(id, "data", 4)) {
			if (err || !is_known(w))
				return -EINVAL;
			w->data = body;
			w->frames = len / w->channels / w->sample_bytes;
			return 0;
		}
		at += 8 + len + (len & 1 && len < left);
	}

	return -EINVAL;
}

/* Source: ITU-T G.711, table 2a. */
static float mulaw(uint8_t code)
{
	unsigned c = (uint8_t)~code, e = c >> 4 & 7;
	float v = (float)((((c & 15) << 3) + 132) << e) - 132;

	return c & 0x80 ? -v : v;
}

/* IEEE 754 of either width. */
static float real(const uint8_t *p, unsigned bytes)
{
	const uint64_t v =
		le(p, 4) | (bytes == 8 ? (uint64_t)le(p + 4, 4) << 32 : 0);
	const uint32_t low = (uint32_t)v;
	float f;
	double d;

	memcpy(&f, &low, sizeof(f));
	memcpy(&d, &v, sizeof(d));

	return bytes == 8 ? (float)d : f;
}

/* First channel of a frame, full scale 32768. */
static float sample(const struct wav *w, size_t i)
{
	const uint8_t *p = w->data + i * w->channels * w->sample_bytes;
	uint32_t v;
	float f;

	if (w->format == ALAW)
		return yh_alaw_decode(*p);
	if (w->format == MULAW)
		return mulaw(*p);
	if (w->format == FLOAT) {
		f = real(p, w->sample_bytes);
		return isfinite(f) ? f * 32768 : 0;
	}
	v = le(p, w->sample_bytes);
	if (w->sample_bytes == 1) /* unsigned, all the others are not */
		return ((float)v - 128) * 256;

	return (float)(int32_t)(v << (32 - 8 * w->sample_bytes)) / 65536;
}

static void round_off(const float *x, size_t n, int16_t *out)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (int16_t)lrintf(fminf(fmaxf(x[i], -32768), 32767));
}

int yh_wav_parse(const uint8_t *file, size_t bytes, int16_t **pcm, size_t *n)
{
	struct wav w = {0};
	int err = parse(&w, file, bytes);
	float *in, *x;
	size_t len;

	if (err)
		return err;
	len = yh_resampled(w.frames, w.rate, YH_RATE_HZ);
	in = yh_calloc(w.frames + 1, sizeof(*in));
	x = w.rate == YH_RATE_HZ ? in : yh_calloc(len + 1, sizeof(*x));
	*pcm = yh_calloc(len + 1, sizeof(**pcm));
	if (in && x && *pcm) {
		for (size_t i = 0; i < w.frames; i++)
			in[i] = sample(&w, i);
		if (x != in)
			yh_resample(in, w.frames, w.rate, YH_RATE_HZ, x);
		round_off(x, len, *pcm);
		*n = len;
	} else {
		yh_free(*pcm);
		err = -ENOMEM;
	}
	if (x != in)
		yh_free(x);
	yh_free(in);

	return err;
}

static int read_file(FILE *f, uint8_t **out, size_t *n)
{
	uint8_t *buf;
	struct stat st;
	long size;

	if (!fstat(fileno(f), &st) && S_ISDIR(st.st_mode))
		return -EISDIR;
	if (fseek(f, 0, SEEK_END) || (size = ftell(f)) < 0 ||
	    fseek(f, 0, SEEK_SET))
		return -EIO;
	if (size > MAX_BYTES)
		return -EFBIG;
	buf = yh_calloc((size_t)size + 1, 1);
	if (!buf)
		return -ENOMEM;
	*n = fread(buf, 1, (size_t)size, f);
	*out = buf;

	return 0;
}

int yh_wav_read(const char *path, int16_t **pcm, size_t *n)
{
	FILE *f = fopen(path, "rb");
	uint8_t *file = NULL;
	size_t bytes = 0;
	int err;

	if (!f)
		return -errno;
	err = read_file(f, &file, &bytes);
	fclose(f);
	if (!err)
		err = yh_wav_parse(file, bytes, pcm, n);
	yh_free(file);

	return err;
}
