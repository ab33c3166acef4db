/**
 * @file sounds.h  How characters sound: their syllable of Mandarin, without its
 *                 tone; what speakers and recognisers often take for each other
 *                 (zh z, ing in ...) is one. Pure.
 *
 * Source: Unihan's kMandarin of the characters of GB 2312 (tools/sounds.py).
 */
#ifndef YH_SOUNDS_H
#define YH_SOUNDS_H

#include <stdint.h>

enum { YH_SOUND_FIRST = 0x4e00, YH_SOUND_LAST = 0x9fff };

/** Fill a table, by code point minus YH_SOUND_FIRST. */
void yh_sounds_fill(uint16_t table[YH_SOUND_LAST - YH_SOUND_FIRST + 1]);

/** @param table Filled @return Number of the syllable from 1, 0 = unknown */
static inline uint16_t yh_sound(const uint16_t *table, uint32_t code)
{
	return code < YH_SOUND_FIRST || code > YH_SOUND_LAST
		       ? 0
		       : table[code - YH_SOUND_FIRST];
}

#endif
