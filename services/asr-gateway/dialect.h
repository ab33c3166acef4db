/**
 * @file dialect.h  Which dialect's engines hear a call.
 *
 * At first the contact's region or language decides; when two utterances in a
 * row are hardly understood, the call goes on with the next dialect.
 * Pure.
 */
#ifndef ASR_DIALECT_H
#define ASR_DIALECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ASR_DIALECTS_MAX = 32, ASR_DIALECT_LOW = 2 };

struct asr_dialect {
	const char *name; /**< "mandarin", "cantonese", ... */
	/** Beginnings of regions (GB/T 2260 codes, area codes: whatever the
	 * contacts carry) or whole languages ("yue", "zh-HK"); shape (n) */
	const char *const *regions;
	size_t n_regions;
};

/** Of one call. All zeros: not chosen yet. */
struct asr_dialect_state {
	unsigned now;	/**< Index of the dialect */
	unsigned low;	/**< Utterances in a row that were hardly understood */
	uint32_t tried; /**< Dialects of this call, a bit each */
};

/** Choose for a new call: the longest region that `region` begins with; else
 * the one that is `language`; else the first.
 * @param list Borrowed, shape (n), n in [1..ASR_DIALECTS_MAX] */
void asr_dialect_begin(struct asr_dialect_state *s,
		       const struct asr_dialect *list, size_t n,
		       const char *region, const char *language);
/** An utterance was recognised.
 * @param low Nothing was understood, or below the floor of confidence
 * @return true when the call goes on with another dialect, s->now */
bool asr_dialect_heard(struct asr_dialect_state *s, size_t n, bool low);

#endif
