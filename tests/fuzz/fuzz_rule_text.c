/** @file fuzz_rule_text.c  Any bytes normalise to UTF-8 between two marks */
// sources: services/qa-inspector/text.c lib/base/*.c
#include <stdlib.h>
#include <string.h>

#include "../../services/qa-inspector/pack.h"
#include "../../services/qa-inspector/text.h"
#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct qa_heard pairs[] = {{(char *)"宝本", (char *)"保本"},
				   {(char *)"就是说", (char *)""}};
	struct qa_pack pack = {.heard = pairs, .n_heard = 2};
	struct qa_pack *packs[] = {&pack};
	struct qa_heard_table *heard = NULL;
	char *text = yh_strndup((const char *)data, size), *out, *again;
	size_t n;

	if (!text || qa_heard_create(&heard, packs, 1))
		abort();
	out = qa_normalise(text, heard);
	n = out ? strlen(out) : 0;
	if (!n || !strchr(";?", out[0]) || !strchr(";?", out[n - 1]))
		abort();
	again = qa_normalise(out, NULL);
	if (!again || strlen(again) > n + 2)
		abort();
	qa_reads_out_number(text);
	if (qa_spoken_chars(text) > size)
		abort();
	yh_free(again);
	yh_free(out);
	yh_free(text);
	qa_heard_destroy(heard);

	return 0;
}
