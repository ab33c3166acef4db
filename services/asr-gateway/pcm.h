/**
 * @file pcm.h  Speech in memory: one utterance, bounded, wiped when let go.
 *
 * This is the only place where speech to be recognised is kept; nothing of it
 * goes to a disk.
 */
#ifndef ASR_PCM_H
#define ASR_PCM_H

#include "engine.h"

struct asr_pcm {
	int16_t *at; /**< Shape (n), 8000 Hz */
	size_t n, cap;
};

/** Append; what is over ASR_MAX_SAMPLES is dropped. @param pcm Borrowed
 * @return 0, -ENOMEM */
int asr_pcm_add(struct asr_pcm *p, const int16_t *pcm, size_t n);
/** Overwrite with zeros, free, make empty. */
void asr_pcm_wipe(struct asr_pcm *p);
/** All speech that is in memory now [bytes]. Loop thread. */
size_t asr_pcm_held(void);

#endif
