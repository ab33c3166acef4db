/**
 * @file voice.h  Rendered prompts: asked from SynthesisService, kept here.
 *
 * The cache is bounded by DIAL_VOICE_MAX sounds and DIAL_VOICE_BYTES; the one
 * that was unused longest goes first. Loop thread.
 */
#ifndef DIAL_VOICE_H
#define DIAL_VOICE_H

#include <stddef.h>
#include <stdint.h>

#include "bus/bus.h"

enum { DIAL_VOICE_MAX = 1024, DIAL_VOICE_BYTES = 64 << 20 };

struct dial_voice;

/** A prompt's audio, shared. */
struct dial_sound {
	unsigned refs;
	size_t n; /**< Frames of 160 bytes, A-law */
	uint8_t alaw[];
};

/** @param sound Taken: unref it; NULL when it cannot be rendered */
typedef void dial_sound_cb(void *arg, struct dial_sound *sound);

/** @param bus Kept @return 0, -ENOMEM */
int dial_voice_open(struct dial_voice **out, struct yh_bus *bus);
/** Pending requests end with NULL before it returns. @param v Taken or NULL */
void dial_voice_close(struct dial_voice *v);
/** Retries that are due; every 20 ms. */
void dial_voice_tick(struct dial_voice *v, uint64_t now_ms);

/** Get a sound, tried three times.
 * @param text Borrowed, UTF-8 @param[out] hit Set (taken) when it is at hand:
 * then cb never comes; else NULL
 * @return 0, -ENOMEM (cb never comes) */
int dial_voice_get(struct dial_voice *v, const char *text, dial_sound_cb *cb,
		   void *arg, struct dial_sound **hit);
/** @param s Taken, may be NULL */
void dial_sound_unref(struct dial_sound *s);

#endif
