/**
 * @file call_features.h  A finished call as named numbers. Pure.
 */
#ifndef SCR_CALL_FEATURES_H
#define SCR_CALL_FEATURES_H

#include <stddef.h>

#include "yinhu/v1/call.pb-c.h"

enum scr_feature {
#define SCR_FEATURE(name, text) SCR_F_##name,
#include "features.def"
#undef SCR_FEATURE
	SCR_N_FEATURES
};

/** Names by enum scr_feature, shape (SCR_N_FEATURES). */
extern const char *const scr_feature_names[];

/** @return The feature's number or -1 */
int scr_feature_find(const char *name);

/**
 * Compute the features.
 *
 * @param events Borrowed, shape (n), in order, each once
 * @param[out] out shape (SCR_N_FEATURES); what is not known is 0
 */
void scr_features(Yinhu__V1__CallEvent *const *events, size_t n, double *out);

#endif
