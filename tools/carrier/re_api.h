/*
 * libre's headers, included in one place: they expect the build to say which
 * standard headers exist, and they do not pass our warnings.
 */
#ifndef CAR_RE_API_H
#define CAR_RE_API_H

#pragma GCC system_header

#ifndef HAVE_INTTYPES_H
#define HAVE_INTTYPES_H 1
#endif
#ifndef HAVE_STDBOOL_H
#define HAVE_STDBOOL_H 1
#endif
#include <stdarg.h>
#include <string.h>
#include <re.h>

#endif
