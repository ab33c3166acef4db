/** @file speech.c  Telephone speech for tests, contract in speech.h */
#include <stdio.h>

#include "audio/g711.h"
#include "speech.h"

size_t speech(const char *text, const char *variant, int16_t *pcm)
{
	char command[1024];
	size_t n;
	FILE *f;

	snprintf(command, sizeof(command),
		 "espeak-ng -v cmn-latn-pinyin+%s -s 150 --stdout '%s' | "
		 "sox -V1 -G --ignore-length -t wav - -t raw -e signed -b 16 "
		 "-c 1 -r 8000 - sinc 250-3400 norm -9 pad 0.15 0.25",
		 variant, text);
	f = popen(command, "r");
	if (!f)
		return 0;
	n = fread(pcm, sizeof(*pcm), SPEECH_MAX, f);
	pclose(f);
	for (size_t i = 0; i < n; i++)
		pcm[i] = yh_alaw_decode(yh_alaw_encode(pcm[i]));

	return n;
}
