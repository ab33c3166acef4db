/**
 * @file crypto.h  Encryption of single fields, keyed look-up, digests.
 *
 * A sealed field is key id (1 byte), nonce (12, random), ciphertext, tag (16):
 * AES-256-GCM. The label ("contact.phone") is authenticated with it, so a
 * field cannot be moved to another place. The blind index is HMAC-SHA-256 with
 * a key of its own. No loop; thread-safe once loaded.
 *
 * Source: NIST SP 800-38D, RFC 2104, FIPS 180-4; OpenSSL 3.
 */
#ifndef YH_CRYPTO_H
#define YH_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

enum {
	YH_SEAL_OVERHEAD = 1 + 12 + 16, /**< Sealed minus plain [bytes] */
	YH_INDEX_SIZE = 32,		/**< Blind index, SHA-256 [bytes] */
	YH_SHA256_HEX = 65,		/**< Hex text with NUL [bytes] */
};

struct yh_keys;

/**
 * Read the keys: a file of 128 hex digits (encryption key, index key; blanks
 * and line ends do not count) that neither group nor others may read.
 *
 * @return 0, -ENOENT, -EACCES (permissions too wide), -EINVAL (content),
 *         -ENOMEM, another -errno of reading
 */
int yh_keys_load(struct yh_keys **out, const char *path);
/** Wipe and free. @param keys Taken, may be NULL */
void yh_keys_destroy(struct yh_keys *keys);

/**
 * Encrypt.
 *
 * @param label Borrowed, what the field is; the same word opens it
 * @param plain Borrowed, shape (len)
 * @param out   Receives len + YH_SEAL_OVERHEAD bytes
 * @return 0, -EIO (OpenSSL)
 */
int yh_seal(const struct yh_keys *keys, const char *label, const void *plain,
	    size_t len, uint8_t *out);
/**
 * Decrypt.
 *
 * @param sealed  Borrowed, shape (len)
 * @param[out] out Heap, NUL-terminated for convenience; see yh_wipe_free
 * @param[out] n  Its length without the NUL
 * @return 0, -EBADMSG (not sealed by these keys, or changed), -ENOMEM
 */
int yh_unseal(const struct yh_keys *keys, const char *label,
	      const uint8_t *sealed, size_t len, char **out, size_t *n);

/** Keyed hash for look-ups. @param text Borrowed, normalised
 * @param out YH_INDEX_SIZE bytes @return 0, -EIO */
int yh_blind_index(const struct yh_keys *keys, const char *text, uint8_t *out);

/** SHA-256 as lower-case hex. @param hex YH_SHA256_HEX bytes
 * @return 0, -EIO */
int yh_sha256_hex(const void *data, size_t len, char *hex);
/** Random bytes. @return 0, -EIO */
int yh_random(void *out, size_t len);
/** Bytes as lower-case hex. @param hex Receives 2 * len + 1 bytes */
void yh_hex(const void *data, size_t len, char *hex);
/** Hex as bytes. @return 0, -EINVAL (not exactly 2 * len digits) */
int yh_unhex(const char *hex, void *out, size_t len);
/** Overwrite and free. @param p Taken, may be NULL @param len [bytes] */
void yh_wipe_free(void *p, size_t len);

#endif
