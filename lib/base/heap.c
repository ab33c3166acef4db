/** @file heap.c  A heap on huge pages, contract in heap.h */
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

	if (OWN_MALLOC && !getenv(name) &&
	    !setenv(name, "glibc.malloc.hugetlb=1", 1))
		execv("/proc/self/exe", argv);
}
