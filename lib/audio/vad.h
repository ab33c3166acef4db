/**
 * @file vad.h  Voice activity: when does the callee speak, when have they
 *              ended?
 *
 * Pure: time advances only by frames of 20 ms. A frame is voiced when its level
 * lies above a floor and above the noise by a margin; the noise is tracked as
 * the slow minimum of the level. Start needs some voiced frames close
 * together, the end needs a run of unvoiced ones.
 *
 * Source: level scale dBov as in RFC 6464; energy gate with hang-over as in
 * ITU-T G.729 annex B in spirit, own tuning.
 */
#ifndef YH_VAD_H
#define YH_VAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum yh_vad_event {
	YH_VAD_NONE = 0,
	YH_VAD_START, /**< Speech began start_ms ago */
	YH_VAD_END,   /**< Speech ended end_ms ago */
};

struct yh_vad_conf {
	uint32_t start_ms; /**< Voiced time needed [ms, multiple of 20] */
	uint32_t end_ms;   /**< Unvoiced time needed [ms, same] */
	float floor_dbov;  /**< Never voiced below [dBov, -90..0] */
	float margin_db;   /**< Above the noise [dB] */
};

struct yh_vad {
	struct yh_vad_conf conf;
	float noise_dbov;
	uint32_t voiced_ms; /**< Voiced time in this spurt or candidate */
	uint32_t quiet_ms;  /**< Unvoiced time in a row */
	bool talking;
};

/** @param conf Borrowed, copied */
void yh_vad_init(struct yh_vad *vad, const struct yh_vad_conf *conf);

/** Push one frame. @param pcm Borrowed, shape (n), 8000 Hz, full scale 32768
 * @return What has changed */
enum yh_vad_event yh_vad_push(struct yh_vad *vad, const int16_t *pcm, size_t n);

/** Level of a frame. @return [dBov], -127 for digital silence */
float yh_level_dbov(const int16_t *pcm, size_t n);

#endif
