/** @file script_check.c  Scripts by lib/script, contract in script_check.h */
#include <errno.h>
#include <stdio.h>

#include "base/err.h"
#include "script/script.h"
#include "script_check.h"

int cmp_script_check(const char *source, size_t len,
		     struct cmp_script_info *info)
{
	struct yh_script *script;
	int err = yh_script_parse(&script, source, len, info->error,
				  sizeof(info->error));

	if (err)
		return err == YH_ERR_BAD_CONFIG ? -EINVAL : err;
	snprintf(info->id, sizeof(info->id), "%s", script->id);
	snprintf(info->title, sizeof(info->title), "%s", script->title);
	yh_script_destroy(script);

	return 0;
}
