/*
 * Speech for the callees, rendered ahead by libespeak-ng into 8 kHz clips.
 * libespeak-ng is one global: use from one thread.
 */
#ifndef CAR_VOICE_H
#define CAR_VOICE_H

#include "persona.h"

/** Speech at 8 kHz, from its first loud sample to its last. */
struct car_clip {
	int16_t *pcm;
	size_t n; /* samples */
};

struct car_voices;

/**
 * Start the synthesizer.
 *
 * @return 0; -EIO if espeak-ng or its data is missing; -ENOMEM
 */
int car_voice_open(struct car_voices **voices);

/** Free all clips, also those that personas point to. */
void car_voice_close(struct car_voices *voices);

/**
 * Render everything a cast can say, each phrase and voice once, and set the
 * `clip` of its lines.
 *
 * @param cast  its lines borrow the clips until car_voice_close()
 * @param err   one line on error
 * @return 0; -ENOENT for a voice that is not installed; -EIO if a phrase
 *         gives no sound; -ENOMEM
 */
int car_voice_cast(struct car_voices *voices, struct car_cast *cast, char *err,
		   size_t len);

#endif
