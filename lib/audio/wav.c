/** @file wav.c  The head of a WAV file, contract in wav.h */
#include <string.h>

#include "audio/g711.h"
#include "audio/wav.h"

enum { CHANNELS = 2, FORMAT_ALAW = 6 };

static uint8_t *put(uint8_t *p, const char *word)
{
	memcpy(p, word, 4);

	return p + 4;
}

static uint8_t *put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);

	return p + 2;
}

static uint8_t *put32(uint8_t *p, uint32_t v)
{
	return put16(put16(p, v & 0xffff), v >> 16);
}

static uint8_t *put_format(uint8_t *p)
{
	p = put32(put(p, "fmt "), 18);
	p = put16(p, FORMAT_ALAW);
	p = put16(p, CHANNELS);
	p = put32(p, YH_RATE_HZ);
	p = put32(p, YH_RATE_HZ * CHANNELS);
	p = put16(p, CHANNELS); /* a block */
	p = put16(p, 8);	/* bits a sample */

	return put16(p, 0);
}

static uint8_t *put_note(uint8_t *p, const char *note)
{
	size_t n = strlen(note);

	p = put32(put(p, "LIST"), 4 + 8 + YH_WAV_NOTE);
	p = put32(put(put(p, "INFO"), "ICMT"), YH_WAV_NOTE);
	memset(p, 0, YH_WAV_NOTE);
	memcpy(p, note, n < YH_WAV_NOTE ? n : YH_WAV_NOTE - 1);

	return p + YH_WAV_NOTE;
}

void yh_wav_head(uint32_t frames, const char *note, uint8_t *head)
{
	uint32_t data = frames * CHANNELS;
	uint8_t *p = head;

	p = put32(put(p, "RIFF"), YH_WAV_HEAD - 8 + data);
	p = put_format(put(p, "WAVE"));
	p = put32(put32(put(p, "fact"), 4), frames);
	p = put_note(p, note ? note : "");
	put32(put(p, "data"), data);
}
