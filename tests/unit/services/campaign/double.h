/**
 * @file double.h  A double of the ledger's SQL, in memory.
 *
 * Rows and transactions as ledger.c, inputs.c, events.c, settle.c and
 * reconcile.c write them in SQL; each function is one transaction. The rules
 * are the production ones: guards.c, hours.c, policy.c, outcome.c. Pure; what
 * it leaves out: sealing, scripts, consent (always given), the fair share.
 *
 * tests/fault/test_histories runs like histories against PostgreSQL, so that
 * an error in the double cannot hide one in the SQL.
 */
#ifndef DOUBLE_H
#define DOUBLE_H

#include "guards.h"
#include "outcome.h"

enum {
	DBL_PHONES = 4,
	DBL_PERSONS = 3, /* phones 2 and 3 are one person's */
	DBL_CAMPAIGNS = 3,
	DBL_CONTACTS = DBL_PHONES * DBL_CAMPAIGNS,
	DBL_ATTEMPTS = 160,
	DBL_BATCH = 8, /* leases of a request */
	DBL_LEASE_MS = 45000,
	DBL_RING_MS = 30000,
	DBL_DIALOG_WAIT_MS = 10000,
};

enum dbl_bug {
	BUG_NONE,
	BUG_FLIGHT, /* single flight is not looked at */
	BUG_PERSON, /* nor is the person behind two numbers */
	BUG_CAP,    /* the attempts of a day are not counted */
	BUG_REST,   /* no back-off after an interruption */
	BUG_REDIAL, /* an expired lease is due again, without a count */
	BUG_LOST,   /* the contact of an expired lease is forgotten */
	BUG_TWICE,  /* a record may be closed again */
	BUG_CLOCK,  /* clocks need not agree */
	BUG_ANSWER, /* a cut call counts as not answered */
	BUG_FENCE,  /* dialer: a lease that has expired is dialled */
	BUG_FRESH,  /* dialer: late answers are dialled */
	BUGS,
};

enum { DBL_DUE = 1, DBL_LEASED = 2, DBL_DONE = 3 };

struct dbl_contact {
	bool imported;
	int state, campaign, phone;
	unsigned attempts, trunk_failures;
	int64_t next_ms;
};

struct dbl_attempt {
	int contact, phone, person, campaign, site;
	unsigned request;
	bool live, rang, told, terminal;
	enum cmp_outcome outcome;
	int64_t created_ms, lease_until_ms, dialling_ms, answered_ms;
	int64_t ended_ms, settled_ms;
	bool dialog; /* it has reported */
	unsigned records;
};

struct dbl {
	enum dbl_bug bug;
	int64_t now_ms; /* PostgreSQL's clock */
	struct cmp_policy policy[CMP_KINDS];
	enum cmp_kind kind[DBL_CAMPAIGNS];
	bool running[DBL_CAMPAIGNS], halted, dnc[DBL_PHONES];
	struct dbl_contact contacts[DBL_CONTACTS];
	struct dbl_attempt attempts[DBL_ATTEMPTS];
	int n_attempts;
	unsigned max_attempts, granted, refused;
};

/** An empty ledger at a time. */
void dbl_init(struct dbl *l, int64_t now_ms);
int dbl_person(int phone);
/** A row of a list; a second one of the same number is refused. */
void dbl_import(struct dbl *l, int campaign, int phone);
/** The transaction of LeaseAttempts, for at most n leases.
 * @param site_s The site's clock [s] */
void dbl_lease(struct dbl *l, int64_t site_s, int site, unsigned request,
	       unsigned n);
/** leases_sql: what a request may dial. @param ids Shape (DBL_BATCH)
 * @return how many */
unsigned dbl_readback(const struct dbl *l, int64_t site_s, int site,
		      unsigned request, int *ids);
/** @return Is it still held? */
bool dbl_renew(struct dbl *l, int site, int attempt);
/** Leases that nobody renewed end, records are closed. */
void dbl_reconcile(struct dbl *l, bool may_expire);
/** Events of a call, in any order. @param told_ms By the dialer's clock */
void dbl_dialling(struct dbl *l, int attempt, int64_t told_ms);
void dbl_answered(struct dbl *l, int attempt, int64_t told_ms);
void dbl_ended(struct dbl *l, int attempt, int64_t told_ms,
	       enum cmp_outcome outcome, bool rang, int64_t talk_ms);
void dbl_dialog_ended(struct dbl *l, int attempt);

#endif
