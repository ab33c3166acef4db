/**
 * @file files.h  The files of a model's folder as sherpa-onnx publishes them.
 *
 * Reads folders: not on a loop.
 */
#ifndef YH_SHERPA_FILES_H
#define YH_SHERPA_FILES_H

#include <stdbool.h>
#include <stddef.h>

enum { YH_SHERPA_PATH = 1024 };

/** A file by its name. @param[out] path "" when it is not there */
void yh_sherpa_named(char path[YH_SHERPA_PATH], const char *dir,
		     const char *name);

/** Is a file one that is looked for? @param name Of an ".onnx" file */
typedef bool yh_sherpa_fits(const char *name, const char *part);
/** The best of the ".onnx" files that fit: the small int8 one where there are
 * two, or the other one, then the last one by name.
 * @param part Handed to `fits` @param[out] path "" when there is none */
void yh_sherpa_onnx(char path[YH_SHERPA_PATH], const char *dir, bool int8,
		    yh_sherpa_fits *fits, const char *part);

/** Add to a list of what is missing (size bytes). @param missing Is it? */
void yh_sherpa_miss(char *list, size_t size, bool missing, const char *what);
/** @param list What is missing; "": nothing is
 * @param error Receives what, and what to do (size bytes) @return 0, -ENOENT */
int yh_sherpa_complete(const char *dir, const char *list, char *error,
		       size_t size);

#endif
