/** @file test_phone.c  Mirrors services/campaign/phone.c */
#include <errno.h>

#include <criterion/criterion.h>

#include "phone.h"

Test(phone, comes_out_as_eleven_digits)
{
	static const char *const rows[] = {
		"13800000001",
		"+8613800000001",
		"008613800000001",
		"8613800000001",
		"138 0000 0001",
		"138-0000-0001",
		"+86 138.0000.0001",
		"(138)00000001",
		"１３８００００"
		"０００１",	     /* full width */
		"＋86　13800000001", /* full-width plus and blank */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char out[CMP_PHONE_SIZE] = "";

		cr_assert_eq(cmp_phone_normalise(rows[i], out), 0, "row %zu",
			     i);
		cr_assert_str_eq(out, "13800000001");
	}
}

Test(phone, is_refused)
{
	static const char *const rows[] = {
		"",
		"1380000000", /* 10 digits */
		"138000000012",
		"12800000001", /* 12 is no mobile */
		"02150000001",
		"+12025550123", /* landline, abroad */
		"1380000000a",
		"１３８",
		"１３８０００００００一",
		"+8602150000001",
		"13800000001+",
		"++8613800000001",
		"1+3800000001",
		"00000000000000000000000000000",
		"13800000001\xff",
		"13800000001\xef",
		"=13800000001",
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char out[CMP_PHONE_SIZE] = "x";

		cr_assert_eq(cmp_phone_normalise(rows[i], out), -EINVAL,
			     "row %zu", i);
		cr_assert_str_eq(out, "x");
	}
}
