/**
 * @file clock.h  Time. Monotonic for waiting, wall for records.
 *
 * Pure modules take times as parameters; only edges call these.
 */
#ifndef YH_CLOCK_H
#define YH_CLOCK_H

#include <stdint.h>

/** Monotonic time [us]. */
uint64_t yh_now_us(void);

/** Monotonic time [ms]. */
uint64_t yh_now_ms(void);

/** Wall clock since 1970-01-01 UTC [us]. */
int64_t yh_wall_us(void);

#endif
