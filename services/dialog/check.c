/** @file check.c  A script put to the proof, contract in check.h */
#include "check.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "crypto/crypto.h"
#include "judged.h"
#include "script/lint.h"
#include "script/play.h"

enum {
	MAX_FAULTS = 200,
	MAX_DIALOGS = 3000,
	MAX_FOUND = 16,
	RULE = 16,
	MESSAGE = 200,
};

/* What the inspector said of a dialog. */
struct found {
	unsigned n;
	char rule[MAX_FOUND][RULE];
	char message[MAX_FOUND][MESSAGE];
};

struct check {
	struct dlg_app *app;
	Yinhu__V1__ScriptCheck_Closure closure;
	void *data;
	const char *source; /* Of the request, which lives until the answer */
	size_t len;
	struct yh_script *script;
	struct yh_classifier *classifier;
	Yinhu__V1__ScriptCheck out;
	/* The prompts first, one dialog each, then the tests. */
	Yinhu__V1__JudgedDialog *dialogs[MAX_DIALOGS];
	struct found *found; /* Shape (n_dialogs), after the inspector */
	unsigned n_dialogs, n_prompts, n_judged, next_test;
	struct {
		unsigned line, column;
	} place[MAX_DIALOGS]; /* Of the prompts */
	int err;
};

/* ---- faults
 * ------------------------------------------------------------------ */

static void fault(struct check *c, Yinhu__V1__ScriptFault__Kind kind,
		  const char *about, unsigned line, unsigned column,
		  const char *fmt, ...) __attribute__((format(printf, 6, 7)));

static void fault(struct check *c, Yinhu__V1__ScriptFault__Kind kind,
		  const char *about, unsigned line, unsigned column,
		  const char *fmt, ...)
{
	Yinhu__V1__ScriptFault *f = yh_zalloc(sizeof(*f));
	char text[800];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (!c->out.faults)
		c->out.faults = yh_calloc(MAX_FAULTS, sizeof(f));
	if (!f || !c->out.faults || c->out.n_faults == MAX_FAULTS) {
		yh_free(f);
		return;
	}
	yinhu__v1__script_fault__init(f);
	f->kind = kind;
	f->line = line;
	f->column = column;
	f->about = yh_strdup(about);
	f->message = yh_strdup(text);
	c->out.faults[c->out.n_faults++] = f;
}

/* "LINE:COLUMN: what", as the parser and the tests tell it. */
static void fault_at(struct check *c, Yinhu__V1__ScriptFault__Kind kind,
		     const char *about, const char *told)
{
	unsigned line = 0, column = 0;
	int n = 0;

	if (sscanf(told, "%u:%u: %n", &line, &column, &n) != 2)
		n = 0;
	fault(c, kind, about, line, column, "%s", told + n);
}

static void on_clash(void *arg, const struct yh_clash *clash)
{
	fault(arg, YINHU__V1__SCRIPT_FAULT__KIND__CLASH, clash->intent,
	      clash->line, clash->column,
	      "\"%s\" cannot be told from \"%s\" of %s; give one of them up",
	      clash->example, clash->other_example, clash->other);
}

/* ---- what is to be judged
 * ---------------------------------------------------- */

static void add_dialog(struct check *c, Yinhu__V1__JudgedDialog *d)
{
	if (d && c->n_dialogs < MAX_DIALOGS) {
		c->dialogs[c->n_dialogs++] = d;
		return;
	}
	c->err = d ? -E2BIG : -ENOMEM;
	if (d)
		yinhu__v1__judged_dialog__free_unpacked(d, NULL);
}

static void on_prompt(void *arg, const struct yh_prompt *p)
{
	struct check *c = arg;
	Yinhu__V1__JudgedDialog *d =
		dlg_judged_begin(c->script, p->verified, true);

	if (d && dlg_judged_say(d, true, p->text)) {
		yinhu__v1__judged_dialog__free_unpacked(d, NULL);
		d = NULL;
	}
	if (c->n_dialogs < MAX_DIALOGS) {
		c->place[c->n_dialogs].line = p->line;
		c->place[c->n_dialogs].column = p->column;
	}
	add_dialog(c, d);
}

