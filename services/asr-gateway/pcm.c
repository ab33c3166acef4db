/** @file pcm.c  Speech in memory, contract in pcm.h */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "pcm.h"

enum { FIRST = 2 * 8000 }; /* [samples]: most utterances fit */

static size_t held; /* [samples] */

/* Not realloc(): that would leave a copy behind that nobody wipes. */
static int grow(struct asr_pcm *p, size_t n)
{
	size_t cap = p->cap ? p->cap : FIRST;
	int16_t *at;

	if (n <= p->cap)
		return 0;
	while (cap < n)
		cap *= 2;
	at = yh_calloc(cap, sizeof(*at));
	if (!at)
		return -ENOMEM;
	if (p->at) {
		memcpy(at, p->at, p->n * sizeof(*at));
		explicit_bzero(p->at, p->n * sizeof(*at));
		yh_free(p->at);
	}
	held += cap - p->cap;
	p->at = at;
	p->cap = cap;

	return 0;
}

int asr_pcm_add(struct asr_pcm *p, const int16_t *pcm, size_t n)
{
	int err;

	if (n > ASR_MAX_SAMPLES - p->n)
		n = ASR_MAX_SAMPLES - p->n;
	if (!n)
		return 0;
	err = grow(p, p->n + n);
	if (err)
		return err;
	memcpy(p->at + p->n, pcm, n * sizeof(*pcm));
	p->n += n;

	return 0;
}

void asr_pcm_wipe(struct asr_pcm *p)
{
	if (p->at)
		explicit_bzero(p->at, p->n * sizeof(*p->at));
	held -= p->cap;
	yh_free(p->at);
	*p = (struct asr_pcm){0};
}

size_t asr_pcm_held(void)
{
	return held * sizeof(int16_t);
}
