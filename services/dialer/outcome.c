/** @file outcome.c  What the end of a call means, contract in outcome.h */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "conf/yaml_file.h"
#include "outcome.h"
#include "progress/verdict.h"

#define O(name) YINHU__V1__CALL_OUTCOME__##name

struct row {
	char *announcement; /* NULL = any, even none; so are zeros */
	uint32_t q850, sip, through;
	Yinhu__V1__CallOutcome outcome;
	char *disposition; /* NULL = the outcome's */
};

struct dial_outcomes {
	struct row *rows;
	unsigned n;
};

/* ---- the file --------------------------------------------------------------
 */

static const cyaml_strval_t outcomes[] = {
	{"line_busy", O(LINE_BUSY)},
	{"no_answer", O(NO_ANSWER)},
	{"declined", O(DECLINED)},
	{"vacant_number", O(VACANT_NUMBER)},
	{"powered_off", O(POWERED_OFF)},
	{"trunk_failure", O(TRUNK_FAILURE)},
	{"other_failure", O(OTHER_FAILURE)},
};
static const cyaml_schema_field_t row_fields[] = {
	CYAML_FIELD_STRING_PTR("announcement",
			       CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
			       struct row, announcement, 1, 32),
	CYAML_FIELD_UINT("q850", CYAML_FLAG_OPTIONAL, struct row, q850),
	CYAML_FIELD_UINT("sip", CYAML_FLAG_OPTIONAL, struct row, sip),
	CYAML_FIELD_UINT("through", CYAML_FLAG_OPTIONAL, struct row, through),
	CYAML_FIELD_ENUM("outcome", CYAML_FLAG_STRICT, struct row, outcome,
			 outcomes, CYAML_ARRAY_LEN(outcomes)),
	CYAML_FIELD_STRING_PTR("disposition",
			       CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
			       struct row, disposition, 1, 32),
	CYAML_FIELD_END};
static const cyaml_schema_value_t row_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct row, row_fields)};
static const cyaml_schema_field_t fields[] = {
	CYAML_FIELD_SEQUENCE_COUNT("rows", CYAML_FLAG_POINTER,
				   struct dial_outcomes, rows, n, &row_schema,
				   1, DIAL_OUTCOME_ROWS),
	CYAML_FIELD_END};
static const cyaml_schema_value_t schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct dial_outcomes, fields)};

static bool word_ok(const char *s)
{
	return !s || !s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_")];
}

/* Can a callee, or his phone, be the cause of it? */
static bool is_trunks_own(const struct row *r)
{
	if (r->announcement)
		return false;
	if (r->q850)
		return r->q850 >= 34 && r->q850 <= 47;

	return r->sip == 401 || r->sip == 403 || r->sip == 407 ||
	       (r->sip >= 500 && r->through < 600);
}

static const char *fault_of(const struct row *r)
{
	if (!word_ok(r->disposition))
		return "disposition: a-z, 0-9 and _";
	if (r->announcement &&
	    yh_progress_class_of(r->announcement) == YH_PROGRESS_CLASSES)
		return "announcement: there is no such class";
	if (!r->announcement && !r->q850 && !r->sip)
		return "a row needs an announcement, q850 or sip";
	if (r->q850 > 127)
		return "q850: 1 to 127";
	if (r->through && !r->sip)
		return "through: only with sip";
	if (r->sip && (r->sip < 300 || r->sip > 699 || r->through > 699))
		return "sip: 300 to 699";
	if (r->through && r->through < r->sip)
		return "through: not below sip";
	if (r->outcome == O(TRUNK_FAILURE) && !is_trunks_own(r))
		return "trunk_failure: only for q850 34 to 47, sip 401, 403, "
		       "407 and 500 to 599; the callee may have been "
		       "disturbed";

	return NULL;
}

int dial_outcomes_load(struct dial_outcomes **out, const char *path,
		       char *error, size_t size)
{
	struct dial_outcomes *t = NULL;
	int err = yh_yaml_load(path, &schema, (void **)&t, error, size);

	for (unsigned i = 0; !err && i < t->n; i++) {
		const char *fault = fault_of(&t->rows[i]);
		size_t n;

		if (!fault)
			continue;
		n = yh_yaml_where(path, "rows", i, error, size);
		snprintf(error + n, size - n, "%s", fault);
		err = YH_ERR_BAD_CONFIG;
	}
	if (err)
		dial_outcomes_free(t);
	else
		*out = t;

	return err;
}

void dial_outcomes_free(struct dial_outcomes *t)
{
	yh_yaml_free(&schema, t);
}

/* ---- the rules -------------------------------------------------------------
 */

static bool says(const struct row *r, const struct dial_end *end)
{
	uint32_t last = r->through ? r->through : r->sip;

	if (r->announcement &&
	    (!end->announcement || strcmp(r->announcement, end->announcement)))
		return false;
	if (r->q850 && r->q850 != end->q850_cause)
		return false;

	return !r->sip || (end->sip_code >= r->sip && end->sip_code <= last);
}

Yinhu__V1__CallOutcome dial_outcome(const struct dial_outcomes *t,
				    const struct dial_end *end,
				    const char **disposition)
{
	/* Its code is of our own making: only what was heard counts. */
	bool ours = end->rang_out || end->local;

	*disposition = "";
	for (unsigned i = 0; i < t->n; i++) {
		const struct row *r = &t->rows[i];

		if (!says(r, end) || (ours && !r->announcement))
			continue;
		if (r->disposition)
			*disposition = r->disposition;
		return r->outcome;
	}
	if (end->rang_out)
		return O(NO_ANSWER);

	return end->local ? O(TRUNK_FAILURE) : O(OTHER_FAILURE);
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
