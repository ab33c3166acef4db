/** @file script_check.h  Is this a script, and what is it called? */
#ifndef CMP_SCRIPT_CHECK_H
#define CMP_SCRIPT_CHECK_H

#include <stddef.h>

enum { CMP_SCRIPT_ID = 64, CMP_SCRIPT_TITLE = 256, CMP_SCRIPT_ERROR = 400 };

struct cmp_script_info {
	char id[CMP_SCRIPT_ID];
	char title[CMP_SCRIPT_TITLE];
	char error[CMP_SCRIPT_ERROR]; /**< With line and column */
};

/** Check a script. @param source Borrowed, shape (len), YAML
 * @return 0, -EINVAL (see error), -ENOMEM */
int cmp_script_check(const char *source, size_t len,
		     struct cmp_script_info *info);

#endif
