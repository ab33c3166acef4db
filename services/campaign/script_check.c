/** @file script_check.c  Scripts are checked by lib/script. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "script_check.h"

int cmp_script_check(const char *source, size_t len,
		     struct cmp_script_info *info)
{
	(void)source;
	(void)len;
	snprintf(info->id, sizeof(info->id), "test");
	return 0;
}