/* The first run: note the conversation, find nothing. */
static unsigned note(void *arg, const struct yh_play_line *lines, unsigned n,
		     bool verified, const char **rules, unsigned max)
{
	struct check *c = arg;
	Yinhu__V1__JudgedDialog *d =
		dlg_judged_begin(c->script, verified, false);

	(void)rules;
	(void)max;
	for (unsigned i = 0; d && i < n; i++)
		if (dlg_judged_say(d, lines[i].is_bot, lines[i].text))
			c->err = -ENOMEM;
	add_dialog(c, d);

	return 0;
}

static void ignore(void *arg, const char *name, const char *fault_text)
{
	(void)arg;
	(void)name;
	(void)fault_text;
}

/* The second run: what was found in this conversation? */
static unsigned recall(void *arg, const struct yh_play_line *lines, unsigned n,
		       bool verified, const char **rules, unsigned max)
{
	struct check *c = arg;
	const struct found *f = &c->found[c->next_test++];

	(void)lines;
	(void)n;
	(void)verified;
	for (unsigned i = 0; i < f->n && i < max; i++)
		rules[i] = f->rule[i];

	return f->n < max ? f->n : max;
}

static void on_test(void *arg, const char *name, const char *fault_text)
{
	struct check *c = arg;

	if (fault_text)
		fault_at(c, YINHU__V1__SCRIPT_FAULT__KIND__TEST, name,
			 fault_text);
}

static void run_tests(struct check *c, bool second)
{
	const struct yh_play_hooks hooks = {c, second ? on_test : ignore,
					    second ? recall : note};
	unsigned failed = 0;
	char error[600];
	int n = yh_play_tests(c->source, c->len, c->script, c->classifier,
			      &hooks, &failed, error, sizeof(error));

	if (n < 0 && second)
		fault_at(c, YINHU__V1__SCRIPT_FAULT__KIND__TEST, "", error);
	if (n == 0 && second)
		fault(c, YINHU__V1__SCRIPT_FAULT__KIND__TEST, "", 1, 1,
		      "it has no tests; add \"tests\"");
	c->out.tests = n > 0 ? (uint32_t)n : 0;
	c->out.tests_failed = failed;
}

/* ---- on a worker
 * ------------------------------------------------------------- */

static void prepare(void *job, unsigned worker)
{
	struct check *c = job;
	const struct yh_understanding *u = &c->app->understanding;
	char error[600] = "";

	(void)worker;
	c->err = yh_script_parse(&c->script, c->source, c->len, error,
				 sizeof(error));
	if (c->err == YH_ERR_BAD_CONFIG) {
		c->err = 0;
		fault_at(c, YINHU__V1__SCRIPT_FAULT__KIND__STRUCTURE, "",
			 error);
		return;
	}
	if (!c->err)
		c->err = yh_classifier_extend(&c->classifier, u->base,
					      &c->script->intents);
	if (c->err)
		return;
	yh_lint_clashes(c->source, c->len, c->script, u->general, c->classifier,
			on_clash, c);
	yh_lint_prompts(c->source, c->len, c->script, on_prompt, c);
	c->n_prompts = c->n_dialogs;
	run_tests(c, false);
}

static void conclude(void *job, unsigned worker)
{
	struct check *c = job;

	(void)worker;
	for (unsigned i = 0; i < c->n_prompts; i++)
		for (unsigned k = 0; k < c->found[i].n; k++)
			fault(c, YINHU__V1__SCRIPT_FAULT__KIND__FINDING,
			      c->found[i].rule[k], c->place[i].line,
			      c->place[i].column, "%s: %s",
			      c->found[i].message[k],
			      c->dialogs[i]->turns[0]->text);
	c->next_test = c->n_prompts;
	run_tests(c, true);
}

/* ---- on the loop
 * ------------------------------------------------------------- */

static void check_free(struct check *c)
{
	for (unsigned i = 0; i < c->n_dialogs; i++)
		yinhu__v1__judged_dialog__free_unpacked(c->dialogs[i], NULL);
	for (size_t i = 0; i < c->out.n_faults; i++)
		yinhu__v1__script_fault__free_unpacked(c->out.faults[i], NULL);
	yh_free(c->out.faults);
	if (c->out.rule_pack != protobuf_c_empty_string)
		yh_free(c->out.rule_pack);
	yh_free(c->found);
	yh_script_destroy(c->script);
	yh_classifier_destroy(c->classifier);
	c->app->n_jobs--;
	yh_free(c);
}

