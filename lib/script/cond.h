/**
 * @file cond.h  Conditions of a script: `age >= 60 and not verified`.
 *
 * Pure. The grammar, weakest first:
 *
 *   cond    = and { "or" and }
 *   and     = not { "and" not }
 *   not     = "not" not | "(" cond ")" | name [ op value [ "for" N "turns" ] ]
 *   op      = "==" | "!=" | "<" | "<=" | ">" | ">="
 *   value   = a number, a word, "any text", or "{" name "}": another's value
 *
 * Two numbers are compared as numbers, else == and != compare texts and the
 * rest is false. What is not known makes its comparison false, != as well: a
 * condition that cannot be judged does not hold. A name alone holds when it is
 * known, not empty and not "false". `x == y for N turns` holds when x has been
 * y for at least N turns; the fact "x_turns" says how many.
 */
#ifndef YH_COND_H
#define YH_COND_H

#include <stdbool.h>
#include <stddef.h>

enum { YH_COND_MAX_NODES = 64, YH_COND_MAX_BYTES = 1000 };

struct yh_cond;

/** A fact's value. @return Text, borrowed until the next call; NULL = unknown
 */
typedef const char *yh_fact_cb(void *arg, const char *name, size_t len);

/** Parse. @param[out] out Owned by the caller; untouched on error
 * @param error Receives the reason with its column (size bytes)
 * @return 0, YH_ERR_BAD_CONFIG, -ENOMEM */
int yh_cond_parse(struct yh_cond **out, const char *text, char *error,
		  size_t size);
/** @param cond Taken, may be NULL */
void yh_cond_destroy(struct yh_cond *cond);
/** @param cond Borrowed; NULL holds always */
bool yh_cond_holds(const struct yh_cond *cond, yh_fact_cb *fact, void *arg);
/** The names that it asks for, by index. @return NULL after the last */
const char *yh_cond_name(const struct yh_cond *cond, unsigned index);

#endif
