/** @file horizon.h  The moments that a forecast looks at. */
#ifndef YH_HORIZON_H
#define YH_HORIZON_H

enum { YH_LANES = 16 /**< Moments, side by side in vectors */ };

/** From now, rising, at most 46 [s]. */
extern const unsigned yh_horizon_s[YH_LANES];

#endif
