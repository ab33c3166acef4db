/** @file test_cipher.c  Many packets at a time give the bytes that one gives */
#include <criterion/criterion.h>
#include <string.h>

#include "cipher.h"

enum { BYTES = 700 };

static uint8_t buf[DIAL_CIPHER_MANY][BYTES], alone[BYTES];
static struct dial_cipher_key keys[3];

static void setup(void)
{
	for (uint8_t i = 0; i < 3; i++) {
		uint8_t aes[DIAL_CIPHER_KEY] = {i, 1}, auth[20] = {i, 2};

		cr_assert_eq(dial_cipher_key_init(&keys[i], aes, auth), 0);
	}
}

TestSuite(cipher, .init = setup);

/* Lengths, heads and keys differ. */
static struct dial_cipher_job make(uint8_t *packet, unsigned i)
{
	struct dial_cipher_job j = {.key = &keys[i % 3],
				    .packet = packet,
				    .head = 12 + i % 5 * 4,
				    .len = 33 + i * 7,
				    .suffix = i % 2 ? 4 : 0,
				    .iv = {[3] = (uint8_t)i, [15] = 0xfe}};

	for (unsigned k = 0; k < BYTES; k++)
		packet[k] = (uint8_t)(k * 3 + i);

	return j;
}

Test(cipher, any_count_of_packets_gives_what_each_alone_gives_and_goes_back)
{
	for (unsigned n = 1; n <= DIAL_CIPHER_MANY; n++) {
		struct dial_cipher_job jobs[DIAL_CIPHER_MANY];

		for (unsigned i = 0; i < n; i++)
			jobs[i] = make(buf[i], i);
		cr_assert_eq(dial_cipher_seal(jobs, n), 0);
		for (unsigned i = 0; i < n; i++) {
			struct dial_cipher_job j = make(alone, i);

			cr_assert_eq(dial_cipher_seal(&j, 1), 0);
			cr_assert_arr_eq(buf[i], alone, BYTES, "%u of %u", i,
					 n);
			cr_assert_arr_eq(jobs[i].tag, j.tag, DIAL_CIPHER_TAG);
		}
		cr_assert_eq(dial_cipher_open(jobs, n), 0);
		for (unsigned i = 0; i < n; i++) {
			make(alone, i);
			cr_assert_arr_eq(buf[i], alone, BYTES);
		}
	}
}

Test(cipher, a_packet_with_nothing_to_encrypt_among_many_is_signed)
{
	struct dial_cipher_job jobs[20], j;

	for (unsigned i = 0; i < 20; i++) {
		jobs[i] = make(buf[i], i);
		jobs[i].len = i == 9 ? jobs[i].head : jobs[i].len;
	}
	cr_assert_eq(dial_cipher_seal(jobs, 20), 0);
	for (unsigned i = 0; i < 20; i++) {
		j = make(alone, i);
		j.len = i == 9 ? j.head : j.len;
		cr_assert_eq(dial_cipher_seal(&j, 1), 0);
		cr_assert_arr_eq(buf[i], alone, BYTES);
		cr_assert_arr_eq(jobs[i].tag, j.tag, DIAL_CIPHER_TAG);
	}
}

/* RFC 2202 case 1 has a key of 20 bytes; the AES of SP 800-38A, F.5.1. */
Test(cipher, the_published_vectors_come_out)
{
	static const uint8_t want_tag[] = {
		0xb6, 0x17, 0x31, 0x86, 0x55, 0x05, 0x72, 0x64, 0xe2, 0x8b,
		0xc0, 0xb6, 0xfb, 0x37, 0x8c, 0x8e, 0xf1, 0x46, 0xbe, 0x00};
	static const uint8_t aes[] = {0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae,
				      0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88,
				      0x09, 0xcf, 0x4f, 0x3c};
	static const uint8_t iv[] = {0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5,
				     0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb,
				     0xfc, 0xfd, 0xfe, 0xff};
	static const uint8_t stream[] = {0xec, 0x8c, 0xdf, 0x73, 0x98, 0x60,
					 0x7c, 0xb0, 0xf2, 0xd2, 0x16, 0x75,
					 0xea, 0x9e, 0xa1, 0xe4};
	struct dial_cipher_job jobs[16];
	uint8_t auth[20], out[16];
	struct dial_cipher_key key;

	memset(auth, 0x0b, sizeof(auth));
	cr_assert_eq(dial_cipher_key_init(&key, aes, auth), 0);
	for (unsigned i = 0; i < 16; i++) {
		/* Signed before it is decrypted: "Hi There" as it is. */
		jobs[i] = (struct dial_cipher_job){
			.key = &key, .packet = buf[i], .len = 8};
		memcpy(buf[i], "Hi There", 8);
	}
	cr_assert_eq(dial_cipher_open(jobs, 16), 0);
	for (unsigned i = 0; i < 16; i++)
		cr_assert_arr_eq(jobs[i].tag, want_tag, sizeof(want_tag));
	cr_assert_eq(dial_cipher_stream(aes, iv, out, sizeof(out)), 0);
	cr_assert_arr_eq(out, stream, sizeof(out));
}
