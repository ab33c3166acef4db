#include "share.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void yc_share(char *out, unsigned long size, const char *name)
{
	const char *set = getenv("YINHU_SHARE");
	char exe[2048];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	char *slash;

	if (set && set[0]) {
		snprintf(out, size, "%s/%s", set, name);
		return;
	}
	exe[len > 0 ? len : 0] = '\0';
	slash = strrchr(exe, '/');
	if (slash) {
		*slash = '\0';
		for (int up = 1; up <= 2;
		     up++) { /* build/bin, build/asan/bin */
			snprintf(out, size, "%s%s/share/%s", exe,
				 up == 1 ? "/.." : "/../..", name);
			if (!access(out, R_OK))
				return;
		}
	}
	snprintf(out, size, "/usr/share/yinhu/%s", name);
}
