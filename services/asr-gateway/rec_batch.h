/** @file rec_batch.h  A CPU engine (engine.h) as a recognizer. */
#ifndef ASR_REC_BATCH_H
#define ASR_REC_BATCH_H

#include "loop/pool.h"
#include "recognizer.h"

/**
 * Utterances are gathered and decoded whole, in a pause and at their end, on
 * the pool's threads.
 *
 * @param ops, engine Kept; destroyed by their owner after the recognizer
 * @param pool Kept; its threads are the engine's workers
 * @return 0, -ENOMEM
 */
int asr_rec_batch_create(struct asr_recognizer **out,
			 const struct asr_engine_ops *ops,
			 struct asr_engine *engine, struct yh_pool *pool);

#endif
