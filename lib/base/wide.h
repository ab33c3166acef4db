/**
 * @file wide.h  Inner loops that may use a CPU's wide registers.
 */
#ifndef YH_WIDE_H
#define YH_WIDE_H

/** Before a function of plain loops over arrays: it is compiled twice, with
 * AVX2 and without, and the machine's own is taken at the start. What it calls
 * is compiled into it. Results are the same: nothing is fused. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) &&         \
	!defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define YH_WIDE __attribute__((target_clones("avx2", "default"), flatten))
#else
#define YH_WIDE
#endif

#endif
