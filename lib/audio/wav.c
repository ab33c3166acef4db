/** @file wav.c  Stereo A-law WAV, contract in wav.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <openssl/evp.h>

#include "audio/g711.h"
#include "audio/wav.h"
#include "base/mem.h"

static const char label[] =
	"AIGC: right channel is synthetic speech, Yinhu voice agent";

struct sink {
	FILE *f;
	EVP_MD_CTX *md;
	int failed;
};

static void put(struct sink *s, const void *data, size_t n)
{
	if (fwrite(data, 1, n, s->f) != n || !EVP_DigestUpdate(s->md, data, n))
		s->failed = 1;
}

static void put_le(struct sink *s, uint32_t v, size_t bytes)
{
	uint8_t b[4];

	for (size_t i = 0; i < sizeof(b); i++)
		b[i] = (uint8_t)(v >> (8 * i));
	put(s, b, bytes);
}

static void put_header(struct sink *s, size_t n)
{
	const uint32_t label_bytes = (sizeof(label) + 1) & ~1u;
	const uint32_t list_bytes = 4 + 8 + label_bytes;
	const uint32_t data_bytes = (uint32_t)n * 2;
	const char pad = '\0';

	put(s, "RIFF", 4);
	put_le(s, 4 + 8 + 18 + 8 + 4 + 8 + list_bytes + 8 + data_bytes, 4);
	put(s, "WAVEfmt ", 8);
	put_le(s, 18, 4);
	put_le(s, 6, 2); /* A-law */
	put_le(s, 2, 2);
	put_le(s, YH_RATE_HZ, 4);
	put_le(s, YH_RATE_HZ * 2, 4);
	put_le(s, 2, 2);
	put_le(s, 8, 2);
	put_le(s, 0, 2);
	put(s, "fact", 4);
	put_le(s, 4, 4);
	put_le(s, (uint32_t)n, 4);
	put(s, "LIST", 4);
	put_le(s, list_bytes, 4);
	put(s, "INFOICMT", 8);
	put_le(s, label_bytes, 4);
	put(s, label, sizeof(label));
	if (label_bytes > sizeof(label))
		put(s, &pad, 1);
	put(s, "data", 4);
	put_le(s, data_bytes, 4);
}

static void put_samples(struct sink *s, const uint8_t *left,
			const uint8_t *right, size_t n)
{
	uint8_t block[2 * YH_FRAME_SAMPLES] = {0};

	for (size_t i = 0; i < n;) {
		size_t k = 0;

		while (i < n && k < sizeof(block)) {
			block[k++] = left[i];
			block[k++] = right[i++];
		}
		put(s, block, k);
	}
}

static int write_all(struct sink *s, const char *part, const uint8_t *left,
		     const uint8_t *right, size_t n)
{
	s->f = fopen(part, "wb");
	if (!s->f)
		return -errno;
	if (!s->md || !EVP_DigestInit_ex(s->md, EVP_sha256(), NULL))
		s->failed = 1;
	if (!s->failed) {
		put_header(s, n);
		put_samples(s, left, right, n);
	}
	if (fflush(s->f) || fsync(fileno(s->f)))
		s->failed = 1;
	if (fclose(s->f))
		s->failed = 1;

	return s->failed ? -EIO : 0;
}

int yh_wav_write(const char *path, const uint8_t *left, const uint8_t *right,
		 size_t n, char sha256[65])
{
	struct sink s = {.md = EVP_MD_CTX_new()};
	char *part = yh_asprintf("%s.part", path);
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	int err = part ? write_all(&s, part, left, right, n) : -ENOMEM;

	if (!err && !EVP_DigestFinal_ex(s.md, sum, &len))
		err = -EIO;
	if (!err && rename(part, path))
		err = -errno;
	for (unsigned i = 0; i < 32 && !err; i++)
		snprintf(sha256 + 2 * i, 3, "%02x", sum[i]);
	if (err && part)
		unlink(part);
	EVP_MD_CTX_free(s.md);
	yh_free(part);

	return err;
}
