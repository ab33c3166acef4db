/**
 * @file outcome.h  What the end of a call means: a table that the bank edits.
 *
 * The rules are pure; the table comes from a file once, at the start. What is
 * not in it is fixed here, and a row cannot say that nobody was disturbed
 * (TRUNK_FAILURE, which the ledger does not count) of what a callee can cause.
 *
 * Source: RFC 3261 section 21, RFC 3398 section 8.2.6.1, RFC 3326, ITU-T Q.850.
 */
#ifndef DIAL_OUTCOME_H
#define DIAL_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "yinhu/v1/call.pb-c.h"

enum { DIAL_OUTCOME_ROWS = 1000 /**< Most rows */ };

/** How a call that was not answered ended. */
struct dial_end {
	uint32_t sip_code;	  /**< Final response, 0 if none came */
	uint32_t q850_cause;	  /**< Of its Reason header, 0 if none */
	const char *announcement; /**< Class of what was heard; NULL or "" */
	bool local;    /**< No response: timeout or transport error */
	bool rang_out; /**< We cancelled it while it rang */
};

struct dial_outcomes;

/** Read the table. @param[out] out Untouched on error
 * @param error Receives what is wrong, with line and column (size bytes)
 * @return 0, YH_ERR_BAD_CONFIG */
int dial_outcomes_load(struct dial_outcomes **out, const char *path,
		       char *error, size_t size);
/** @param table Taken, may be NULL */
void dial_outcomes_free(struct dial_outcomes *table);

/** Fold it. @param end Borrowed
 * @param[out] disposition The table's word, "" if it has none: the outcome's;
 * lives as long as the table */
Yinhu__V1__CallOutcome dial_outcome(const struct dial_outcomes *table,
				    const struct dial_end *end,
				    const char **disposition);

/** Lower-case word of an outcome for metrics ("line_busy"). Static. */
const char *dial_outcome_name(Yinhu__V1__CallOutcome outcome);

#endif
