/** @file test_crypto.c  Mirrors lib/crypto/crypto.c */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/mem.h"
#include "crypto/crypto.h"

static char path[] = "/tmp/yh-keys-XXXXXX";
static struct yh_keys *keys;

static void write_keys(const char *text, mode_t mode)
{
	FILE *f = fopen(path, "w");

	fputs(text, f);
	fclose(f);
	chmod(path, mode);
}

#define A32 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define B32 "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"

static void setup(void)
{
	close(mkstemp(path));
	write_keys(A32 "\n" B32 "\n", 0600);
	if (yh_keys_load(&keys, path))
		abort();
}

static void teardown(void)
{
	yh_keys_destroy(keys);
	unlink(path);
}

TestSuite(crypto, .init = setup, .fini = teardown, .timeout = 10);

Test(crypto, what_was_sealed_opens_again)
{
	uint8_t sealed[5 + YH_SEAL_OVERHEAD];
	char *plain = NULL;
	size_t n = 0;

	cr_assert_eq(yh_seal(keys, "x", "hello", 5, sealed), 0);
	cr_assert_eq(yh_unseal(keys, "x", sealed, sizeof(sealed), &plain, &n),
		     0);
	cr_assert_eq(n, 5);
	cr_assert_str_eq(plain, "hello");
	yh_wipe_free(plain, n);
}

Test(crypto, nothing_is_a_value_too)
{
	uint8_t sealed[YH_SEAL_OVERHEAD];
	char *plain = NULL;
	size_t n = 9;

	cr_assert_eq(yh_seal(keys, "x", "", 0, sealed), 0);
	cr_assert_eq(yh_unseal(keys, "x", sealed, sizeof(sealed), &plain, &n),
		     0);
	cr_assert_eq(n, 0);
	yh_free(plain);
}

Test(crypto, the_same_text_is_sealed_differently_each_time)
{
	uint8_t a[5 + YH_SEAL_OVERHEAD], b[5 + YH_SEAL_OVERHEAD];

	cr_assert_eq(yh_seal(keys, "x", "hello", 5, a), 0);
	cr_assert_eq(yh_seal(keys, "x", "hello", 5, b), 0);
	cr_assert_neq(memcmp(a, b, sizeof(a)), 0);
}

Test(crypto, a_flipped_bit_anywhere_is_noticed)
{
	uint8_t sealed[5 + YH_SEAL_OVERHEAD];
	char *plain = NULL;
	size_t n;

	cr_assert_eq(yh_seal(keys, "x", "hello", 5, sealed), 0);
	for (size_t i = 0; i < sizeof(sealed); i++) {
		sealed[i] ^= 1;
		cr_assert_eq(yh_unseal(keys, "x", sealed, sizeof(sealed),
				       &plain, &n),
			     -EBADMSG);
		sealed[i] ^= 1;
	}
	cr_assert_null(plain);
}

Test(crypto, a_field_cannot_be_moved_to_another_place)
{
	uint8_t sealed[5 + YH_SEAL_OVERHEAD];
	char *plain = NULL;
	size_t n;

	cr_assert_eq(yh_seal(keys, "phone", "hello", 5, sealed), 0);
	cr_assert_eq(
		yh_unseal(keys, "name", sealed, sizeof(sealed), &plain, &n),
		-EBADMSG);
}

Test(crypto, a_short_field_is_no_field)
{
	uint8_t sealed[YH_SEAL_OVERHEAD];
	char *plain = NULL;
	size_t n;

	cr_assert_eq(yh_seal(keys, "x", "", 0, sealed), 0);
	for (size_t len = 0; len < sizeof(sealed); len++)
		cr_assert_eq(yh_unseal(keys, "x", sealed, len, &plain, &n),
			     -EBADMSG);
}

/* HMAC-SHA-256 by `openssl mac -digest SHA256 -macopt hexkey:20..3f HMAC` */
Test(crypto, the_index_is_hmac_with_the_second_key)
{
	uint8_t index[YH_INDEX_SIZE];
	char hex[2 * YH_INDEX_SIZE + 1];

	cr_assert_eq(yh_blind_index(keys, "19900000001", index), 0);
	yh_hex(index, sizeof(index), hex);
	cr_assert_str_eq(hex, "e795c9fcb1631a8479b4c9636998f9ce"
			      "5cd37ca7098c70784ac60c70236cc66a");
}

Test(crypto, sha256_is_that_of_the_standard)
{
	char hex[YH_SHA256_HEX];

	cr_assert_eq(yh_sha256_hex("abc", 3, hex), 0); /* FIPS 180-4 */
	cr_assert_str_eq(hex, "ba7816bf8f01cfea414140de5dae2223"
			      "b00361a396177a9cb410ff61f20015ad");
}

Test(crypto, out_of_memory_opens_nothing)
{
	uint8_t sealed[5 + YH_SEAL_OVERHEAD];
	char *plain = NULL;
	size_t n;

	cr_assert_eq(yh_seal(keys, "x", "hello", 5, sealed), 0);
	yh_mem_fail_after(0);
	cr_assert_eq(yh_unseal(keys, "x", sealed, sizeof(sealed), &plain, &n),
		     -ENOMEM);
	cr_assert_null(plain);
}

Test(crypto, hex_of_another_length_or_letter_is_refused)
{
	uint8_t out[2];

	cr_assert_eq(yh_unhex("00fF", out, 2), 0);
	cr_assert_eq(out[1], 0xff);
	cr_assert_eq(yh_unhex("00f", out, 2), -EINVAL);
	cr_assert_eq(yh_unhex("00ff0", out, 2), -EINVAL);
	cr_assert_eq(yh_unhex("00fg", out, 2), -EINVAL);
}

/* One reason each why a key file is refused. */
Test(crypto, key_files_are_refused)
{
	static const struct {
		const char *text;
		mode_t mode;
		int err;
	} rows[] = {
		{A32 "\n" B32 "\n", 0640, -EACCES}, /* group reads */
		{A32 "\n" B32 "\n", 0604, -EACCES}, /* others read */
		{A32 "\n", 0600, -EINVAL},	    /* one key */
		{A32 A32, 0600, -EINVAL},	    /* twice the same */
		{A32 B32 "0", 0600, -EINVAL},	    /* too long */
		{"g" A32 B32, 0600, -EINVAL},	    /* no digit */
		{"", 0600, -EINVAL},		    /* empty */
	};

	for (size_t i = 0; i < YH_ARRAY_LEN(rows); i++) {
		struct yh_keys *k = NULL;

		write_keys(rows[i].text, rows[i].mode);
		cr_assert_eq(yh_keys_load(&k, path), rows[i].err, "row %zu", i);
		cr_assert_null(k);
	}
}

Test(crypto, keys_may_stand_in_one_line)
{
	struct yh_keys *k = NULL;

	write_keys(A32 B32 "\n", 0600);
	cr_assert_eq(yh_keys_load(&k, path), 0);
	yh_keys_destroy(k);
	cr_assert_eq(yh_keys_load(&k, "/no/such/file"), -ENOENT);
}
