/** @file guards.c  Dial-time guards, contract in guards.h */
#include <string.h>
#include <time.h>

#include "guards.h"
#include "hours.h"
#include "numbers.h"
#include "outcome.h"

enum {
	MIN_5_S = 300,
	DAY_S = 86400,
	MONTH_S = 30 * DAY_S,
	SHANGHAI_S = 8 * 3600,
	LOOK_AGAIN_S = 60, /* after something unknown, or a throttle */
	FLIGHT_S = 5,
};

static const char *const input_names[] = {
#define INPUT(name, text) #name,
#include "inputs.def"
#undef INPUT
};
enum { N_INPUTS = sizeof(input_names) / sizeof(input_names[0]) };
_Static_assert(sizeof(struct cmp_inputs) == N_INPUTS * sizeof(int64_t),
	       "inputs are an array of numbers");

typedef const struct cmp_inputs inputs_t;
typedef const struct cmp_policy policy_t;

/* A guard's word; cmp_guards() adds its id. */
static const struct cmp_verdict pass = {.allowed = true};

static struct cmp_verdict wait_until(int64_t at_s)
{
	return (struct cmp_verdict){.retry_at_s = at_s};
}

static struct cmp_verdict unsure(inputs_t *in)
{
	return wait_until(in->now_s + LOOK_AGAIN_S);
}

static struct cmp_verdict never(const char *disposition)
{
	return (struct cmp_verdict){.disposition = disposition};
}

int64_t cmp_agreed_now_s(int64_t here_s, int64_t there_s)
{
	int64_t apart = here_s - there_s;

	return apart > CMP_SKEW_S || apart < -CMP_SKEW_S ? 0 : here_s;
}

/* ---- G01 .. G04: when and how often ----------------------------------------
 */

static struct cmp_verdict hours(inputs_t *in, policy_t *p)
{
	int64_t at_s = cmp_hours_wait(in, p);

	if (at_s < 0)
		return unsure(in);

	return at_s ? wait_until(at_s) : pass;
}

static struct cmp_verdict day(inputs_t *in, policy_t *p)
{
	switch (in->day) {
	case CMP_WORKDAY:
		return pass;
	case CMP_WEEKEND:
		return p->on_weekends ? pass : wait_until(cmp_next_day(in));
	case CMP_HOLIDAY:
		return p->on_holidays ? pass : wait_until(cmp_next_day(in));
	default:
		/* A year that the calendar does not know is no obstacle to
		 * those who may call on any day. */
		return p->on_holidays && p->on_weekends ? pass : unsure(in);
	}
}

/* A sliding window: n so far, the first of them leaves it at its time. */
static struct cmp_verdict window(inputs_t *in, int64_t n, int64_t most,
				 int64_t oldest_s, int64_t length_s)
{
	if (n < 0)
		return unsure(in);
	if (n < most)
		return pass;
	if (oldest_s + length_s <= in->now_s)
		return unsure(in);

	return wait_until(oldest_s + length_s);
}

static struct cmp_verdict attempts(inputs_t *in, policy_t *p)
{
	struct cmp_verdict v;

	v = window(in, in->n_30d, p->attempts_30d, in->oldest_30d_s, MONTH_S);
	if (v.allowed)
		v = window(in, in->n_24h, p->attempts_24h, in->oldest_24h_s,
			   DAY_S);
	if (v.allowed)
		v = window(in, in->unanswered_24h, p->unanswered_24h,
			   in->oldest_unanswered_s, DAY_S);
	if (v.allowed)
		v = window(in, in->n_5min, p->attempts_5min, in->oldest_5min_s,
			   MIN_5_S);

	return v;
}

static struct cmp_verdict connected(inputs_t *in, policy_t *p)
{
	struct cmp_verdict v = window(in, in->connected_24h, p->connected_24h,
				      in->oldest_connected_s, DAY_S);

	if (v.allowed && p->product_30d)
		v = window(in, in->product_30d, p->product_30d,
			   in->oldest_product_s, MONTH_S);

	return v;
}

