/** @file fuzz_csv.c  Any bytes as a CSV file. */
// sources: services/campaign/csv.c
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../services/campaign/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct cmp_csv csv;
	struct cmp_csv_row row;
	unsigned last = 0;

	cmp_csv_init(&csv, (const char *)data, size);
	while (cmp_csv_next(&csv, &row)) {
		char out[2 * CMP_CSV_MAX_FIELD + 3];

		/* Lines rise, a bad row has no fields, raw is in the file. */
		if (row.line <= last || (row.error && row.n) ||
		    row.raw < (const char *)data ||
		    row.raw + row.raw_len > (const char *)data + size)
			abort();
		last = row.line;
		for (size_t i = 0; i < row.n; i++) {
			size_t n = strlen(row.fields[i]);

			if (n > CMP_CSV_MAX_FIELD ||
			    !cmp_is_utf8(row.fields[i], n) ||
			    cmp_csv_quote(row.fields[i], n, out) > 2 * n + 3)
				abort();
		}
	}

	return 0;
}
