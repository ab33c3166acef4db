/** @file heap.c  A heap on huge pages, contract in heap.h */
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/heap.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25 /* of Linux 6.1; Debian 12's headers lack it */
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { OWN_MALLOC = 0 };
#else
enum { OWN_MALLOC = 1 };
#endif

void yh_heap_huge(char *argv[])
{
	static const char name[] = "GLIBC_TUNABLES";
	char path[PATH_MAX]; /* A link's own name would be the process's */
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (!OWN_MALLOC || n <= 0 || getenv(name) ||
	    setenv(name, "glibc.malloc.hugetlb=1", 1))
		return;
	path[n] = '\0';
	execv(path, argv);
}

void yh_heap_huge_code(void)
{
	enum { HUGE_PAGE = 2 << 20 };
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[PATH_MAX];

	while (maps && fgets(line, sizeof(line), maps)) {
		uintptr_t from, to;
		char mode[5];
		int rest = 0;

		if (sscanf(line, "%lx-%lx %4s %*s %*s %*s %n", &from, &to, mode,
			   &rest) != 3 ||
		    strcmp(mode, "rwxp") || (rest && line[rest]))
			continue; /* a file's, or no code that was made */
		from = (from + HUGE_PAGE - 1) & -(uintptr_t)HUGE_PAGE;
		to &= -(uintptr_t)HUGE_PAGE;
		if (from < to)
			(void)madvise((void *)from, to - from, MADV_COLLAPSE);
	}
	if (maps)
		fclose(maps);
}
