/**
 * @file vad.h  Voice activity detector: when does the callee begin to speak,
 *              and when has he ended?
 *
 * Pure: time advances only by frames pushed. A frame is voiced when its level
 * is some way above the line's noise, which is the lowest level of the last
 * two seconds (minimum statistics, after R. Martin, 2001); a spurt begins when
 * enough of the last frames are voiced and ends after a hang-over of silence.
 * It does not tell speech from other sounds.
 *
 * Source: level as in RFC 6464 section 3 [dBov]; the rest is our own.
 */
#ifndef YH_VAD_H
#define YH_VAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum yh_vad_event {
	YH_VAD_NONE = 0,
	YH_VAD_START, /**< A spurt is confirmed */
	YH_VAD_STOP,  /**< The hang-over has passed */
};

enum {
	YH_VAD_WINDOWS = 4, /**< Of the noise's minimum, 0.5 s each */
	YH_VAD_WINDOW_FRAMES = 25,
};

struct yh_vad_conf {
	float over_noise_db; /**< Voiced at this above the noise [3..40] */
	float min_gate_dbov; /**< The gate is never below [-90..0] */
	float max_gate_dbov; /**< nor above [min_gate_dbov..0] */
	uint16_t start_ms;   /**< Voiced time that confirms [20..1000] */
	uint16_t stop_ms;    /**< Silence that ends [20..5000] */
	uint16_t max_ms;     /**< Longest spurt, then STOP [1000..60000] */
};

struct yh_vad {
	struct yh_vad_conf conf;
	bool talking;
	bool voiced;	    /**< The last frame was */
	float level_dbov;   /**< Of the last frame */
	uint32_t voiced_ms; /**< Voiced frames since the spurt's first */
	uint32_t spurt_ms;  /**< Since the spurt's first voiced frame */
	uint32_t quiet_ms;  /**< Since the last voiced frame */
	float window_min[YH_VAD_WINDOWS];
	unsigned window, window_frames;
};

/** Set up in silence. @param conf Borrowed, copied
 * @return 0, -EINVAL (out of the ranges above) */
int yh_vad_init(struct yh_vad *vad, const struct yh_vad_conf *conf);

/** Push one frame. Never allocates.
 * @param pcm Borrowed, shape (n), full scale 32768 @param n 20 ms: 160 */
enum yh_vad_event yh_vad_push(struct yh_vad *vad, const int16_t *pcm, size_t n);

/** The gate in force [dBov]. */
float yh_vad_gate_dbov(const struct yh_vad *vad);

/** Level of samples [dBov]; -127 for digital silence. @param pcm Borrowed */
float yh_level_dbov(const int16_t *pcm, size_t n);

#endif
