/** @file dot.h  Scalar product. Private to lib/emotion. */
#ifndef YH_EMOTION_DOT_H
#define YH_EMOTION_DOT_H

#include <stddef.h>

/* Eight sums side by side, which the compiler makes vectors of. */
static inline float yh_dot(const float *a, const float *b, size_t n)
{
	float s[8] = {0}, rest = 0;
	size_t i = 0;

	for (; i + 8 <= n; i += 8)
		for (size_t k = 0; k < 8; k++)
			s[k] += a[i + k] * b[i + k];
	for (size_t k = 0; k < n % 8; k++)
		rest += a[i + k] * b[i + k];

	return rest + ((s[0] + s[1]) + (s[2] + s[3])) +
	       ((s[4] + s[5]) + (s[6] + s[7]));
}

#endif
