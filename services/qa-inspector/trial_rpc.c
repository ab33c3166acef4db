/** @file trial_rpc.c  RuleTrialService, contract in trial_rpc.h */
#include "trial_rpc.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "crypto/crypto.h"
#include "inspect.h"
#include "live.h"
#include "loop/pool.h"
#include "text/redact.h"
#include "trial.h"
#include "yinhu/v1/rules.pb-c.h"

enum {
	MAX_CALLS = 20,
	MAX_SOURCE = 1 << 20,
	MAX_FAULTS = 200,
	MAX_JOBS = 8,
};

typedef Yinhu__V1__RuleTrialService_Service service_t;

struct qa_trials {
	service_t rpc; /* first: the service's functions get it */
	struct yh_rpc_server *server;
	struct yh_pool *pool;
	const struct qa_force *force;
	/* The worker's: the pack that was tried last, for its next page, and
	 * the packs that it was tried beside. */
	struct qa_trial last;
	char beside[YH_SHA256_HEX];
};

/* A request on its way through the worker; its input lives until the answer. */
struct job {
	struct qa_trials *trials;
	struct qa_packs *in_force;
	const char *source;
	const Yinhu__V1__JudgeCallsRequest *calls; /* NULL: lint */
	ProtobufCClosure closure;
	void *data;
	Yinhu__V1__ScriptCheck check;
	Yinhu__V1__JudgeCallsResponse judged;
	struct qa_fault fault;
	int err;
};

/* ---- the worker ---------------------------------------------------------- */

static int open_trial(struct job *j)
{
	struct qa_trial *t = &j->trials->last;
	char *beside = j->trials->beside;
	const struct qa_force_conf *files = qa_force_conf(j->trials->force);
	const struct qa_rules_conf conf = {.paths = files->paths,
					   .n_paths = files->n_paths,
					   .texts = j->in_force->list,
					   .n_texts = j->in_force->n};

	if (t->source && !strcmp(t->source, j->source) &&
	    !strcmp(beside, j->in_force->digest))
		return 0;
	qa_trial_close(t);
	snprintf(beside, YH_SHA256_HEX, "%s", j->in_force->digest);

	return qa_trial_open(t, &conf, j->source, &j->fault);
}

static void add_fault(void *arg, const struct qa_fault *fault)
{
	Yinhu__V1__ScriptCheck *c = arg;
	Yinhu__V1__ScriptFault *f = yh_zalloc(sizeof(*f));

	c->tests_failed += fault->is_test;
	if (!c->faults)
		c->faults = yh_calloc(MAX_FAULTS, sizeof(f));
	if (!f || !c->faults || c->n_faults == MAX_FAULTS) {
		yh_free(f);
		return;
	}
	yinhu__v1__script_fault__init(f);
	f->kind = fault->is_test ? YINHU__V1__SCRIPT_FAULT__KIND__TEST
				 : YINHU__V1__SCRIPT_FAULT__KIND__STRUCTURE;
	f->line = fault->line;
	f->column = fault->column;
	f->about = yh_strdup(fault->about);
	f->message = yh_strdup(fault->message);
	c->faults[c->n_faults++] = f;
}

static void lint(struct job *j)
{
	const struct qa_trial *t = &j->trials->last;
	Yinhu__V1__ScriptCheck *c = &j->check;
	char sha256[YH_SHA256_HEX] = "";

	if (j->err == YH_ERR_BAD_CONFIG) {
		add_fault(c, &j->fault);
		j->err = 0;
	} else if (!j->err) {
		c->tests = qa_trial_test(t, add_fault, c);
		c->rule_pack = yh_strdup(qa_rules_name(t->rules));
		c->id = yh_strdup(t->own->name);
	}
	if (!yh_sha256_hex(j->source, strlen(j->source), sha256))
		c->sha256 = yh_strdup(sha256);
	/* A pack of words and sentences alone has nothing to test but others.
	 */
	c->green = t->own && (c->tests || !t->own->n_rules) && !c->n_faults;
}

/* A finding's strings are the dialog's and the rule's. */
static Yinhu__V1__Finding *copy_of(const Yinhu__V1__Finding *f)
{
	size_t len = yinhu__v1__finding__get_packed_size(f);
	uint8_t *buf = yh_zalloc(len + 1);
	Yinhu__V1__Finding *copy = NULL;

	if (buf) {
		yinhu__v1__finding__pack(f, buf);
		copy = yinhu__v1__finding__unpack(NULL, len, buf);
	}
	yh_free(buf);

	return copy;
}

static int take_findings(Yinhu__V1__TriedCall *out, const struct qa_trial *t,
			 const struct qa_dialog *d,
			 const struct qa_report *report)
{
	out->findings = yh_calloc(report->n + 1, sizeof(*out->findings));
	if (!out->findings)
		return -ENOMEM;
	for (size_t i = 0; i < report->n; i++) {
		Yinhu__V1__Finding f;

		if (!qa_trial_owns(t, report->findings[i].rule->id))
			continue;
		qa_live_finding(&f, &report->findings[i], d);
		out->findings[out->n_findings] = copy_of(&f);
		if (!out->findings[out->n_findings])
			return -ENOMEM;
		out->n_findings++;
	}

	return 0;
}

