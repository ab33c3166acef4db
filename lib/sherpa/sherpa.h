/**
 * @file sherpa.h  Loading the sherpa-onnx C library while running.
 *
 * Whoever uses it declares the few functions and structs that it needs, as that
 * library has them, and for its version YH_SHERPA_VERSION only: another one is
 * refused, since its structs may be others.
 *
 * Source: c-api.h of sherpa-onnx 1.13 (Apache-2.0).
 */
#ifndef YH_SHERPA_H
#define YH_SHERPA_H

#include <stddef.h>

#define YH_SHERPA_VERSION "1.13.8"
#define YH_SHERPA_LIBRARY "libsherpa-onnx-c-api.so"

/** A function of it. */
struct yh_sherpa_symbol {
	const char *name; /**< Without SherpaOnnx before it */
	void **to;	  /**< Where its address goes */
};

/** Load the library, find the functions, check the version. It stays loaded.
 * @param folder Where it is; "" or NULL: where the system looks
 * @param symbols Borrowed, shape (n)
 * @param error Receives what is wrong and what to do (size bytes)
 * @return 0, -ENOENT (not there), -ELIBBAD (another version, a function is
 * missing) */
int yh_sherpa_load(const char *folder, const struct yh_sherpa_symbol *symbols,
		   size_t n, char *error, size_t size);

#endif
