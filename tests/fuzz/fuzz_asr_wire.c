/** @file fuzz_asr_wire.c  What recognition servers send. */
// sources: services/asr-gateway/wire*.c lib/base/mem.c lib/ws/handshake.c
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../services/asr-gateway/wire.h"
#include "ws/handshake.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct asr_wire_protocol *const all[] = {
		&asr_wire_funasr, &asr_wire_vosk, &asr_wire_sherpa};
	struct asr_wire w = {.ended = true};
	char text[ASR_TEXT_MAX];
	size_t used;

	for (size_t i = 0; i < 3; i++) {
		(void)all[i]->take(&w, (const char *)data, n);
		asr_wire_text(&w, text);
		if (strlen(text) >= sizeof(text) ||
		    !(asr_wire_confidence(&w) >= 0))
			abort();
	}
	(void)yh_ws_response((const char *)data, n,
			     "dGhlIHNhbXBsZSBub25jZQ==", NULL, &used);

	return 0;
}
