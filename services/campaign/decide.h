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
};

/** A request for leases; the state of its work. */
struct cmp_lease {
	const Yinhu__V1__LeaseAttemptsRequest *in;
	struct cmp_inputs common;
	struct {
		int version; /* 0 = none */
		struct cmp_policy p;
	} policies[CMP_KINDS];
	unsigned at; /* of cmp_common_sql's result */
	struct cmp_served campaigns[CMP_LEASE_CAMPAIGNS];
	size_t n_campaigns;
	struct cmp_granted granted;
	struct cmp_refused refused;
};

/**
 * SQL that gathers the inputs of decisions; each says them as text, see
 * cmp_inputs_read(). They are sent together, in this order: what one chooses
 * the next finds in a setting of the transaction ("yinhu.campaigns" ...).
 *
 * What holds for all: (known, halted, dnc_age_s, kind, version, policy), a row
 * a kind. $1 is the request's id.
 */
extern const char cmp_common_sql[];
/** Lock the campaigns to serve: (how many). $1 those with a quota, $2 the
 * dialer. Those that others serve are left to them; wait_sql waits for one. */
extern const char cmp_choose_sql[], cmp_wait_sql[];
/** (id, caller id, inputs) of them that run, behind their locks; one row of
 * NULLs when there are none. $1 numbers of the trunk, $2 shift of the clock,
 * $3 contacts to look at, $4 and $5 quotas: ids and leases. */
extern const char cmp_campaigns_sql[];
/** Lock contacts and callees: (the database's clock [s]). $1 as $3 above. */
extern const char cmp_candidates_sql[];
/** (contact, campaign, phone_hash, inputs, person_hash). $1 shift. */
extern const char cmp_inputs_sql[];

void cmp_take_common(struct cmp_req *r, const PGresult *res);
/** The time of the decision; 0 when the clocks disagree. @param there_s The
 * database's [s] */
void cmp_take_now(struct cmp_req *r, int64_t there_s);
void cmp_take_campaigns(struct cmp_req *r, const PGresult *res);
/** Decide for each row of cmp_inputs_sql. */
void cmp_decide(struct cmp_req *r, const PGresult *res);

#endif