/* ---- G05 .. G10: who --------------------------------------------------------
 */

static struct cmp_verdict dnc(inputs_t *in, policy_t *p)
{
	if (in->on_dnc == 1)
		return never("on_dnc_list");
	if (in->on_dnc || in->dnc_age_s < 0 || in->dnc_age_s > p->dnc_age_s)
		return unsure(in);

	return pass;
}

static struct cmp_verdict consent(inputs_t *in, policy_t *p)
{
	if (in->consent_stated < 0)
		return unsure(in);
	if (!p->consent && !in->consent_stated)
		return pass;
	if (in->consent_evidence != 1 || in->consent_voice != 1 ||
	    in->consent_until_s <= in->now_s ||
	    (in->consent_purpose &&
	     in->consent_purpose != in->campaign_purpose))
		return never("no_consent");

	return pass;
}

static struct cmp_verdict purpose(inputs_t *in, policy_t *p)
{
	(void)p;
	if (in->campaign_purpose <= 0 || in->contact_purpose < 0)
		return unsure(in);

	return in->contact_purpose == in->campaign_purpose
		       ? pass
		       : never("other_purpose");
}

static int64_t year_of(int64_t now_s)
{
	time_t t = (time_t)(now_s + SHANGHAI_S);
	struct tm tm;

	return gmtime_r(&t, &tm) ? tm.tm_year + 1900 : 9999;
}

static struct cmp_verdict suitability(inputs_t *in, policy_t *p)
{
	bool senior;

	if (in->product_risk < 0 || in->risk_level < 0)
		return unsure(in);
	if (!in->product_risk)
		return pass;
	if (in->risk_level < in->product_risk ||
	    in->assessed_s + p->assessment_days * DAY_S <= in->now_s)
		return never("unsuitable");
	senior = in->birth_year <= 0 ||
		 year_of(in->now_s) - in->birth_year >= p->senior_age;
	if (senior && in->product_risk > p->senior_risk)
		return never("unsuitable");

	return pass;
}

static struct cmp_verdict relation(inputs_t *in, policy_t *p)
{
	if (in->relation == CMP_SELF)
		return pass;
	if (in->relation != CMP_THIRD_PARTY || in->third_parties < 0 ||
	    in->debtor_failures < 0 || in->debtor_vacant < 0)
		return unsure(in);
	if (in->kind != CMP_COLLECTION || !p->third_after ||
	    in->third_parties >= p->third_most)
		return never("third_party");
	if (in->debtor_vacant != 1 && in->debtor_failures < p->third_after)
		return wait_until(in->now_s + DAY_S);

	return pass;
}

static struct cmp_verdict suppress(inputs_t *in, policy_t *p)
{
	(void)p;
	if (in->suppressed == 1)
		return never("suppressed");

	return in->suppressed ? unsure(in) : pass;
}

/* ---- G11 .. G13: the line ---------------------------------------------------
 */

static struct cmp_verdict caller_id(inputs_t *in, policy_t *p)
{
	(void)p;
	if (in->caller_pool > 0 && in->caller_cool_s >= 0 &&
	    in->caller_cool_s <= in->now_s)
		return pass;

	return in->caller_pool > 0 && in->caller_cool_s > 0
		       ? wait_until(in->caller_cool_s)
		       : unsure(in);
}

static struct cmp_verdict single_flight(inputs_t *in, policy_t *p)
{
	(void)p;
	if (in->in_flight == 1)
		return wait_until(in->now_s + FLIGHT_S);

	return in->in_flight ? unsure(in) : pass;
}

static struct cmp_verdict back_off(inputs_t *in, policy_t *p)
{
	int64_t wait_s;

	if (in->vacant < 0 || in->last_outcome < 0 || in->last_end_s < 0 ||
	    in->abandoned_s < 0)
		return unsure(in);
	if (in->abandoned_s &&
	    in->abandoned_s + p->retry_abandoned_s > in->now_s)
		return wait_until(in->abandoned_s + p->retry_abandoned_s);
	if (in->vacant >= p->vacant_confirms)
		return never("vacant_number");
	wait_s = cmp_outcome_wait_s((enum cmp_outcome)in->last_outcome, p);
	if (in->last_end_s && in->last_end_s + wait_s > in->now_s)
		return wait_until(in->last_end_s + wait_s);

