/** @file cipher.c  SRTP's bytes, contract in cipher.h */
#define OPENSSL_SUPPRESS_DEPRECATED /* SHA_CTX: copied without allocating */
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#if __has_include(<intel-ipsec-mb.h>)
#define MANY 1
#include <intel-ipsec-mb.h>
#else
#define MANY 0
typedef void IMB_MGR;
#endif

#include "base/mem.h"
#include "cipher.h"

enum { FEW = 8 /* packets that OpenSSL does faster, one by one */ };

/* ---- a thread's machinery --------------------------------------------------
 */

struct machine {
	EVP_CIPHER_CTX *aes;
	IMB_MGR *many; /* NULL: not on this machine */
};

static pthread_key_t machines;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static _Thread_local struct machine *mine;

static void end_machine(void *arg)
{
	struct machine *m = arg;

	EVP_CIPHER_CTX_free(m->aes);
#if MANY
	if (m->many)
		free_mb_mgr(m->many);
#endif
	yh_free(m);
	mine = NULL;
}

static void make_key(void)
{
	pthread_key_create(&machines, end_machine);
}

static IMB_MGR *open_many(void)
{
#if MANY
	IMB_MGR *many = alloc_mb_mgr(0);

	if (many)
		init_mb_mgr_auto(many, NULL);
	if (!many || !imb_get_errno(many))
		return many;
	free_mb_mgr(many);
#endif
	return NULL;
}

/* @return NULL: no memory */
static struct machine *machine(void)
{
	struct machine *m = mine;

	if (m)
		return m;
	pthread_once(&once, make_key);
	m = yh_zalloc(sizeof(*m));
	if (!m)
		return NULL;
	m->aes = EVP_CIPHER_CTX_new();
	m->many = open_many();
	if (!m->aes ||
	    EVP_EncryptInit_ex(m->aes, EVP_aes_128_ctr(), NULL, NULL, NULL) !=
		    1 ||
	    pthread_setspecific(machines, m)) {
		end_machine(m);
		return NULL;
	}
	mine = m;

	return m;
}

/* ---- one packet ------------------------------------------------------------
 */

static int counter_mode(EVP_CIPHER_CTX *aes, const uint8_t *key,
			const uint8_t *iv, uint8_t *p, size_t n)
{
	int done;

	return EVP_EncryptInit_ex(aes, NULL, NULL, key, iv) == 1 &&
			       EVP_EncryptUpdate(aes, p, &done, p, (int)n) ==
				       1 &&
			       (size_t)done == n
		       ? 0
		       : -EIO;
}

/* SHA-1 of what follows one block. */
static void sha1_after(const uint32_t state[5], const uint8_t *p, size_t n,
		       uint8_t out[SHA_DIGEST_LENGTH])
{
	SHA_CTX c = {.h0 = state[0],
		     .h1 = state[1],
		     .h2 = state[2],
		     .h3 = state[3],
		     .h4 = state[4],
		     .Nl = SHA_CBLOCK * 8};

	SHA1_Update(&c, p, n);
	SHA1_Final(out, &c);
}

static void sign(struct dial_cipher_job *j)
{
	sha1_after(j->key->inner, j->packet, j->len + j->suffix, j->tag);
	sha1_after(j->key->outer, j->tag, SHA_DIGEST_LENGTH, j->tag);
}

static int one(struct machine *m, struct dial_cipher_job *j, bool seal)
{
	int err;

	if (!seal)
		sign(j);
	err = counter_mode(m->aes, j->key->aes, j->iv, j->packet + j->head,
			   j->len - j->head);
	if (seal)
		sign(j);

	return err;
}

/* ---- many ------------------------------------------------------------------
 */

#if MANY
static void describe(IMB_JOB *d, struct dial_cipher_job *j, bool seal)
{
	d->cipher_mode = IMB_CIPHER_CNTR;
	d->cipher_direction = seal ? IMB_DIR_ENCRYPT : IMB_DIR_DECRYPT;
	d->chain_order = seal ? IMB_ORDER_CIPHER_HASH : IMB_ORDER_HASH_CIPHER;
	d->hash_alg = IMB_AUTH_HMAC_SHA_1;
	d->enc_keys = d->dec_keys = j->key->round;
	d->key_len_in_bytes = DIAL_CIPHER_KEY;
	d->src = j->packet;
	d->dst = j->packet + j->head;
	d->cipher_start_src_offset_in_bytes = j->head;
	d->msg_len_to_cipher_in_bytes = j->len - j->head;
	d->hash_start_src_offset_in_bytes = 0;
	d->msg_len_to_hash_in_bytes = j->len + j->suffix;
	d->iv = j->iv;
	d->iv_len_in_bytes = DIAL_CIPHER_IV;
	d->auth_tag_output = j->tag;
	d->auth_tag_output_len_in_bytes = DIAL_CIPHER_TAG;
	d->u.HMAC._hashed_auth_key_xor_ipad = (const uint8_t *)j->key->inner;
	d->u.HMAC._hashed_auth_key_xor_opad = (const uint8_t *)j->key->outer;
}

