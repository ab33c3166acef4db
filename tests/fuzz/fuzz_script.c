/** @file fuzz_script.c  Any bytes as a script. */
// sources: lib/script/script.c lib/script/read.c lib/script/check.c
// sources: lib/script/paths.c lib/script/doc.c lib/script/cond.c
// sources: lib/script/slot.c lib/script/keypad.c lib/text/numbers.c
// sources: lib/text/dates.c
// sources: lib/text/intents.c lib/text/endpoint.c
// sources: lib/text/utf8.c lib/base/mem.c lib/conf/yaml_file.c
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "script/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yh_script *script = NULL;
	char error[256] = "";

	if (yh_script_parse(&script, (const char *)data, size, error,
			    sizeof(error))) {
		if (script || !error[0]) /* refused, and told why */
			abort();
		return 0;
	}
	for (unsigned i = 0; i < script->n_states; i++) /* each found by id */
		if (yh_script_state(script, script->states[i].id) != (int)i)
			abort();
	yh_script_destroy(script);

	return 0;
}
