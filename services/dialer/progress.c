/** @file progress.c  Witnesses of a call's progress, contract in progress.h */
#include "progress.h"

#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "call.h"
#include "metrics.h"
#include "progress/words.h"
#include "rpc/rpc.h"
#include "yinhu/v1/speech.pb-c.h"

/* Who asked the recogniser; the call may be gone when it answers. */
struct question {
	struct dial_app *app;
	uint32_t call;
};

/* ---- the verdict -----------------------------------------------------------
 */

static void judge(struct dial_call *c, bool due)
{
	struct dial_progress *p = &c->progress;
	struct yh_progress_verdict v = yh_progress_fuse(p->evidence);
	bool new = v.class != p->verdict.class;

	if (new || due)
		p->at_ms = p->ms;
	p->verdict = v;
	/* That somebody speaks after all is no verdict of its own. */
	if (!(new &&v.class) && !due)
		return;
	if (p->n_told == DIAL_PROGRESS_TOLD)
		return;
	p->n_told++;
	dial_tell_progress(c);
	yh_info("call.progress",
		"call_id=%s verdict=%s confidence=%.2f by=%s answered=%s "
		"at_ms=%u",
		c->lease->call_id, yh_progress_name(v.class),
		(double)v.confidence,
		v.class ? yh_witness_name(v.by) : "nobody",
		p->answered ? "true" : "false", p->at_ms);
}

/* The stronger of what one witness has said. */
static void note(struct dial_progress *p, enum yh_progress_witness by,
		 struct yh_evidence e)
{
	if (e.support > p->evidence[by].support)
		p->evidence[by] = e;
}

/* ---- words of early media --------------------------------------------------
 */

static void on_words(const Yinhu__V1__RecognizeResponse *res, void *arg)
{
	struct question *q = arg;
	struct dial_call *c = dial_call_by_id(q->app, q->call);
	struct dial_progress *p = c ? &c->progress : NULL;

	yh_free(q);
	if (!c)
		return;
	p->waiting--;
	if (!res || p->answered)
		return;
	note(p, YH_BY_WORDS,
	     yh_progress_words(res->text, res->confidence, false));
	p->late = p->late || c->state >= DIAL_ENDING;
	judge(c, false);
}

static void ask(struct dial_call *c)
{
	struct dial_progress *p = &c->progress;
	Yinhu__V1__RecognizeRequest req = YINHU__V1__RECOGNIZE_REQUEST__INIT;
	struct question *q = yh_zalloc(sizeof(*q));
	size_t n;

	if (!q)
		return;
	q->app = c->app;
	q->call = c->id;
	req.alaw.data = p->alaw;
	req.alaw.len = p->len;
	req.hints = (char **)yh_progress_phrases(&n);
	req.n_hints = n;
	req.language = (char *)"zh-CN";
	p->asked++;
	p->waiting++;
	yh_metric_add(&dial_m_progress_asked, 1);
	yinhu__v1__speech_service__recognize(dial_speech_rpc(c->app->speech),
					     &req, on_words, q);
}

void dial_progress_audio(struct dial_call *c, const struct dial_news *news)
{
	struct dial_progress *p = &c->progress;

	if (p->asked == DIAL_PROGRESS_ASKED || p->answered)
		return;
	if (!p->alaw)
		p->alaw = yh_zalloc(DIAL_PROGRESS_BYTES);
	if (!p->alaw || p->len + news->len > DIAL_PROGRESS_BYTES)
		return;
	memcpy(p->alaw + p->len, news->audio, news->len);
	p->len += news->len;
}

/* ---- what others know ------------------------------------------------------
 */

void dial_progress_news(struct dial_call *c, const struct dial_news *news)
{
	struct dial_progress *p = &c->progress;

	if (news->progress.answered != p->answered)
		return; /* of before the answer */
	for (unsigned i = 0; i < YH_WITNESSES; i++) {
		if (i != YH_BY_WORDS && i != YH_BY_SIP && i != YH_BY_Q850)
			p->evidence[i] = news->progress.evidence[i];
	}
	p->ms = news->progress.ms;
	p->first_ms = news->progress.first_ms;
	if (news->progress.acts & YH_PROGRESS_SPEECH)
		p->len = 0;
	if (news->progress.acts & YH_PROGRESS_PAUSE && p->len) {
		if (p->evidence[YH_BY_PRINT].support < YH_PROGRESS_FLOOR)
			ask(c);
		p->len = 0;
	}
	judge(c, news->progress.acts & YH_PROGRESS_VERDICT &&
			 !yh_progress_fuse(p->evidence).class);
}

void dial_progress_answer(struct dial_call *c)
{
	struct dial_progress *p = &c->progress;

	yh_free(p->alaw);
	*p = (struct dial_progress){
		.answered = true, .n_told = p->n_told, .waiting = p->waiting};
}

void dial_progress_heard(struct dial_call *c, const struct dial_heard *heard)
{
	if (!c->progress.answered ||
	    heard->utterance > DIAL_PROGRESS_UTTERANCES || !heard->text)
		return;
	note(&c->progress, YH_BY_WORDS,
	     yh_progress_words(heard->text, heard->confidence, true));
	if (c->progress.ms < heard->end_ms)
		c->progress.ms = heard->end_ms;
	judge(c, false);
}

void dial_progress_end(struct dial_call *c)
{
	struct dial_progress *p = &c->progress;

	if (!p->answered) {
		p->evidence[YH_BY_SIP] = yh_progress_of_sip(c->sip_code);
		p->evidence[YH_BY_Q850] = yh_progress_of_q850(c->q850);
	}
	judge(c, false);
}

const char *dial_progress_announced(const struct dial_call *c)
{
	const struct yh_progress_verdict *v = &c->progress.verdict;
	bool heard = v->by != YH_BY_SIP && v->by != YH_BY_Q850;

	return !c->progress.answered && heard &&
			       yh_progress_is_machine(v->class)
		       ? yh_progress_name(v->class)
		       : "";
}

void dial_progress_fini(struct dial_call *c)
{
	yh_free(c->progress.alaw);
	c->progress.alaw = NULL;
}
