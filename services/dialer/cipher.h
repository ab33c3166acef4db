/**
 * @file cipher.h  What SRTP does to bytes: AES-128 in counter mode and
 *                 HMAC-SHA1, for many packets at a time.
 *
 * Where the machine has Intel's multi-buffer library, as Debian has on amd64,
 * a batch is signed in the lanes of its vector unit, at a third of the price of
 * one packet after the other; a few packets, and all of them elsewhere, are
 * OpenSSL's. Both give the same bytes. A key has no pointers and no allocation
 * of its own.
 *
 * Any thread; each has its own machinery, made at its first packet and gone
 * with it.
 *
 * Source: RFC 3711 sections 4.1.1 and 4.2.1, RFC 2104; FIPS 180-4, SP 800-38A.
 */
#ifndef DIAL_CIPHER_H
#define DIAL_CIPHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DIAL_CIPHER_KEY = 16,  /**< AES' [bytes] */
	DIAL_CIPHER_AUTH = 20, /**< HMAC's [bytes] */
	DIAL_CIPHER_IV = 16,
	DIAL_CIPHER_TAG = 20,  /**< Before it is cut short */
	DIAL_CIPHER_MANY = 64, /**< Jobs of a batch, at most */
};

struct dial_cipher_key {
	uint32_t round[44] __attribute__((aligned(16))); /**< AES' schedule */
	uint32_t inner[5], outer[5]; /**< SHA-1 past HMAC's key */
	uint8_t aes[DIAL_CIPHER_KEY];
};

/** A packet: signed are `len + suffix` bytes, encrypted those from `head` to
 * `len`. */
struct dial_cipher_job {
	const struct dial_cipher_key *key; /**< Borrowed */
	uint8_t *packet;		   /**< Borrowed; changed in place */
	size_t head, len, suffix;
	uint8_t iv[DIAL_CIPHER_IV];
	uint8_t tag[DIAL_CIPHER_TAG]; /**< Answer */
};

/** @return 0, -ENOMEM, -EIO (OpenSSL refuses) */
int dial_cipher_key_init(struct dial_cipher_key *key,
			 const uint8_t aes[DIAL_CIPHER_KEY],
			 const uint8_t auth[DIAL_CIPHER_AUTH]);

/** Encrypt, then sign. @param n 1..DIAL_CIPHER_MANY
 * @return 0, -ENOMEM, -EIO: nothing may be sent */
int dial_cipher_seal(struct dial_cipher_job *jobs, unsigned n);
/** Sign what is encrypted, then decrypt: what was signed wrongly is not to be
 * looked at. @return As above */
int dial_cipher_open(struct dial_cipher_job *jobs, unsigned n);

/** AES-128 in counter mode alone: key derivation.
 * @return 0, -ENOMEM, -EIO */
int dial_cipher_stream(const uint8_t aes[DIAL_CIPHER_KEY],
		       const uint8_t iv[DIAL_CIPHER_IV], uint8_t *out,
		       size_t n);

#endif
