/**
 * @file engines.h  The engines of the configuration: pools, routes, dialects.
 *
 * The embedded engine is always there. The others come from a YAML file; what
 * it may say is in docs/recognition.md.
 */
#ifndef ASR_ENGINES_H
#define ASR_ENGINES_H

#include "dialect.h"
#include "ladder.h"

struct asr_engines {
	/** The first is the usual one; shape (n), in the file's order. */
	struct asr_dialect *dialects;
	struct asr_route *routes; /**< Shape (n), of the same dialects */
	size_t n;
	struct asr_pool *pools; /**< Shape (n_pools); 0 is the embedded one */
	size_t n_pools;
	struct asr_config *config; /* what the file said; owns the texts */
};

/**
 * Read the file and open what it names.
 *
 * @param file     YAML, or "": the embedded engine alone
 * @param embedded Taken, also on error
 * @return 0, YH_ERR_BAD_CONFIG (logged), -ENOENT (a library or model is
 * missing, logged), -ENOMEM
 */
int asr_engines_open(struct asr_engines **out, uv_loop_t *loop,
		     const char *file, struct asr_recognizer *embedded);
/** Streams must be closed. @param e Taken, may be NULL */
void asr_engines_close(struct asr_engines *e);

#endif
