/**
 * @file facts.h  What a list says of a contact that guards need.
 *
 * Pure. Reserved columns of an import become inputs of decisions
 * (guards.h), kept as text with the contact: `purpose`, `consent_until`,
 * `consent_evidence`, `consent_purpose`, `consent_channel`, `risk_level`,
 * `assessed_on`, `birth_year`, `relation`, `customer_id`, `time_zone`. All are
 * optional here; whether a contact may be dialled without them is the guards'
 * word.
 */
#ifndef CMP_FACTS_H
#define CMP_FACTS_H

#include "areas.h"
#include "guards.h"

struct cmp_facts {
	struct cmp_inputs in;
	const char *customer_id; /**< Borrowed from the row; NULL = none */
};

/** Begin with what the number says. @param number Borrowed, normalised */
void cmp_facts_init(struct cmp_facts *f, const struct cmp_areas *areas,
		    const char *number);
/** Take a column; one that is not reserved is left alone.
 * @return NULL, or what is wrong with the value (static) */
const char *cmp_facts_take(struct cmp_facts *f, const char *column,
			   const char *value);

#endif
