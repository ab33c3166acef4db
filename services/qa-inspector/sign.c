/** @file sign.c  Signatures of packs, contract in sign.h */
#include "sign.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "crypto/crypto.h"

enum { MAX_FILE = 4 << 20, SIGNATURE = 64 };

/* @param[out] data Heap, shape (n), NUL-terminated */
static int read_all(const char *path, char **data, size_t *n)
{
	FILE *f = fopen(path, "rb");
	char *p;
	int err = 0;

	if (!f)
		return -errno;
	p = yh_zalloc(MAX_FILE + 2);
	if (!p) {
		fclose(f);
		return -ENOMEM;
	}
	*n = fread(p, 1, MAX_FILE + 1, f);
	if (ferror(f))
		err = -EIO;
	else if (*n > MAX_FILE)
		err = -EFBIG;
	fclose(f);
	if (err)
		yh_free(p);
	else
		*data = p;

	return err;
}

static EVP_PKEY *read_key(const char *path, bool is_private)
{
	FILE *f = fopen(path, "r");
	EVP_PKEY *key;

	if (!f)
		return NULL;
	key = is_private ? PEM_read_PrivateKey(f, NULL, NULL, NULL)
			 : PEM_read_PUBKEY(f, NULL, NULL, NULL);
	fclose(f);
	if (key && EVP_PKEY_get_base_id(key) != EVP_PKEY_ED25519) {
		EVP_PKEY_free(key);
		key = NULL;
	}

	return key;
}

static int write_hex(const char *path, const uint8_t *signature)
{
	char hex[2 * SIGNATURE + 1];
	FILE *f = fopen(path, "w");
	int err = 0;

	if (!f)
		return -errno;
	yh_hex(signature, SIGNATURE, hex);
	if (fprintf(f, "%s\n", hex) < 0)
		err = -EIO;
	if (fclose(f) && !err)
		err = -EIO;

	return err;
}

int qa_sign_file(const char *path, const char *key)
{
	EVP_PKEY *k = read_key(key, true);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t signature[SIGNATURE];
	size_t n = 0, len = sizeof(signature);
	char *data = NULL, name[4096];
	int err = !k ? -EINVAL : !ctx ? -ENOMEM : read_all(path, &data, &n);

	if (!err &&
	    (EVP_DigestSignInit(ctx, NULL, NULL, NULL, k) != 1 ||
	     EVP_DigestSign(ctx, signature, &len, (uint8_t *)data, n) != 1))
		err = -EIO;
	if (!err) {
		snprintf(name, sizeof(name), "%s.sig", path);
		err = write_hex(name, signature);
	}
	yh_free(data);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(k);

	return err;
}

static int read_signature(const char *path, uint8_t *signature)
{
	char name[4096], *hex = NULL;
	size_t n;
	int err;

	snprintf(name, sizeof(name), "%s.sig", path);
	err = read_all(name, &hex, &n);
	if (err)
		return err;
	hex[strcspn(hex, "\r\n")] = '\0';
	if (yh_unhex(hex, signature, SIGNATURE))
		err = -EBADMSG;
	yh_free(hex);

	return err;
}

int qa_sign_verify(const char *path, const char *key)
{
	uint8_t signature[SIGNATURE];
	char *data = NULL;
	size_t n = 0;
	EVP_PKEY *k = NULL;
	EVP_MD_CTX *ctx = NULL;
	int err = read_signature(path, signature);

	if (err)
		return err;
	k = read_key(key, false);
	ctx = EVP_MD_CTX_new();
	err = !k ? -EINVAL : !ctx ? -ENOMEM : read_all(path, &data, &n);
	if (!err && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, k) != 1)
		err = -EIO;
	if (!err && EVP_DigestVerify(ctx, signature, sizeof(signature),
				     (uint8_t *)data, n) != 1)
		err = -EBADMSG;
	yh_free(data);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(k);

	return err;
}
