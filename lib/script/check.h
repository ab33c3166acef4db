/** @file check.h  What a script must hold together. Private to lib/script. */
#ifndef YH_SCRIPT_CHECK_H
#define YH_SCRIPT_CHECK_H

#include "script/doc.h"
#include "script/script.h"

/** Resolve names; tell the first fault: an unknown or unreachable state, a way
 * out that is missing, a name that is not bound, a statement that can be left
 * out. */
void yh_script_check(struct yh_doc *d, struct yh_script *script);

/** Is each statement said on every path to where it must have been? The path
 * that leaves it out is told. After the names are resolved. */
void yh_script_check_paths(struct yh_doc *d, const struct yh_script *script);

/** The states that can follow a state, by everything that can happen there but
 * going back. @param visit Called for each, NULL targets left out */
void yh_script_each_next(const struct yh_script *script, unsigned state,
			 void (*visit)(void *arg, unsigned next), void *arg);

#endif
