/** @file double.c  The ledger's SQL in memory, contract in double.h */
#include <string.h>

#include "double.h"

enum { MIN5 = 300000, MIN15 = 900000, DAY = 86400000 };
static const int64_t MONTH = 30ll * DAY, MONTH31 = 31ll * DAY;

int dbl_person(int phone)
{
	return phone < DBL_PERSONS ? phone : DBL_PERSONS - 1;
}

void dbl_init(struct dbl *l, int64_t now_ms)
{
	memset(l, 0, sizeof(*l));
	l->now_ms = now_ms;
	l->max_attempts = 10;
	for (int k = 1; k < CMP_KINDS; k++)
		cmp_policy_preset((enum cmp_kind)k, &l->policy[k]);
	for (int c = 0; c < DBL_CAMPAIGNS; c++) {
		l->kind[c] = (enum cmp_kind)(1 + c);
		l->running[c] = true;
	}
}

void dbl_import(struct dbl *l, int campaign, int phone)
{
	struct dbl_contact *k = &l->contacts[campaign * DBL_PHONES + phone];

	if (k->imported)
		return;
	*k = (struct dbl_contact){.imported = true,
				  .state = DBL_DUE,
				  .campaign = campaign,
				  .phone = phone,
				  .next_ms = l->now_ms};
}

/* ---- inputs.c --------------------------------------------------------------
 */

static int64_t sec(int64_t ms)
{
	return ms / 1000;
}

/* n so far and the first of them, of those younger than a window. */
static void count(const struct dbl *l, int64_t at, int64_t window, int64_t *n,
		  int64_t *oldest)
{
	if (at <= l->now_ms - window)
		return;
	if (!*n || sec(at) < *oldest)
		*oldest = sec(at);
	++*n;
}

/* w: of the number. */
static void number(const struct dbl *l, int phone, struct cmp_inputs *in)
{
	int64_t last = -1;

	for (int i = 0; i < l->n_attempts; i++) {
		const struct dbl_attempt *a = &l->attempts[i];
		int64_t at =
			a->dialling_ms ? a->dialling_ms : a->lease_until_ms;

		if (a->phone != phone || a->created_ms <= l->now_ms - MONTH31)
			continue;
		in->vacant += a->outcome == CMP_VACANT_NUMBER;
		if (a->live)
			in->in_flight = 1;
		else if (at >= last) {
			last = at;
			in->last_outcome = a->outcome;
		}
		if (sec(a->ended_ms) > in->last_end_s)
			in->last_end_s = sec(a->ended_ms);
		if (a->outcome == CMP_TRUNK_FAILURE && !a->rang)
			continue;
		count(l, at, MIN5, &in->n_5min, &in->oldest_5min_s);
		count(l, at, DAY, &in->n_24h, &in->oldest_24h_s);
		count(l, at, MONTH, &in->n_30d, &in->oldest_30d_s);
		if (!a->answered_ms && !a->live)
			count(l, at, DAY, &in->unanswered_24h,
			      &in->oldest_unanswered_s);
	}
}

/* p and f: of the person. A product is a campaign. */
static void person(const struct dbl *l, const struct dbl_contact *k,
		   struct cmp_inputs *in)
{
	for (int i = 0; i < l->n_attempts; i++) {
		const struct dbl_attempt *a = &l->attempts[i];
		int64_t at = a->answered_ms;

		if (a->person != dbl_person(k->phone))
			continue;
		if (a->live && l->bug != BUG_PERSON)
			in->in_flight = 1;
		if (!in->in_flight && a->outcome == CMP_INTERRUPTED &&
		    !a->told && a->ended_ms > l->now_ms - MIN15)
			in->in_flight = 2;
		if (!at && a->outcome == CMP_INTERRUPTED && !a->told &&
		    l->bug != BUG_ANSWER)
			at = a->created_ms;
		if (!at)
			continue;
		count(l, at, DAY, &in->connected_24h, &in->oldest_connected_s);
		if (a->campaign == k->campaign)
			count(l, at, MONTH, &in->product_30d,
			      &in->oldest_product_s);
	}
}

