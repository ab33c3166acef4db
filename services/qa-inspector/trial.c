/** @file trial.c  A pack on trial, contract in trial.h */
#include "trial.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "case.h"
#include "inspect.h"
#include "place.h"

/* ---- places -------------------------------------------------------------- */

static void put_at(struct qa_fault *f, struct qa_place place)
{
	f->line = place.line;
	f->column = place.column;
}

/* What the loader or the compiler has said. */
static void place_told(struct qa_fault *f, const char *source)
{
	(void)sscanf(f->message, "rule %63[^ :]", f->about);
	put_at(f, qa_place_told(source, f->message));
}

/* ---- compile ------------------------------------------------------------- */

/* An id of another pack's would change what it means. */
static int check_ids(const struct qa_trial *t, const char *label,
		     struct qa_fault *f)
{
	for (unsigned i = 0; i < t->own->n_rules; i++) {
		const char *id = t->own->rules[i].id;

		for (size_t k = 0; k < qa_rules_count(t->rules); k++) {
			const struct qa_rule *r = qa_rules_at(t->rules, k);

			if (strcmp(r->id, id) != 0 || !strcmp(r->pack, label))
				continue;
			snprintf(f->about, sizeof(f->about), "%s", id);
			snprintf(f->message, sizeof(f->message),
				 "rule %s is there already, in %s; choose "
				 "another id",
				 id, r->pack);
			put_at(f, qa_place_of(t->source, NULL, id));
			return YH_ERR_BAD_CONFIG;
		}
	}

	return 0;
}

static bool is_of(const char *label, const char *pack)
{
	size_t n = strlen(pack);

	return label && !strncmp(label, pack, n) && label[n] == '@';
}

/* Those in force but for its own former version, and the pack. */
static int compile(struct qa_trial *t, const struct qa_rules_conf *in_force,
		   struct qa_fault *f)
{
	struct qa_rules_conf with = {.paths = in_force->paths,
				     .n_paths = in_force->n_paths};
	struct qa_pack_text *texts =
		yh_calloc(in_force->n_texts + 1, sizeof(*texts));
	char label[QA_PACK_LABEL];
	int err = texts ? qa_pack_read(&t->own, t->source, f->message,
				       sizeof(f->message))
			: -ENOMEM;

	for (size_t i = 0; !err && i < in_force->n_texts; i++) {
		if (!is_of(in_force->texts[i].label, t->own->name))
			texts[with.n_texts++] = in_force->texts[i];
	}
	if (!err) {
		snprintf(label, sizeof(label), "%s@draft", t->own->name);
		texts[with.n_texts++] = (struct qa_pack_text){t->source, label};
		with.texts = texts;
		err = qa_rules_create(&t->rules, &with, f->message,
				      sizeof(f->message));
	}
	if (err == YH_ERR_BAD_CONFIG)
		place_told(f, t->source);
	yh_free(texts);

	return err ? err : check_ids(t, label, f);
}

int qa_trial_open(struct qa_trial *t, const struct qa_rules_conf *in_force,
		  const char *source, struct qa_fault *fault)
{
	int err;

	*t = (struct qa_trial){0};
	*fault = (struct qa_fault){0};
	t->source = yh_strdup(source);
	err = t->source ? compile(t, in_force, fault) : -ENOMEM;
	if (err)
		qa_trial_close(t);

	return err;
}

void qa_trial_close(struct qa_trial *t)
{
	qa_rules_destroy(t->rules);
	qa_pack_free(t->own);
	yh_free(t->source);
	*t = (struct qa_trial){0};
}

bool qa_trial_owns(const struct qa_trial *t, const char *rule)
{
	for (unsigned i = 0; i < t->own->n_rules; i++) {
		if (!strcmp(t->own->rules[i].id, rule))
			return true;
	}

	return false;
}

/* ---- tests --------------------------------------------------------------- */

int qa_case_breaks(struct qa_rules *rules, const struct qa_rule *rule,
		   const char *text, bool *broken)
{
	struct qa_report report = {0};
	struct qa_dialog d;
	int err = qa_read_case(&d, (enum qa_kind)(rule->scope & -rule->scope),
			       text);

	*broken = false;
	if (!err)
		err = qa_inspect(rules, &d, &report);
	for (size_t i = 0; i < report.n; i++)
		*broken |= !strcmp(report.findings[i].rule->id, rule->id);
	qa_report_fini(&report);
	qa_dialog_fini(&d);

	return err;
}

static void test_one(const struct qa_trial *t, const struct qa_rule *r,
		     const char *text, bool bad, qa_fault_cb *on_red, void *arg)
{
	struct qa_fault f = {.is_test = true};
	bool broken;
	int err = qa_case_breaks(t->rules, r, text, &broken);

	if (!err && broken == bad)
		return;
	snprintf(f.about, sizeof(f.about), "%s", r->id);
	snprintf(f.message, sizeof(f.message), "%s: %s",
		 err   ? yh_err_text(err)
		 : bad ? "should be found"
		       : "should not be found",
		 text);
	if (qa_trial_owns(t, r->id))
		put_at(&f, qa_place_of(t->source, text, r->id));
	on_red(arg, &f);
}

unsigned qa_trial_test(const struct qa_trial *t, qa_fault_cb *on_red, void *arg)
{
	unsigned n = 0;

	for (size_t i = 0; i < qa_rules_count(t->rules); i++) {
		const struct qa_rule *r = qa_rules_at(t->rules, i);

		for (unsigned k = 0; k < r->n_bad; k++)
			test_one(t, r, r->bad[k], true, on_red, arg);
		for (unsigned k = 0; k < r->n_good; k++)
			test_one(t, r, r->good[k], false, on_red, arg);
	}
	for (unsigned i = 0; i < t->own->n_rules; i++)
		n += t->own->rules[i].n_bad + t->own->rules[i].n_good;

	return n;
}
