/** @file judge_rpc.c  InspectionService, contract in judge_rpc.h */
#include "judge_rpc.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "inspect.h"
#include "live.h"
#include "yinhu/v1/quality.pb-c.h"

enum { MAX_DIALOGS = 32, MAX_TURNS = 1000 };

struct service {
	Yinhu__V1__InspectionService_Service rpc;
	struct qa_rules *const *rules;
};

/* A judgement with the findings that it points to. */
struct verdict {
	Yinhu__V1__DialogJudgement msg;
	Yinhu__V1__Finding *findings, **refs; /* shape (n_findings) */
	struct qa_dialog dialog;
	struct qa_report report;
};

static enum qa_speaker speaker_of(const char *word)
{
	return !strcmp(word, "bot")	 ? QA_BOT
	       : !strcmp(word, "agent")	 ? QA_AGENT
	       : !strcmp(word, "callee") ? QA_CALLEE
					 : 0;
}

static int read_dialog(struct qa_dialog *d, const Yinhu__V1__JudgedDialog *in)
{
	int err = 0;

	d->kind = qa_kind_of(in->kind);
	d->ended = in->ended;
	if (*in->bank_name)
		d->bank_name = yh_strdup(in->bank_name);
	if (!d->kind || (*in->bank_name && !d->bank_name))
		return d->kind ? -ENOMEM : -EINVAL;
	for (size_t i = 0; i < in->n_facts && !err; i++)
		err = qa_dialog_fact(d, in->facts[i]->key, in->facts[i]->value);
	for (size_t i = 0; i < in->n_turns && !err; i++) {
		const Yinhu__V1__JudgedTurn *t = in->turns[i];
		enum qa_speaker who = speaker_of(t->speaker);

		err = who ? qa_dialog_add(d, who, t->start_ms, t->end_ms,
					  t->text, NULL)
			  : -EINVAL;
	}

	return err;
}

static int write_findings(struct verdict *v, bool fragment)
{
	v->findings = yh_calloc(v->report.n + 1, sizeof(*v->findings));
	v->refs = yh_calloc(v->report.n + 1, sizeof(*v->refs));
	if (!v->findings || !v->refs)
		return -ENOMEM;
	for (size_t i = 0; i < v->report.n; i++) {
		const struct qa_finding *f = &v->report.findings[i];
		size_t n = v->msg.n_findings;

		if (fragment && !qa_stands_alone(f->rule))
			continue;
		qa_live_finding(&v->findings[n], f, &v->dialog);
		v->refs[n] = &v->findings[n];
		v->msg.n_findings++;
	}
	v->msg.findings = v->refs;

	return 0;
}

static int judge(struct verdict *v, struct qa_rules *rules,
		 const Yinhu__V1__JudgedDialog *in)
{
	int err;

	yinhu__v1__dialog_judgement__init(&v->msg);
	err = read_dialog(&v->dialog, in);
	if (!err)
		err = qa_inspect(rules, &v->dialog, &v->report);

	return err ? err : write_findings(v, in->fragment);
}

static void free_verdicts(struct verdict *v, size_t n)
{
	for (size_t i = 0; v && i < n; i++) {
		yh_free(v[i].findings);
		yh_free(v[i].refs);
		qa_report_fini(&v[i].report);
		qa_dialog_fini(&v[i].dialog);
	}
	yh_free(v);
}

static bool is_small(const Yinhu__V1__JudgeDialogsRequest *in)
{
	size_t turns = 0;

	for (size_t i = 0; i < in->n_dialogs; i++)
		turns += in->dialogs[i]->n_turns;

	return in->n_dialogs <= MAX_DIALOGS && turns <= MAX_TURNS;
}

static void judge_dialogs(Yinhu__V1__InspectionService_Service *rpc,
			  const Yinhu__V1__JudgeDialogsRequest *in,
			  Yinhu__V1__JudgeDialogsResponse_Closure closure,
			  void *data)
{
	struct service *s = (struct service *)rpc;
	Yinhu__V1__JudgeDialogsResponse out =
		YINHU__V1__JUDGE_DIALOGS_RESPONSE__INIT;
	Yinhu__V1__DialogJudgement *list[MAX_DIALOGS];
	struct verdict *v =
		is_small(in) ? yh_calloc(in->n_dialogs + 1, sizeof(*v)) : NULL;
	size_t n = in->n_dialogs; /* the answer frees `in` */
	int err = v ? 0 : -EINVAL;

	for (size_t i = 0; i < n && !err; i++) {
		err = judge(&v[i], *s->rules, in->dialogs[i]);
		list[i] = &v[i].msg;
	}
	if (err) {
		yh_rpc_fail((ProtobufCClosure)closure, data,
			    err == -EINVAL ? YH_INVALID_ARGUMENT : YH_INTERNAL,
			    "at most %d dialogs and %d turns, each dialog with "
			    "its kind, each turn with its speaker",
			    MAX_DIALOGS, MAX_TURNS);
	} else {
		out.n_judgements = n;
		out.judgements = list;
		out.rule_pack = (char *)qa_rules_name(*s->rules);
		closure(&out, data);
	}
	free_verdicts(v, n);
}

int qa_judge_serve(struct yh_rpc_server **out, struct yh_bus *bus,
		   struct qa_rules *const *rules)
{
	static struct service service;

	yinhu__v1__inspection_service__init(&service.rpc, NULL);
	service.rpc.judge_dialogs = judge_dialogs;
	service.rules = rules;

	return yh_rpc_serve(out, bus, &service.rpc.base);
}
