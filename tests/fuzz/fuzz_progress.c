/** @file fuzz_progress.c  A library of any bytes, and a line of any sound */
// sources: lib/progress/*.c lib/audio/g711.c lib/audio/vad.c
// sources: lib/emotion/spectrum.c lib/text/utf8.c lib/base/mem.c
#include <stdlib.h>
#include <string.h>

#include "progress/progress.h"
#include "progress/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What stands before the first 0 is the library, then come frames; a frame
 * that begins with 0xff is lost. The call is answered at the half. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *zero = memchr(data, 0, size);
	size_t n = zero ? (size_t)(zero - data) : size;
	struct yh_library *lib = NULL;
	struct yh_progress p;
	char error[256];

	if (yh_library_parse(&lib, "fuzz", (const char *)data, n, error,
			     sizeof(error)) &&
	    !error[0])
		abort(); /* refused without a reason */
	yh_progress_init(&p, lib);
	for (size_t at = n; at + 160 <= size; at += 160) {
		if (at >= n + (size - n) / 2 && !p.answered)
			yh_progress_answer(&p);
		yh_progress_push(&p, data[at] == 0xff ? NULL : data + at);
		if (p.verdict.class >= YH_PROGRESS_CLASSES ||
		    !(p.verdict.confidence >= 0 && p.verdict.confidence <= 1))
			abort();
	}
	yh_library_destroy(lib);

	return 0;
}
