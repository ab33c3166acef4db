/**
 * @file engines_conf.h  What the file of engines says, checked.
 *
 * The keys are described in docs/recognition.md. Pure but for reading.
 */
#ifndef ASR_ENGINES_CONF_H
#define ASR_ENGINES_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** 0 = not given; asr_config_load() puts the usual value in its place. */
struct asr_pool_config {
	char *name;
	char *engine; /**< "funasr", "vosk", "sherpa-ws", "sherpa" */
	char **urls;  /**< Servers; shape (n_urls); not for sherpa */
	unsigned n_urls;
	char *ca_file;	  /**< For wss://; NULL: the system's */
	char *model_dir;  /**< Of sherpa */
	char *library;	  /**< Of sherpa: folder of the shared objects */
	uint32_t threads; /**< Of sherpa [1..64] */
	uint32_t rate_hz; /**< 0: the protocol's, else 8000 or 16000 */
	uint32_t connect_ms, final_ms, max_streams;
	uint32_t max_error_percent, slow_ms, min_asked, open_ms, max_open_ms;
};

struct asr_dialect_config {
	char *name;
	char **regions; /**< Shape (n_regions) */
	unsigned n_regions;
	char *primary, *secondary; /**< Names of pools, or NULL */
	bool *embedded; /**< NULL: yes, the embedded engine is the last rung */
};

struct asr_config {
	struct asr_pool_config *pools; /**< Shape (n_pools) */
	unsigned n_pools;
	struct asr_dialect_config *dialects; /**< Shape (n_dialects), n > 0 */
	unsigned n_dialects;
};

/** @param error Receives what is wrong (size bytes)
 * @return 0, YH_ERR_BAD_CONFIG, -ENOMEM */
int asr_config_load(struct asr_config **out, const char *path, char *error,
		    size_t size);
/** @param c Taken, may be NULL */
void asr_config_free(struct asr_config *c);
/** @return Index of the pool, or -1; also for NULL */
int asr_config_pool(const struct asr_config *c, const char *name);

#endif
