/** @file crypto.c  Field encryption, contract in crypto.h */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "base/mem.h"
#include "crypto/crypto.h"

enum { KEY = 32, NONCE = 12, TAG = 16, KEY_ID = 1, HEAD = 1 + NONCE };

struct yh_keys {
	uint8_t field[KEY];
	uint8_t index[KEY];
};

static const char digits[] = "0123456789abcdef";

void yh_hex(const void *data, size_t len, char *hex)
{
	const uint8_t *p = data;

	for (size_t i = 0; i < len; i++) {
		*hex++ = digits[p[i] >> 4];
		*hex++ = digits[p[i] & 15];
	}
	*hex = '\0';
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;

	return -1;
}

int yh_unhex(const char *hex, void *out, size_t len)
{
	uint8_t *p = out;

	for (size_t i = 0; i < len; i++) {
		int hi = digit(hex[2 * i]);
		int lo = hi < 0 ? -1 : digit(hex[2 * i + 1]);

		if (lo < 0)
			return -EINVAL;
		p[i] = (uint8_t)(hi << 4 | lo);
	}

	return hex[2 * len] ? -EINVAL : 0;
}

/* 128 hex digits, blanks and line ends anywhere; in place. */
static int parse_keys(char *text, struct yh_keys *keys)
{
	char *to = text;

	for (const char *p = text; *p; p++)
		if (!strchr(" \t\r\n", *p))
			*to++ = *p;
	*to = '\0';
	if (to - text != 4 * KEY)
		return -EINVAL;
	if (yh_unhex(text + 2 * KEY, keys->index, KEY))
		return -EINVAL;
	text[2 * KEY] = '\0';
	if (yh_unhex(text, keys->field, KEY) ||
	    !memcmp(keys->field, keys->index, KEY))
		return -EINVAL;

	return 0;
}

static int read_private(const char *path, char *text, size_t size)
{
	struct stat st;
	ssize_t n = 0;
	int err = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		err = -errno;
	else if (st.st_mode & (S_IRWXG | S_IRWXO))
		err = -EACCES;
	else if ((n = read(fd, text, size - 1)) < 0)
		err = -errno;
	close(fd);
	text[n > 0 ? n : 0] = '\0';

	return err;
}

int yh_keys_load(struct yh_keys **out, const char *path)
{
	struct yh_keys *keys;
	char text[160];
	int err;

	if (!out || !path)
		return -EINVAL;
	keys = yh_zalloc(sizeof(*keys));
	if (!keys)
		return -ENOMEM;
	err = read_private(path, text, sizeof(text));
	if (!err)
		err = parse_keys(text, keys);
	explicit_bzero(text, sizeof(text));
	if (err) {
		yh_keys_destroy(keys);
		return err;
	}
	*out = keys;

	return 0;
}

void yh_wipe_free(void *p, size_t len)
{
	if (!p)
		return;
	explicit_bzero(p, len);
	yh_free(p);
}

void yh_keys_destroy(struct yh_keys *keys)
{
	yh_wipe_free(keys, sizeof(*keys));
}

static int encrypt(EVP_CIPHER_CTX *ctx, const uint8_t *key, const char *label,
		   const void *plain, size_t len, uint8_t *out)
{
	uint8_t *body = out + HEAD;
	int n;

	if (EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, out + 1) !=
		    1 ||
	    EVP_EncryptUpdate(ctx, NULL, &n, (const uint8_t *)label,
			      (int)strlen(label)) != 1 ||
	    EVP_EncryptUpdate(ctx, body, &n, plain, (int)len) != 1 ||
	    EVP_EncryptFinal_ex(ctx, body + len, &n) != 1 ||
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, TAG, body + len) !=
		    1)
		return -EIO;

	return 0;
}

int yh_seal(const struct yh_keys *keys, const char *label, const void *plain,
	    size_t len, uint8_t *out)
{
	EVP_CIPHER_CTX *ctx;
	int err = -EIO;

	if (len > INT32_MAX || RAND_bytes(out + 1, NONCE) != 1)
		return -EIO;
	out[0] = KEY_ID;
	ctx = EVP_CIPHER_CTX_new();
	if (ctx)
		err = encrypt(ctx, keys->field, label, plain, len, out);
	EVP_CIPHER_CTX_free(ctx);

	return err;
}

static int decrypt(EVP_CIPHER_CTX *ctx, const uint8_t *key, const char *label,
		   const uint8_t *sealed, size_t len, uint8_t *out)
{
	const uint8_t *tag = sealed + HEAD + len;
	int n;

	if (EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, sealed + 1) !=
		    1 ||
	    EVP_DecryptUpdate(ctx, NULL, &n, (const uint8_t *)label,
			      (int)strlen(label)) != 1 ||
	    EVP_DecryptUpdate(ctx, out, &n, sealed + HEAD, (int)len) != 1 ||
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, TAG, (void *)tag) !=
		    1 ||
	    EVP_DecryptFinal_ex(ctx, out + len, &n) != 1)
		return -EBADMSG;

	return 0;
}

int yh_unseal(const struct yh_keys *keys, const char *label,
	      const uint8_t *sealed, size_t len, char **out, size_t *n)
{
	EVP_CIPHER_CTX *ctx;
	char *plain;
	int err = -ENOMEM;

	if (len < YH_SEAL_OVERHEAD || len > INT32_MAX || sealed[0] != KEY_ID)
		return -EBADMSG;
	len -= YH_SEAL_OVERHEAD;
	plain = yh_zalloc(len + 1);
	if (!plain)
		return -ENOMEM;
	ctx = EVP_CIPHER_CTX_new();
	if (ctx)
		err = decrypt(ctx, keys->field, label, sealed, len,
			      (uint8_t *)plain);
	EVP_CIPHER_CTX_free(ctx);
	if (err) {
		yh_wipe_free(plain, len + 1);
		return err;
	}
	*out = plain;
	*n = len;

	return 0;
}

int yh_blind_index(const struct yh_keys *keys, const char *text, uint8_t *out)
{
	unsigned n = 0;

	return HMAC(EVP_sha256(), keys->index, KEY, (const uint8_t *)text,
		    strlen(text), out, &n) &&
			       n == YH_INDEX_SIZE
		       ? 0
		       : -EIO;
}

int yh_sha256_hex(const void *data, size_t len, char *hex)
{
	uint8_t md[32];

	if (EVP_Digest(data, len, md, NULL, EVP_sha256(), NULL) != 1)
		return -EIO;
	yh_hex(md, sizeof(md), hex);

	return 0;
}

int yh_random(void *out, size_t len)
{
	return len <= INT32_MAX && RAND_bytes(out, (int)len) == 1 ? 0 : -EIO;
}