static int burst(IMB_MGR *many, struct dial_cipher_job *jobs, unsigned n,
		 bool seal)
{
	IMB_JOB *list[DIAL_CIPHER_MANY];
	unsigned done, more = 1;

	if (IMB_GET_NEXT_BURST(many, n, list) != n)
		return -EIO;
	for (unsigned i = 0; i < n; i++)
		describe(list[i], &jobs[i], seal);
	done = IMB_SUBMIT_BURST_NOCHECK(many, n, list);
	while (done < n && more) {
		more = IMB_FLUSH_BURST(many, n - done, list);
		done += more;
	}

	return done == n ? 0 : -EIO;
}

static void schedule(IMB_MGR *many, struct dial_cipher_key *key)
{
	uint32_t decrypting[44] __attribute__((aligned(16)));

	IMB_AES_KEYEXP_128(many, key->aes, key->round, decrypting);
	OPENSSL_cleanse(decrypting, sizeof(decrypting));
}
#else
static int burst(IMB_MGR *many, struct dial_cipher_job *jobs, unsigned n,
		 bool seal)
{
	(void)many, (void)jobs, (void)n, (void)seal;

	return -ENOSYS;
}

static void schedule(IMB_MGR *many, struct dial_cipher_key *key)
{
	(void)many, (void)key;
}
#endif

/* The library does not take what has nothing to encrypt. */
static bool all_have_bytes(const struct dial_cipher_job *jobs, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		if (jobs[i].head == jobs[i].len)
			return false;
	}

	return true;
}

static int work(struct dial_cipher_job *jobs, unsigned n, bool seal)
{
	struct machine *m = machine();
	int err = m ? 0 : -ENOMEM;

	if (m && m->many && n >= FEW && all_have_bytes(jobs, n))
		return burst(m->many, jobs, n, seal);
	for (unsigned i = 0; i < n && !err; i++)
		err = one(m, &jobs[i], seal);

	return err;
}

int dial_cipher_seal(struct dial_cipher_job *jobs, unsigned n)
{
	return work(jobs, n, true);
}

int dial_cipher_open(struct dial_cipher_job *jobs, unsigned n)
{
	return work(jobs, n, false);
}

/* ---- keys ------------------------------------------------------------------
 */

/* SHA-1 past a block of HMAC's key. */
static void pad(uint32_t state[5], const uint8_t auth[DIAL_CIPHER_AUTH],
		uint8_t with)
{
	uint8_t block[SHA_CBLOCK];
	SHA_CTX c;

	memset(block, with, sizeof(block));
	for (int i = 0; i < DIAL_CIPHER_AUTH; i++)
		block[i] ^= auth[i];
	SHA1_Init(&c);
	SHA1_Update(&c, block, sizeof(block));
	state[0] = c.h0;
	state[1] = c.h1;
	state[2] = c.h2;
	state[3] = c.h3;
	state[4] = c.h4;
	OPENSSL_cleanse(block, sizeof(block));
	OPENSSL_cleanse(&c, sizeof(c));
}

int dial_cipher_key_init(struct dial_cipher_key *key,
			 const uint8_t aes[DIAL_CIPHER_KEY],
			 const uint8_t auth[DIAL_CIPHER_AUTH])
{
	struct machine *m = machine();

	if (!m)
		return -ENOMEM;
	memcpy(key->aes, aes, DIAL_CIPHER_KEY);
	pad(key->inner, auth, 0x36);
	pad(key->outer, auth, 0x5c);
	if (m->many)
		schedule(m->many, key);

	return 0;
}

int dial_cipher_stream(const uint8_t aes[DIAL_CIPHER_KEY],
		       const uint8_t iv[DIAL_CIPHER_IV], uint8_t *out, size_t n)
{
	struct machine *m = machine();

	if (!m)
		return -ENOMEM;
	memset(out, 0, n);

	return counter_mode(m->aes, aes, iv, out, n);
}
