/** @file decide.h  The guards over a batch of contacts. */
#ifndef CMP_DECIDE_H
#define CMP_DECIDE_H

#include "req.h"

enum { CMP_LEASE_BATCH = 200 }; /**< Contacts looked at in one request */

/** Who may be dialled: columns for unnest. */
struct cmp_granted {
	const char *contact[CMP_LEASE_BATCH], *attempt[CMP_LEASE_BATCH];
	const char *caller_id[CMP_LEASE_BATCH], *inputs[CMP_LEASE_BATCH];
	const char *phone_hash[CMP_LEASE_BATCH];
	size_t n;
};

/** Who may not, why, and when to look again [s], 0 = never. */
struct cmp_refused {
	const char *contact[CMP_LEASE_BATCH], *guard[CMP_LEASE_BATCH];
	const char *retry_s[CMP_LEASE_BATCH], *inputs[CMP_LEASE_BATCH];
	size_t n;
};

/** A request for leases; the state of its work. */
struct cmp_lease {
	const Yinhu__V1__LeaseAttemptsRequest *in;
	const char *caller_ids; /* array literal */
	int64_t now_s;		/* the guards' clock */
	struct cmp_granted granted;
	struct cmp_refused refused;
};

/** Reads the guards' inputs of the contacts in $1, an array of ids. */
extern const char cmp_inputs_sql[];

/** Decide for each row of cmp_inputs_sql. The work's state is the lease. */
void cmp_decide(struct cmp_req *r, const PGresult *res);

#endif
