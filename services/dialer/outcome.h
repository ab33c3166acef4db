/**
 * @file outcome.h  What a SIP end means: one table.
 *
 * Pure. Source: RFC 3261 section 21, RFC 3398 section 8.2.6.1, ITU-T Q.850.
 */
#ifndef DIAL_OUTCOME_H
#define DIAL_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

#include "yinhu/v1/call.pb-c.h"

/** How a call that was not answered ended. */
struct dial_end {
	uint32_t sip_code;   /**< Final response, 0 if none came */
	uint32_t q850_cause; /**< Of its Reason header, 0 if none */
	bool local;	     /**< No response: timeout or transport error */
	bool rang_out;	     /**< We cancelled after the ring timeout */
};

/** Fold it. A cause from Q.850 is more exact than the code and goes first.
 * @param end Borrowed */
Yinhu__V1__CallOutcome dial_outcome(const struct dial_end *end);

/** Lower-case word of an outcome for metrics ("line_busy"). Static. */
const char *dial_outcome_name(Yinhu__V1__CallOutcome outcome);

#endif