static void fail(struct check *c, enum yh_status_code code, const char *why)
{
	yh_rpc_fail((ProtobufCClosure)c->closure, c->data, code, "%s", why);
	check_free(c);
}

static void reply(void *job)
{
	struct check *c = job;
	char sha256[YH_SHA256_HEX];

	if (c->err || yh_sha256_hex(c->source, c->len, sha256)) {
		fail(c, yh_err_status(c->err), yh_err_text(c->err));
		return;
	}
	c->out.green = !c->out.n_faults && c->out.tests;
	c->out.prompts = c->n_prompts;
	c->out.sha256 = sha256;
	c->closure(&c->out, c->data);
	c->out.sha256 = (char *)protobuf_c_empty_string;
	check_free(c);
}

static void judge_next(struct check *c);

static void keep(struct found *f, const Yinhu__V1__DialogJudgement *j)
{
	for (size_t i = 0; i < j->n_findings && f->n < MAX_FOUND; i++) {
		snprintf(f->rule[f->n], RULE, "%s", j->findings[i]->rule);
		snprintf(f->message[f->n++], MESSAGE, "%s",
			 j->findings[i]->message);
	}
}

static void on_judged(const Yinhu__V1__JudgeDialogsResponse *res, void *arg)
{
	struct check *c = arg;

	if (!res) {
		fail(c, YH_UNAVAILABLE,
		     "the inspector does not answer; is qa-inspector up?");
		return;
	}
	for (size_t i = 0; i < res->n_judgements && c->n_judged < c->n_dialogs;
	     i++)
		keep(&c->found[c->n_judged++], res->judgements[i]);
	if (c->out.rule_pack == protobuf_c_empty_string) {
		char *pack = yh_strdup(res->rule_pack);

		c->out.rule_pack =
			pack ? pack : (char *)protobuf_c_empty_string;
	}
	if (res->n_judgements)
		judge_next(c);
	else
		fail(c, YH_INTERNAL, "the inspector said nothing");
}

static void judge_next(struct check *c)
{
	Yinhu__V1__JudgeDialogsRequest req =
		YINHU__V1__JUDGE_DIALOGS_REQUEST__INIT;

	if (c->n_judged == c->n_dialogs) {
		if (yh_pool_submit(c->app->pool, c, conclude, reply))
			fail(c, YH_RESOURCE_EXHAUSTED,
			     "too many scripts are checked; try again");
		return;
	}
	req.dialogs = c->dialogs + c->n_judged;
	req.n_dialogs =
		dlg_judged_batch(req.dialogs, c->n_dialogs - c->n_judged);
	yinhu__v1__inspection_service__judge_dialogs(c->app->inspector, &req,
						     on_judged, c);
}

static void prepared(void *job)
{
	struct check *c = job;

	if (!c->err && c->n_dialogs) {
		c->found = yh_calloc(c->n_dialogs, sizeof(*c->found));
		c->err = c->found ? 0 : -ENOMEM;
	}
	if (c->err || !c->n_dialogs)
		reply(c);
	else
		judge_next(c);
}

void dlg_check_script(Yinhu__V1__DialogService_Service *rpc,
		      const Yinhu__V1__CheckScriptRequest *req,
		      Yinhu__V1__ScriptCheck_Closure closure, void *data)
{
	struct dlg_app *app = (struct dlg_app *)rpc;
	struct check *c = yh_zalloc(sizeof(*c));

	if (!c) {
		yh_rpc_fail((ProtobufCClosure)closure, data,
			    YH_RESOURCE_EXHAUSTED, "out of memory");
		return;
	}
	c->app = app;
	c->closure = closure;
	c->data = data;
	c->source = req->source;
	c->len = strlen(req->source);
	yinhu__v1__script_check__init(&c->out);
	app->n_jobs++;
	if (yh_pool_submit(app->pool, c, prepare, prepared))
		fail(c, YH_RESOURCE_EXHAUSTED,
		     "too many scripts are checked; try again");
}
