/** @file fuzz_redact.c  Any text: shorter or equal, and nothing left to take */
// sources: lib/text/redact.c lib/text/utf8.c lib/base/*.c
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/redact.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = yh_strndup((const char *)data, size);
	size_t n = text ? strlen(text) : 0;
	unsigned taken;

	if (!text)
		abort();
	taken = yh_redact(text);
	if (strlen(text) > n || taken > n || yh_redact(text))
		abort();
	yh_free(text);

	return 0;
}
