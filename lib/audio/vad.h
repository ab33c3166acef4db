/**
 * @file vad.h  Voice activity: when does the callee speak, when have they
 *              ended?
 *
 * Pure: time advances only by frames of 20 ms. A frame is voiced when its level
 * lies above a floor and above the noise by a margin; the noise is the lowest
 * level of the last two seconds (minimum statistics). Start needs some voiced
 * frames close together, the end needs a run of unvoiced ones. It does not
 * tell speech from other sounds.
 *
 * Source: level scale dBov as in RFC 6464; R. Martin, "Noise power spectral
 * density estimation based on optimal smoothing and minimum statistics", 2001;
 * own tuning.
 */
#ifndef YH_VAD_H
#define YH_VAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum yh_vad_event {
	YH_VAD_NONE = 0,
	YH_VAD_START, /**< Speech began spurt_ms ago */
	YH_VAD_END,   /**< Speech ended quiet_ms ago, or was too long */
};

enum {
	YH_VAD_WINDOWS = 4, /**< Of the noise's minimum, 0.5 s each */
	YH_VAD_WINDOW_FRAMES = 25,
};

struct yh_vad_conf {
	uint32_t start_ms; /**< Voiced time needed [ms, multiple of 20] */
	uint32_t end_ms;   /**< Unvoiced time needed [ms, same] */
	float floor_dbov;  /**< Never voiced below [dBov, -90..0] */
	float margin_db;   /**< Above the noise [dB] */
	/** At or above it always voiced, whatever the noise [dBov]; 0 is -30 */
	float ceiling_dbov;
	uint32_t max_ms; /**< Longest speech, then END [ms]; 0 = any */
};

struct yh_vad {
	struct yh_vad_conf conf;
	float level_dbov;   /**< Of the last frame */
	uint32_t voiced_ms; /**< Voiced time in this spurt or candidate */
	uint32_t spurt_ms;  /**< Since its first voiced frame began */
	uint32_t quiet_ms;  /**< Unvoiced time in a row */
	bool voiced;	    /**< The last frame was */
	bool talking;
	float window_min[YH_VAD_WINDOWS];
	unsigned window, window_frames;
};

/** @param conf Borrowed, copied */
void yh_vad_init(struct yh_vad *vad, const struct yh_vad_conf *conf);

/** Push one frame. @param pcm Borrowed, shape (n), 8000 Hz, full scale 32768
 * @return What has changed */
enum yh_vad_event yh_vad_push(struct yh_vad *vad, const int16_t *pcm, size_t n);

/** Push one frame of which only the level is known [dBov]. */
enum yh_vad_event yh_vad_push_level(struct yh_vad *vad, float level_dbov);

/** This candidate is speech, says one who knows before start_ms are over.
 * @return YH_VAD_START, in place of what the push returned */
enum yh_vad_event yh_vad_start(struct yh_vad *vad);

/** The lowest level of the last two seconds [dBov]; 0: not known yet. */
float yh_vad_noise_dbov(const struct yh_vad *vad);
/** The level at which a frame counts as voiced now [dBov]. */
float yh_vad_gate_dbov(const struct yh_vad *vad);

/** Level of a frame. @return [dBov], -127 for digital silence */
float yh_level_dbov(const int16_t *pcm, size_t n);
/** Level of a frame by its sum of squares. @return as yh_level_dbov */
float yh_energy_dbov(uint64_t sum, size_t n);

#endif