static struct cmp_inputs inputs(const struct dbl *l, int64_t site_s,
				const struct dbl_contact *k)
{
	struct cmp_inputs in = {
		.now_s = l->bug == BUG_CLOCK
				 ? site_s
				 : cmp_agreed_now_s(site_s, sec(l->now_ms)),
		.kind = l->kind[k->campaign],
		.policy_version = 1,
		.ring_s = (DBL_RING_MS + DBL_LEASE_MS + 999) / 1000,
		.from_min = CMP_UNKNOWN,
		.until_min = CMP_UNKNOWN,
		.zone_from_min = 480,
		.zone_to_min = 480,
		.day = CMP_WORKDAY,
		.consent_stated = 1,
		.consent_until_s = INT32_MAX,
		.consent_evidence = 1,
		.consent_voice = 1,
		.contact_purpose = 7,
		.campaign_purpose = 7,
		.relation = CMP_SELF,
		.caller_pool = 1,
		.script_ok = 1,
		.on_dnc = l->dnc[k->phone],
	};

	number(l, k->phone, &in);
	person(l, k, &in);
	if (l->bug == BUG_FLIGHT)
		in.in_flight = 0;
	if (l->bug == BUG_CAP)
		in.n_24h = in.unanswered_24h = 0;
	if (l->bug == BUG_REST && in.last_outcome == CMP_INTERRUPTED) {
		in.last_end_s = 0;
		in.in_flight &= 1;
	}

	return in;
}

/* ---- ledger.c --------------------------------------------------------------
 */

static void grant(struct dbl *l, struct dbl_contact *k, int site,
		  unsigned request)
{
	struct dbl_attempt *a = &l->attempts[l->n_attempts++];

	k->state = DBL_LEASED;
	k->attempts++;
	*a = (struct dbl_attempt){
		.contact = (int)(k - l->contacts),
		.phone = k->phone,
		.person = dbl_person(k->phone),
		.campaign = k->campaign,
		.site = site,
		.request = request,
		.live = true,
		.created_ms = l->now_ms,
		.lease_until_ms = l->now_ms + DBL_LEASE_MS,
	};
	l->granted++;
}

static void refuse(struct dbl *l, struct dbl_contact *k,
		   const struct cmp_verdict *v)
{
	if (v->retry_at_s)
		k->next_ms = v->retry_at_s * 1000;
	else
		k->state = DBL_DONE;
	l->refused++;
}

static bool clocks_agree(const struct dbl *l, int64_t site_s)
{
	return l->bug == BUG_CLOCK || cmp_agreed_now_s(site_s, sec(l->now_ms));
}

void dbl_lease(struct dbl *l, int64_t site_s, int site, unsigned request,
	       unsigned n)
{
	for (int i = 0; i < l->n_attempts; i++)
		if (l->attempts[i].request == request)
			return; /* known: only read */
	if (l->halted || !clocks_agree(l, site_s))
		return;
	for (int i = 0; i < DBL_CONTACTS && n; i++) {
		struct dbl_contact *k = &l->contacts[i];
		struct cmp_inputs in;
		struct cmp_verdict v;

		if (!k->imported || k->state != DBL_DUE ||
		    k->next_ms > l->now_ms || !l->running[k->campaign] ||
		    l->n_attempts == DBL_ATTEMPTS)
			continue;
		in = inputs(l, site_s, k);
		v = cmp_guards(&in, &l->policy[in.kind]);
		n--;
		if (v.allowed)
			grant(l, k, site, request);
		else
			refuse(l, k, &v);
	}
}

unsigned dbl_readback(const struct dbl *l, int64_t site_s, int site,
		      unsigned request, int *ids)
{
	unsigned n = 0;

	if (!clocks_agree(l, site_s))
		return 0;
	for (int i = 0; i < l->n_attempts && n < DBL_BATCH; i++) {
		const struct dbl_attempt *a = &l->attempts[i];

		if (a->request == request && a->site == site && a->live &&
		    !a->terminal && a->lease_until_ms > l->now_ms &&
		    !l->halted && !l->dnc[a->phone])
			ids[n++] = i;
	}

	return n;
}