static int judge_call(Yinhu__V1__TriedCall *out, const struct qa_trial *t,
		      const Yinhu__V1__RecordedCall *in)
{
	struct qa_report report = {0};
	struct qa_dialog d;
	int err = qa_live_dialog(&d, in->events, in->n_events);

	d.ended = true;
	out->call = yh_strdup(in->call);
	if (!err)
		err = qa_inspect(t->rules, &d, &report);
	for (size_t i = 0; i < d.n_turns; i++)
		yh_redact(d.turns[i].text); /* from here on for people */
	if (!err)
		err = take_findings(out, t, &d, &report);
	qa_report_fini(&report);
	qa_dialog_fini(&d);

	return err;
}

static void judge(struct job *j)
{
	const Yinhu__V1__JudgeCallsRequest *in = j->calls;
	Yinhu__V1__JudgeCallsResponse *out = &j->judged;

	out->calls = yh_calloc(in->n_calls + 1, sizeof(*out->calls));
	j->err = out->calls ? 0 : -ENOMEM;
	for (size_t i = 0; i < in->n_calls && !j->err; i++) {
		out->calls[i] = yh_zalloc(sizeof(*out->calls[i]));
		if (!out->calls[i]) {
			j->err = -ENOMEM;
			break;
		}
		yinhu__v1__tried_call__init(out->calls[i]);
		out->n_calls++;
		j->err = judge_call(out->calls[i], &j->trials->last,
				    in->calls[i]);
	}
}

static void work(void *arg, unsigned worker)
{
	struct job *j = arg;

	(void)worker;
	j->err = open_trial(j);
	if (!j->calls)
		lint(j);
	else if (!j->err)
		judge(j);
}

/* ---- the loop ------------------------------------------------------------ */

static void answer(struct job *j)
{
	if (j->err == YH_ERR_BAD_CONFIG)
		yh_rpc_fail(j->closure, j->data, YH_INVALID_ARGUMENT,
			    "%u:%u: %s", j->fault.line, j->fault.column,
			    j->fault.message);
	else if (j->err)
		yh_rpc_fail(j->closure, j->data, YH_INTERNAL,
			    "the pack could not be tried: %s",
			    yh_err_text(j->err));
	else if (j->calls)
		j->closure(&j->judged.base, j->data);
	else
		j->closure(&j->check.base, j->data);
}

static void free_text(char *text)
{
	if (text != protobuf_c_empty_string)
		yh_free(text);
}

static void done(void *arg)
{
	struct job *j = arg;

	answer(j);
	for (size_t i = 0; i < j->check.n_faults; i++)
		yinhu__v1__script_fault__free_unpacked(j->check.faults[i],
						       NULL);
	for (size_t i = 0; i < j->judged.n_calls; i++)
		yinhu__v1__tried_call__free_unpacked(j->judged.calls[i], NULL);
	yh_free(j->check.faults);
	free_text(j->check.rule_pack);
	free_text(j->check.sha256);
	free_text(j->check.id);
	yh_free(j->judged.calls);
	qa_packs_unref(j->in_force);
	yh_free(j);
}

static void start(service_t *rpc, const char *source,
		  const Yinhu__V1__JudgeCallsRequest *calls,
		  ProtobufCClosure closure, void *data)
{
	struct qa_trials *t = (struct qa_trials *)rpc;
	struct job *j = yh_zalloc(sizeof(*j));
	size_t len = strlen(source);

	if (!j || !len || len > MAX_SOURCE ||
	    (calls && calls->n_calls > MAX_CALLS)) {
		yh_free(j);
		yh_rpc_fail(closure, data, YH_INVALID_ARGUMENT,
			    "source must be YAML, at most 1 MiB; at most %d "
			    "calls",
			    MAX_CALLS);
		return;
	}
	j->trials = t;
	j->in_force = qa_packs_ref(qa_force_packs(t->force));
	j->source = source;
	j->calls = calls;
	j->closure = closure;
	j->data = data;
	yinhu__v1__script_check__init(&j->check);
	yinhu__v1__judge_calls_response__init(&j->judged);
	if (yh_pool_submit(t->pool, j, work, done)) {
		qa_packs_unref(j->in_force);
		yh_free(j);
		yh_rpc_fail(closure, data, YH_RESOURCE_EXHAUSTED,
			    "too many packs are tried now");
	}
}

static void lint_rules(service_t *rpc, const Yinhu__V1__LintRulesRequest *in,
		       Yinhu__V1__ScriptCheck_Closure closure, void *data)
{
	start(rpc, in->source, NULL, (ProtobufCClosure)closure, data);
}

static void judge_calls(service_t *rpc, const Yinhu__V1__JudgeCallsRequest *in,
			Yinhu__V1__JudgeCallsResponse_Closure closure,
			void *data)
{
	start(rpc, in->source, in, (ProtobufCClosure)closure, data);
}

int qa_trials_serve(struct qa_trials **out, struct yh_bus *bus, uv_loop_t *loop,
		    const struct qa_force *force)
{
	const struct yh_pool_conf pool = {.threads = 1, .max_jobs = MAX_JOBS};
	struct qa_trials *t = yh_zalloc(sizeof(*t));
	int err = t ? yh_pool_open(&t->pool, loop, &pool) : -ENOMEM;

	if (!err) {
		t->force = force;
		yinhu__v1__rule_trial_service__init(&t->rpc, NULL);
		t->rpc.lint_rules = lint_rules;
		t->rpc.judge_calls = judge_calls;
		err = yh_rpc_serve(&t->server, bus, &t->rpc.base);
	}
	if (err)
		qa_trials_close(t);
	else
		*out = t;

	return err;
}

void qa_trials_close(struct qa_trials *t)
{
	if (!t)
		return;
	yh_rpc_server_close(t->server);
	yh_pool_close(t->pool);
	qa_trial_close(&t->last);
	yh_free(t);
}
