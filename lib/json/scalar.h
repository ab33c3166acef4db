/** @file scalar.h  Numbers of JSON as protobuf's types. Pure. */
#ifndef YH_JSON_SCALAR_H
#define YH_JSON_SCALAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A whole number, also written as 1.0 or 1e2. @param s NUL at the end
 * @return false: not one, or out of [min..max] */
bool yh_json_int(const char *s, size_t len, int64_t min, int64_t max,
		 int64_t *out);
bool yh_json_uint(const char *s, size_t len, uint64_t max, uint64_t *out);
/** @param words "NaN", "Infinity", "-Infinity" are numbers too */
bool yh_json_double(const char *s, size_t len, bool words, double *out);

#endif
