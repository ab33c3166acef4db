/** @file fuzz_path_template.c  A template and a path, split at a line feed */
// sources: services/gateway/template.c lib/base/*.c
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../services/gateway/template.h"
#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = yh_strndup((const char *)data, size);
	char *path = strchr(text, '\n');
	struct gw_template t;
	struct gw_match m;

	if (path)
		*path++ = '\0';
	if (gw_template_parse(&t, text)) {
		yh_free(text);
		return 0;
	}
	if (path && gw_template_match(&t, path, &m) == 1) {
		if (m.n != t.n_vars)
			abort();
		for (unsigned i = 0; i < m.n; i++)
			if (strlen(m.values[i]) != m.lens[i])
				abort();
		gw_match_fini(&m);
	}
	gw_template_fini(&t);
	yh_free(text);

	return 0;
}
