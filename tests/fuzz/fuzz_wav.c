/** @file fuzz_wav.c  Recordings of others. */
// sources: lib/audio/wav_read.c lib/audio/resample.c lib/audio/g711.c
// sources: lib/base/mem.c
#include <stddef.h>
#include <stdint.h>

#include "audio/wav_read.h"
#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int16_t *pcm = NULL;
	size_t n = 0;

	if (!yh_wav_parse(data, size, &pcm, &n))
		yh_free(pcm);

	return 0;
}
