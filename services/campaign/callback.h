/**
 * @file callback.h  The time at which a callee wants to be called again.
 *
 * Pure. Source: RFC 3339, as the dialog writes it.
 */
#ifndef CMP_CALLBACK_H
#define CMP_CALLBACK_H

#include <stdint.h>

/** "2026-03-02T15:00:00+08:00" or with Z as Unix time.
 * @return 0 for none, or what is no time */
int64_t cmp_call_back_s(const char *text);

#endif
