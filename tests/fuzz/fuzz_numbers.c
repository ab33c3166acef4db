/** @file fuzz_numbers.c  Any bytes as a sentence with numbers in it. */
// sources: lib/text/numbers.c lib/text/dates.c
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text/numbers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), digits[20];
	struct yh_day day;
	int64_t cents;
	unsigned n;

	memcpy(text, data, size);
	text[size] = '\0';
	if (yh_find_amount(text, &cents) &&
	    (cents < 0 || cents > 100000000000000))
		abort();
	if (yh_find_term(text, &n) && (n < 1 || n > 600))
		abort();
	if (yh_find_time(text, &n) && n >= 1440)
		abort();
	if (yh_find_date(text, (struct yh_day){2026, 11, 23}, &day) &&
	    (day.month < 1 || day.month > 12 || day.day < 1 || day.day > 31))
		abort();
	if (yh_find_digits(text, 3, digits, sizeof(digits)) &&
	    strspn(digits, "0123456789") < 3)
		abort();
	free(text);

	return 0;
}
