/** @file decide.h  The guards over a batch of contacts. */
#ifndef CMP_DECIDE_H
#define CMP_DECIDE_H

#include "guards.h"
#include "req.h"

enum {
	CMP_LEASE_BATCH = 200,	 /**< Contacts looked at in one request */
	CMP_LEASE_CAMPAIGNS = 4, /**< Campaigns that share one request */
};

/** Who may be dialled: columns for unnest. */
struct cmp_granted {
	const char *contact[CMP_LEASE_BATCH], *attempt[CMP_LEASE_BATCH];
	const char *caller_id[CMP_LEASE_BATCH], *inputs[CMP_LEASE_BATCH];
	const char *policy[CMP_LEASE_BATCH], *phone_hash[CMP_LEASE_BATCH];
	const char *person_hash[CMP_LEASE_BATCH];
	size_t n;
};

/** Who may not, why, and when to look again [s], 0 = never. */
struct cmp_refused {
	const char *contact[CMP_LEASE_BATCH], *guard[CMP_LEASE_BATCH];
	const char *retry_s[CMP_LEASE_BATCH], *inputs[CMP_LEASE_BATCH];
	const char *policy[CMP_LEASE_BATCH], *disposition[CMP_LEASE_BATCH];
	size_t n;
};

/** A campaign that is served: what all its contacts have in common. */
struct cmp_served {
	const char *id, *caller_id;
	struct cmp_inputs in;
	int64_t tokens; /**< Calls that its calls a second allow now */
	bool for_agents;
};

/** A request for leases; the state of its work. */
struct cmp_lease {
	const Yinhu__V1__LeaseAttemptsRequest *in;
	const char *caller_ids; /* array literal */
	const char *shift;	/* guards' clock minus the wall's [s] */
	struct cmp_inputs common;
	struct {
		int version; /* 0 = none */
		struct cmp_policy p;
	} policies[CMP_KINDS];
	bool waited; /* for a campaign that others served */
	struct cmp_served campaigns[CMP_LEASE_CAMPAIGNS];
	size_t n_campaigns;
	struct cmp_granted granted;
	struct cmp_refused refused;
};

/**
 * SQL that gathers the inputs of decisions; each says them as text, see
 * cmp_inputs_read(). In the order of their use:
 *
 * What holds for all: (known, halted, dnc_age_s, kind, version, policy, the
 * database's clock [s]), a row a kind. $1 is the request's id.
 */
extern const char cmp_common_sql[];
/** (id, caller id, inputs, tokens, pacing) of running campaigns, to be read
 * behind their locks. $1 ids, $2 numbers of the trunk, $3 shift of the clock.
 */
extern const char cmp_campaigns_sql[];
/** (contact, campaign, phone_hash, inputs, person_hash). $1 contacts,
 * $2 shift. */
extern const char cmp_inputs_sql[];

/** common.now_s is 0 when the clocks disagree. */
void cmp_take_common(struct cmp_req *r, const PGresult *res);
void cmp_take_campaigns(struct cmp_req *r, const PGresult *res);
/** Decide for each row of cmp_inputs_sql. */
void cmp_decide(struct cmp_req *r, const PGresult *res);

#endif
