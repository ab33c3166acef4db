/** @file heap.c  A heap on huge pages, contract in heap.h */
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/heap.h"

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
