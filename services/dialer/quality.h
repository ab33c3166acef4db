/**
 * @file quality.h  How good a call sounded, by what its leg counted.
 *
 * Pure. Source: audio/emodel.h.
 */
#ifndef DIAL_QUALITY_H
#define DIAL_QUALITY_H

#include "media.h"

struct dial_quality {
	float loss;	/**< Share that did not come [0..1] */
	float mos;	/**< Of what we heard [1..4.5]; 0 = nothing came */
	float mos_peer; /**< Of what they heard; 0 = they did not say */
};

/** @param s Borrowed */
struct dial_quality dial_quality_of(const struct dial_leg_stats *s);

#endif
