/** @file fuzz_reading.c  Any bytes as a prompt: nothing but speech comes out.
 */
// sources: services/tts-gateway/clean.c services/tts-gateway/reading*.c
// sources: services/tts-gateway/numerals.c services/tts-gateway/clause.c
// sources: lib/text/utf8.c lib/base/mem.c
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../services/tts-gateway/clause.h"
#include "../../services/tts-gateway/clean.h"
#include "../../services/tts-gateway/reading.h"
#include "text/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_aloud(const char *text, size_t size)
{
	char *clean = malloc(size + 1), *out = malloc(8 * size + 64);

	if (tts_clean(text, clean, size + 1) ||
	    tts_reading(clean, out, 8 * size + 64))
		abort();
	for (const char *p = out; *p;) {
		const char *at = p;
		uint32_t c = yh_utf8_next(&p);

		if (c < 0x80 ? !isalpha((int)c) && c != ' ' : p - at < 2)
			abort(); /* a digit, a sign, no UTF-8 */
	}
	free(clean);
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tts_clause clauses[TTS_CLAUSES_MAX];
	char *text = malloc(size + 1);
	size_t n;

	memcpy(text, data, size);
	text[size] = '\0';
	read_aloud(text, strlen(text));
	n = tts_clauses(text, clauses);
	for (size_t i = 0; i < n; i++) {
		if (clauses[i].p < text ||
		    clauses[i].p + clauses[i].n > text + strlen(text))
			abort();
	}
	free(text);

	return 0;
}
