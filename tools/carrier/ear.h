/*
 * Hears when the far end speaks a prompt and when it has ended, by energy.
 * Pure: time comes in as a parameter.
 *
 * A prompt begins with the first loud 20 ms; it counts once it has held
 * min_speech_ms of loud frames, so that a click is none. It ends when nothing
 * loud has come for hang_ms; pauses inside a sentence are shorter.
 */
#ifndef CAR_EAR_H
#define CAR_EAR_H

#include <stdbool.h>
#include <stdint.h>

enum car_heard { CAR_HEARD_NOTHING, CAR_HEARD_START, CAR_HEARD_END };

struct car_ear {
	double loud_rms; /* full scale 32768 */
	int64_t min_speech_ms;
	int64_t hang_ms;

	bool in_burst;	      /* something loud within hang_ms */
	bool in_prompt;	      /* and enough of it */
	int64_t onset_ms;     /* first loud frame of this burst */
	int64_t last_loud_ms; /* end of the last loud frame; 0: never */
	int64_t loud_ms;      /* loud frames in this burst */
};

/** @param hang_ms silence that ends a prompt. */
void car_ear_init(struct car_ear *ear, int64_t hang_ms);

/**
 * Take a 20 ms frame that has just arrived.
 *
 * @param now_ms  monotonic
 * @param rms     of the frame, full scale 32768
 * @return CAR_HEARD_START once a prompt, at ear->onset_ms, else NOTHING
 */
enum car_heard car_ear_frame(struct car_ear *ear, int64_t now_ms, double rms);

/** Let time pass, whether or not packets come. @return END or NOTHING. */
enum car_heard car_ear_tick(struct car_ear *ear, int64_t now_ms);

#endif
