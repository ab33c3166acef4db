/**
 * @file plc.h  What the callee may have said in a packet that was lost.
 *
 * Pure. The last pitch period before the loss is repeated, softer by 4 dB a
 * frame; after YH_PLC_FRAMES there is silence. For the recogniser, which takes
 * a hole in a word for its end; recordings keep the hole.
 *
 * Source: the idea of ITU-T G.711 Appendix I (09/1999), without its overlap
 * with the frame after the loss, which would delay every frame.
 */
#ifndef YH_PLC_H
#define YH_PLC_H

#include <stdint.h>

enum {
	YH_PLC_FRAMES = 3,
	YH_PLC_HISTORY = 3 /**< Frames that are looked at */
};

/** Conceal a frame.
 * @param history Borrowed, A-law, shape (YH_PLC_HISTORY, 160), oldest first
 * @param n_lost  Frames lost before this one in a row, from 0
 * @param[out] out A-law, shape (160) */
void yh_plc_conceal(const uint8_t *history, unsigned n_lost, uint8_t *out);

#endif
