/** @file outcome.c  What a SIP end means, contract in outcome.h */
#include "base/mem.h"
#include "outcome.h"

#define O(name) YINHU__V1__CALL_OUTCOME__##name

struct row {
	uint32_t code;
	Yinhu__V1__CallOutcome outcome;
};

static const struct row causes[] = {
	{1, O(VACANT_NUMBER)},				/* unallocated number */
	{17, O(LINE_BUSY)},	{18, O(NO_ANSWER)},	/* no user responding */
	{19, O(NO_ANSWER)},				/* alerted */
	{20, O(POWERED_OFF)},				/* subscriber absent */
	{21, O(DECLINED)},	{22, O(VACANT_NUMBER)}, /* number changed */
	{27, O(POWERED_OFF)},	/* destination out of order */
	{28, O(VACANT_NUMBER)}, /* invalid number format */
	{34, O(TRUNK_FAILURE)}, /* no circuit */
	{38, O(TRUNK_FAILURE)}, /* network out of order */
	{41, O(TRUNK_FAILURE)}, /* temporary failure */
	{42, O(TRUNK_FAILURE)}, /* congestion */
	{44, O(TRUNK_FAILURE)}, /* channel not available */
	{47, O(TRUNK_FAILURE)}, /* resource unavailable */
};

static const struct row codes[] = {
	{401, O(TRUNK_FAILURE)}, /* we are not known there */
	{404, O(VACANT_NUMBER)}, {407, O(TRUNK_FAILURE)},
	{408, O(NO_ANSWER)},	 {410, O(VACANT_NUMBER)},
	{480, O(NO_ANSWER)},	 {484, O(VACANT_NUMBER)},
	{486, O(LINE_BUSY)},	 {487, O(NO_ANSWER)},
	{600, O(LINE_BUSY)},	 {603, O(DECLINED)},
	{604, O(VACANT_NUMBER)}, {607, O(DECLINED)},
};

static bool find(const struct row *rows, size_t n, uint32_t code,
		 Yinhu__V1__CallOutcome *out)
{
	for (size_t i = 0; i < n; i++) {
		if (rows[i].code == code) {
			*out = rows[i].outcome;
			return true;
		}
	}

	return false;
}

Yinhu__V1__CallOutcome dial_outcome(const struct dial_end *end)
{
	Yinhu__V1__CallOutcome out;

	if (end->rang_out)
		return O(NO_ANSWER);
	if (end->local)
		return O(TRUNK_FAILURE);
	if (find(causes, YH_ARRAY_LEN(causes), end->q850_cause, &out) ||
	    find(codes, YH_ARRAY_LEN(codes), end->sip_code, &out))
		return out;

	return end->sip_code >= 500 && end->sip_code < 600 ? O(TRUNK_FAILURE)
							   : O(OTHER_FAILURE);
}

const char *dial_outcome_name(Yinhu__V1__CallOutcome outcome)
{
	static const char *const names[] = {
		"unspecified", "answered",	"line_busy",   "no_answer",
		"declined",    "vacant_number", "powered_off", "trunk_failure",
		"interrupted", "other_failure",
	};

	return (size_t)outcome < YH_ARRAY_LEN(names) ? names[outcome]
						     : "unspecified";
}
