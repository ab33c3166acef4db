/** @file err.c  Error table, contract in err.h */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

#define YH_ERR(name, code, text, status) {code, text, status},
static const struct {
	int code;
	const char *text;
	enum yh_status_code status;
} table[] = {
#include "base/errors.def"
	/* clang-format off */
	{ -EINVAL, "an argument is not valid", YH_INVALID_ARGUMENT },
	{ -ENOENT, "not found", YH_NOT_FOUND },
	{ -EEXIST, "already exists", YH_ALREADY_EXISTS },
	{ -ETIMEDOUT, "no answer in time", YH_DEADLINE_EXCEEDED },
	{ -EAGAIN, "busy, try again later", YH_UNAVAILABLE },
	{ -EACCES, "not allowed", YH_PERMISSION_DENIED },
	{ -ECANCELED, "cancelled", YH_CANCELLED },
	{ -ENOMEM, "out of memory", YH_RESOURCE_EXHAUSTED },
	/* clang-format on */
};
#undef YH_ERR

const char *yh_err_text(int err)
{
	for (size_t i = 0; i < YH_ARRAY_LEN(table); i++) {
		if (table[i].code == err)
			return table[i].text;
	}

	return err < 0 && err > -2000 ? strerror(-err) : "unknown error";
}

enum yh_status_code yh_err_status(int err)
{
	if (!err)
		return YH_OK;

	for (size_t i = 0; i < YH_ARRAY_LEN(table); i++) {
		if (table[i].code == err)
			return table[i].status;
	}

	return YH_INTERNAL;
}

int yh_status_http(enum yh_status_code code)
{
	static const int http[] = {
		[YH_OK] = 200,
		[YH_CANCELLED] = 499,
		[YH_UNKNOWN] = 500,
		[YH_INVALID_ARGUMENT] = 400,
		[YH_DEADLINE_EXCEEDED] = 504,
		[YH_NOT_FOUND] = 404,
		[YH_ALREADY_EXISTS] = 409,
		[YH_PERMISSION_DENIED] = 403,
		[YH_RESOURCE_EXHAUSTED] = 429,
		[YH_FAILED_PRECONDITION] = 400,
		[YH_ABORTED] = 409,
		[YH_OUT_OF_RANGE] = 400,
		[YH_UNIMPLEMENTED] = 501,
		[YH_INTERNAL] = 500,
		[YH_UNAVAILABLE] = 503,
		[YH_DATA_LOSS] = 500,
		[YH_UNAUTHENTICATED] = 401,
	};

	if ((unsigned)code >= YH_ARRAY_LEN(http))
		return 500;

	return http[code];
}
