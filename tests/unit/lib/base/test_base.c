/** @file test_base.c  Mirrors lib/base: memory, errors, masking */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"

TestSuite(base, .timeout = 5);

Test(base, allocation_is_zeroed_and_overflow_is_refused)
{
	char *p = yh_calloc(4, 8);

	for (int i = 0; i < 32; i++)
		cr_assert_eq(p[i], 0);
	yh_free(p);
	cr_assert_null(yh_calloc(SIZE_MAX / 2, 4));
}

Test(base, the_chosen_allocation_fails_once)
{
	void *a, *b, *c;

	yh_mem_fail_after(1);
	a = yh_zalloc(1);
	b = yh_zalloc(1);
	c = yh_zalloc(1);
	cr_assert_not_null(a);
	cr_assert_null(b);
	cr_assert_not_null(c);
	yh_free(a);
	yh_free(c);
}

Test(base, a_masked_number_keeps_three_and_four_digits)
{
	char buf[24];

	cr_assert_str_eq(yh_mask_phone("19900000001", buf), "199****0001");
	cr_assert_str_eq(yh_mask_phone("123", buf), "****");
	cr_assert_str_eq(yh_mask_phone(NULL, buf), "****");
}

Test(base, errors_map_to_grpc_and_http_as_grpc_gateway_does)
{
	cr_assert_eq(yh_err_status(0), YH_OK);
	cr_assert_eq(yh_err_status(-ENOENT), YH_NOT_FOUND);
	cr_assert_eq(yh_err_status(YH_ERR_DB_DOWN), YH_UNAVAILABLE);
	cr_assert_eq(yh_err_status(-9999), YH_INTERNAL);
	cr_assert_eq(yh_status_http(YH_FAILED_PRECONDITION), 400);
	cr_assert_eq(yh_status_http(YH_UNIMPLEMENTED), 501);
	cr_assert_eq(yh_status_http((enum yh_status_code)99), 500);
	cr_assert(strlen(yh_err_text(YH_ERR_CONFLICT)) > 0);
}
