/** @file sounds.c  How characters sound, contract in sounds.h */
#include "text/sounds.h"

#include <string.h>

#include "text/utf8.h"

static const char *const sounds[] = {
#define SOUND(name, characters) characters,
#include "text/sounds.def"
#undef SOUND
};

void yh_sounds_fill(uint16_t table[YH_SOUND_LAST - YH_SOUND_FIRST + 1])
{
	memset(table, 0,
	       (YH_SOUND_LAST - YH_SOUND_FIRST + 1) * sizeof(table[0]));
	for (size_t i = 0; i < sizeof(sounds) / sizeof(sounds[0]); i++) {
		const char *p = sounds[i];

		for (uint32_t c = yh_utf8_next(&p); c; c = yh_utf8_next(&p))
			table[c - YH_SOUND_FIRST] = (uint16_t)(i + 1);
	}
}