bool dbl_renew(struct dbl *l, int site, int attempt)
{
	struct dbl_attempt *a = &l->attempts[attempt];

	if (!a->live || a->site != site)
		return false;
	if (a->lease_until_ms < l->now_ms + DBL_LEASE_MS)
		a->lease_until_ms = l->now_ms + DBL_LEASE_MS;

	return true;
}

/* ---- settle.c, reconcile.c -------------------------------------------------
 */

static void settle(struct dbl *l, struct dbl_attempt *a)
{
	struct dbl_contact *k = &l->contacts[a->contact];
	struct cmp_end_input in = {
		.outcome = a->outcome,
		.answered = a->answered_ms > 0,
		.dialog_late = !a->told ||
			       l->now_ms - a->settled_ms >= DBL_DIALOG_WAIT_MS,
		.dialog = a->dialog ? "refused" : "",
		.hung_up_by = "callee",
		.attempts = k->attempts,
		.trunk_failures = k->trunk_failures,
		.max_attempts = l->max_attempts,
	};
	struct cmp_end end =
		cmp_outcome_end(&in, &l->policy[l->kind[a->campaign]]);

	if (!a->settled_ms || (a->terminal && l->bug != BUG_TWICE) ||
	    !end.final)
		return;
	a->terminal = true;
	a->live = false;
	a->records++;
	k->trunk_failures += end.trunk_failed;
	k->next_ms = a->ended_ms + end.retry_after_s * 1000ll;
	if (l->bug != BUG_LOST || a->outcome != CMP_INTERRUPTED)
		k->state = end.retry ? DBL_DUE : DBL_DONE;
}

static void expire(struct dbl *l, struct dbl_attempt *a)
{
	if (l->bug == BUG_REDIAL) {
		l->contacts[a->contact].state = DBL_DUE;
		l->contacts[a->contact].attempts--;
		a->phone = a->person = -1; /* as if it had not been */
	}
	a->outcome = CMP_INTERRUPTED;
	a->live = false;
	a->ended_ms = a->settled_ms = l->now_ms;
}

void dbl_reconcile(struct dbl *l, bool may_expire)
{
	for (int i = 0; i < l->n_attempts; i++) {
		struct dbl_attempt *a = &l->attempts[i];

		if (may_expire && a->live && !a->terminal &&
		    a->lease_until_ms < l->now_ms)
			expire(l, a);
		if (!a->terminal && a->settled_ms &&
		    (!a->answered_ms || a->dialog ||
		     a->settled_ms < l->now_ms - DBL_DIALOG_WAIT_MS))
			settle(l, a);
	}
}

/* ---- events.c --------------------------------------------------------------
 */

static int64_t bound(const struct dbl *l, const struct dbl_attempt *a,
		     int64_t told_ms)
{
	if (l->bug == BUG_CLOCK)
		return told_ms;
	if (told_ms > l->now_ms)
		told_ms = l->now_ms;

	return told_ms > a->created_ms ? told_ms : a->created_ms;
}

void dbl_dialling(struct dbl *l, int attempt, int64_t told_ms)
{
	struct dbl_attempt *a = &l->attempts[attempt];

	if (!a->dialling_ms)
		a->dialling_ms = bound(l, a, told_ms);
}

void dbl_answered(struct dbl *l, int attempt, int64_t told_ms)
{
	struct dbl_attempt *a = &l->attempts[attempt];

	a->rang = true;
	a->answered_ms = bound(l, a, told_ms);
}

void dbl_ended(struct dbl *l, int attempt, int64_t told_ms,
	       enum cmp_outcome outcome, bool rang, int64_t talk_ms)
{
	struct dbl_attempt *a = &l->attempts[attempt];

	a->told = true;
	a->rang = a->rang || rang;
	if (!a->ended_ms)
		a->ended_ms = bound(l, a, told_ms);
	if (!a->settled_ms)
		a->settled_ms = l->now_ms;
	a->live = false;
	if (!a->terminal)
		a->outcome = outcome;
	if ((outcome == CMP_ANSWERED || talk_ms) && !a->answered_ms)
		a->answered_ms = bound(l, a, told_ms - talk_ms);
	settle(l, a);
}

void dbl_dialog_ended(struct dbl *l, int attempt)
{
	struct dbl_attempt *a = &l->attempts[attempt];

	a->dialog = true;
	settle(l, a);
}
