/**
 * @file heap.h  A program's heap, and code made while it runs, on huge pages.
 *
 * Thousands of calls each touch their own memory once a frame: in pages of
 * 4 KiB every touch misses the TLB, and on a virtual machine whose host takes
 * pages away it may fault as well. Pages of 2 MiB are 500 times fewer.
 *
 * Source: glibc's tunable glibc.malloc.hugetlb=1 (madvise(MADV_HUGEPAGE) on
 * what malloc takes from the kernel), Linux' admin-guide/mm/transhuge.
 */
#ifndef YH_HEAP_H
#define YH_HEAP_H

/**
 * Let malloc take huge pages. To be called first in main(): glibc reads its
 * tunables before that only, so the program is started again, once.
 *
 * Returns when that has been done, when the environment has GLIBC_TUNABLES of
 * its own (left as they are), or when it can't be done: everything works
 * without, slower. Nothing happens under a sanitizer, whose malloc is another.
 *
 * @param argv As main() has it
 */
void yh_heap_huge(char *argv[]);

/**
 * Move the code that was made so far (by a regular expression's compiler) onto
 * huge pages: thousands of patterns, each looked into for a moment, miss the
 * TLB otherwise. Some milliseconds; to be called after much was compiled. Where
 * the kernel cannot (before Linux 6.1) the code stays where it is.
 *
 * Source: madvise(2), MADV_COLLAPSE.
 */
void yh_heap_huge_code(void);

#endif
