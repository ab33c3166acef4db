/**
 * @file record.h  A call's events folded into what people read.
 *
 * Pure but for the arena. The order of the events does not matter.
 */
#ifndef CMP_RECORD_H
#define CMP_RECORD_H

#include "arena.h"
#include "yinhu/v1/call.pb-c.h"

/** Put transcript and turn latencies into a call.
 * @param a      Holds what is made; texts are borrowed from the events
 * @param events Borrowed, shape (n) */
void cmp_record_fold(struct cmp_arena *a, Yinhu__V1__Call *call,
		     Yinhu__V1__CallEvent *const *events, size_t n);

#endif
