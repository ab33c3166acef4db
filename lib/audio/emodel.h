/**
 * @file emodel.h  How good a call sounded: MOS as the E-model estimates it.
 *
 * Pure. G.711 with packet loss concealment, no echo, everything else as G.107
 * defaults: R = 93.2 - Id(delay) - Ie,eff(loss).
 *
 * Source: ITU-T G.107 (06/2015) sections 7.3, 7.4 and B; G.113 Appendix I,
 * table I.3 (G.711 with PLC: Ie = 0, Bpl = 25.1); the delay term as Cole &
 * Rosenbluth, "Voice over IP performance monitoring", 2001.
 */
#ifndef YH_EMODEL_H
#define YH_EMODEL_H

#include <stdint.h>

/** R-factor. @param loss_ratio [0..1] @param delay_ms Mouth to ear, one way
 * @return [0..93.2] */
float yh_emodel_r(float loss_ratio, float delay_ms);
/** Estimated mean opinion score. @param r R-factor @return [1..4.5] */
float yh_emodel_mos(float r);
/** One way delay of a call: half the round trip, a frame, two jitters of
 * buffer. @return [ms] */
float yh_emodel_delay_ms(uint32_t round_trip_us, uint32_t jitter_us);

#endif