	return pass;
}

/* ---- G14 .. G16: the campaign and the system --------------------------------
 */

static struct cmp_verdict script(inputs_t *in, policy_t *p)
{
	(void)p;
	if (in->script_ok == 1 && in->script_until_s >= 0 &&
	    (!in->script_until_s || in->script_until_s > in->now_s))
		return pass;

	return unsure(in);
}

bool cmp_rate_is_over(inputs_t *in, policy_t *p, int64_t rate, int64_t most)
{
	return rate < 0 || in->answered_30min < 0 ||
	       (in->answered_30min >= p->breaker_calls && rate > most);
}

static struct cmp_verdict pacing(inputs_t *in, policy_t *p)
{
	if (in->live < 0 || in->live_most < 0)
		return unsure(in);
	if (in->live_most && in->live >= in->live_most)
		return wait_until(in->now_s + FLIGHT_S);

	return cmp_rate_is_over(in, p, in->abandoned_permille,
				p->abandoned_permille)
		       ? unsure(in)
		       : pass;
}

static struct cmp_verdict breakers(inputs_t *in, policy_t *p)
{
	if (in->halted)
		return wait_until(in->now_s + FLIGHT_S);
	if (in->region_blind == 1)
		return never("region_blind");
	if (in->region_blind ||
	    cmp_rate_is_over(in, p, in->refusals_permille,
			     p->refusals_permille) ||
	    cmp_rate_is_over(in, p, in->findings_permille,
			     p->findings_permille))
		return unsure(in);

	return pass;
}

/* ---- all of them ------------------------------------------------------------
 */

static const struct {
	const char *id;
	struct cmp_verdict (*eval)(inputs_t *in, policy_t *p);
} guards[] = {
	{"G01", hours},	    {"G02", day},	  {"G03", attempts},
	{"G04", connected}, {"G05", dnc},	  {"G06", consent},
	{"G07", purpose},   {"G08", suitability}, {"G09", relation},
	{"G10", suppress},  {"G11", caller_id},	  {"G12", single_flight},
	{"G13", back_off},  {"G14", script},	  {"G15", pacing},
	{"G16", breakers},
};
_Static_assert(sizeof(guards) / sizeof(guards[0]) == CMP_GUARDS,
	       "sixteen guards");

const char *cmp_guard_id(unsigned i)
{
	return guards[i].id;
}

struct cmp_verdict cmp_guards(const struct cmp_inputs *in,
			      const struct cmp_policy *policy)
{
	struct cmp_verdict v = pass;
	unsigned i;

	/* Without a lawful policy no guard can say yes. */
	if (!policy || in->policy_version <= 0 ||
	    cmp_policy_fault((enum cmp_kind)in->kind, policy)) {
		v = unsure(in);
		v.guard = guards[0].id;
		return v;
	}
	for (i = 0; i < CMP_GUARDS; i++) {
		v = guards[i].eval(in, policy);
		if (!v.allowed) {
			v.guard = guards[i].id;
			break;
		}
	}

	return v;
}

void cmp_inputs_print(const struct cmp_inputs *in, char *out)
{
	/* It fits: 56 names of 20 characters and their numbers. */
	if (cmp_numbers_print(input_names, N_INPUTS, (const int64_t *)in, false,
			      out, CMP_INPUTS_TEXT))
		*out = '\0';
}

int cmp_inputs_read(struct cmp_inputs *in, const char *text)
{
	return cmp_numbers_read(input_names, N_INPUTS, (int64_t *)in, text);
}

/* FNV-1a, 31 bits of it. */
int64_t cmp_purpose_key(const char *text)
{
	uint32_t h = 2166136261u;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 16777619u;
	h &= 0x7fffffff;

	return h ? h : 1;
}
