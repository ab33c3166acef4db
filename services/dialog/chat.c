/** @file chat.c  A conversation by text, contract in chat.h */
#include "chat.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "judged.h"
#include "script/play.h"
#include "text/moment.h"

enum { MAX_FINDINGS = 32 };

struct chat {
	struct dlg_app *app;
	const Yinhu__V1__ChatScriptRequest *req; /* Lives until the answer */
	Yinhu__V1__ChatScriptResponse_Closure closure;
	void *data;
	/* Of a text; a stored version's are the library's. */
	struct yh_script *script;
	struct yh_classifier *classifier;
	char error[600];
	struct yh_day today;
	struct yh_play play;
	Yinhu__V1__JudgedDialog *dialog;
	Yinhu__V1__ChatScriptResponse out;     /* Borrows from the script */
	Yinhu__V1__ChatScriptResponse *answer; /* The same, on its own */
	int err;
};

/* ---- a step as a message
 * ------------------------------------------------------ */

/* What the step holds is copied: the play goes on. */
struct step {
	Yinhu__V1__ChatStep msg;
	Yinhu__V1__ChatStep__SlotsEntry slots[YH_SCRIPT_MAX_SLOTS];
	Yinhu__V1__ChatStep__SlotsEntry *refs[YH_SCRIPT_MAX_SLOTS];
	char values[YH_SCRIPT_MAX_SLOTS][YH_SLOT_VALUE];
	char prompt[YH_PROMPT_MAX];
};

static void put_slots(struct step *s, const struct yh_play *p)
{
	for (unsigned i = 0; i < p->script->n_slots; i++) {
		size_t n = s->msg.n_slots;

		if (!p->state.slots[i][0])
			continue;
		yinhu__v1__chat_step__slots_entry__init(&s->slots[n]);
		memcpy(s->values[n], p->state.slots[i], YH_SLOT_VALUE);
		s->slots[n].key = p->script->slots[i].id;
		s->slots[n].value = s->values[n];
		s->refs[n] = &s->slots[n];
		s->msg.n_slots++;
	}
	s->msg.slots = s->refs;
}

static char *text_or_empty(const char *text)
{
	return (char *)(text ? text : "");
}

static int add_step(struct chat *c)
{
	const struct yh_dialog_actions *a = &c->play.out;
	struct step *s = yh_zalloc(sizeof(*s));

	if (!s)
		return -ENOMEM;
	yinhu__v1__chat_step__init(&s->msg);
	memcpy(s->prompt, a->prompt, strlen(a->prompt) + 1);
	s->msg.prompt = s->prompt;
	s->msg.state = (char *)yh_play_state(&c->play);
	s->msg.intent = (char *)c->play.intent;
	s->msg.confidence = c->play.intent[0] ? c->play.confidence : 0;
	s->msg.verified = c->play.state.verified;
	s->msg.do_not_call = a->do_not_call;
	s->msg.channel = text_or_empty(a->channel);
	s->msg.template_ = text_or_empty(a->template_id);
	s->msg.disposition = text_or_empty(a->disposition);
	s->msg.understood = a->understood;
	put_slots(s, &c->play);
	c->out.steps[c->out.n_steps++] = &s->msg;

	return dlg_judged_say(c->dialog, true, a->prompt);
}

/* ---- the conversation
 * --------------------------------------------------------- */

static int hear(struct chat *c, const Yinhu__V1__ChatTurn *turn)
{
	int err = dlg_judged_say(c->dialog, false, turn->text);

	if (err)
		return err;

	return *turn->text ? yh_play_hear(&c->play, turn->text,
					  *turn->emotion ? turn->emotion : NULL)
			   : yh_play_silence(&c->play);
}

/* A deep copy, by way of the wire: the library's scripts come and go. */
static int keep(struct chat *c)
{
	size_t n = yinhu__v1__chat_script_response__get_packed_size(&c->out);
	uint8_t *buf = yh_zalloc(n);

	if (!buf)
		return -ENOMEM;
	yinhu__v1__chat_script_response__pack(&c->out, buf);
	c->answer = yinhu__v1__chat_script_response__unpack(NULL, n, buf);
	yh_free(buf);

	return c->answer ? 0 : -ENOMEM;
}

static int play(struct chat *c, const struct yh_script *script,
		const struct yh_classifier *classifier)
{
	const Yinhu__V1__ChatScriptRequest *req = c->req;
	int err = 0;

	c->out.steps = yh_calloc(req->n_turns + 1, sizeof(*c->out.steps));
	c->dialog = dlg_judged_begin(script, false, false);
	if (!c->out.steps || !c->dialog)
		return -ENOMEM;
	for (size_t i = 0; i < req->n_variables && !err; i++)
		err = yh_play_field(&c->play, req->variables[i]->key,
				    req->variables[i]->value);
	c->play.today = c->today;
	if (!err)
		err = yh_play_begin(&c->play, script, classifier);
	if (!err)
		err = add_step(c);
	for (size_t i = 0; i < req->n_turns && !err && !c->play.state.ended;
	     i++) {
		err = hear(c, req->turns[i]);
		if (!err)
			err = add_step(c);
	}
	c->dialog->ended = c->play.state.ended;
	c->dialog->facts[0]->value = c->play.state.verified;

	return err ? err : keep(c);
}

static void chat_free(struct chat *c)
{
	for (size_t i = 0; i < c->out.n_steps; i++)
		yh_free(c->out.steps[i]);
	yh_free(c->out.steps);
	if (c->answer)
		yinhu__v1__chat_script_response__free_unpacked(c->answer, NULL);
	if (c->dialog)
		yinhu__v1__judged_dialog__free_unpacked(c->dialog, NULL);
	yh_script_destroy(c->script);
	yh_classifier_destroy(c->classifier);
	c->app->n_jobs--;
	yh_free(c);
}

static void fail(struct chat *c, enum yh_status_code code, const char *why)
{
	yh_rpc_fail((ProtobufCClosure)c->closure, c->data, code, "%s", why);
	chat_free(c);
}

/* ---- the answer
 * --------------------------------------------------------------- */

static bool is_told(Yinhu__V1__Finding *const *list, size_t n, const char *rule)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(list[i]->rule, rule))
			return true;

	return false;
}

static void on_judged(const Yinhu__V1__JudgeDialogsResponse *res, void *arg)
{
	struct chat *c = arg;
	const Yinhu__V1__DialogJudgement *j =
		res && res->n_judgements ? res->judgements[0] : NULL;
	Yinhu__V1__Finding *told[MAX_FINDINGS];
	size_t n = 0;

	for (size_t i = 0; j && i < j->n_findings && n < MAX_FINDINGS; i++)
		if (!is_told(told, n, j->findings[i]->rule))
			told[n++] = j->findings[i];
	c->answer->findings = told;
	c->answer->n_findings = n;
	c->answer->inspected = j != NULL;
	c->closure(c->answer, c->data);
	c->answer->findings = NULL; /* they are not its own */
	c->answer->n_findings = 0;
	chat_free(c);
}

/* Without the inspector the chat goes on, and says so. */
static void played(struct chat *c)
{
	Yinhu__V1__JudgeDialogsRequest req =
		YINHU__V1__JUDGE_DIALOGS_REQUEST__INIT;

	if (c->err) {
		fail(c,
		     c->error[0] ? YH_INVALID_ARGUMENT : yh_err_status(c->err),
		     c->error[0] ? c->error : yh_err_text(c->err));
		return;
	}
	req.dialogs = &c->dialog;
	req.n_dialogs = 1;
	yinhu__v1__inspection_service__judge_dialogs(c->app->inspector, &req,
						     on_judged, c);
}

static void on_book(void *arg, int err, const struct dlg_book *book)
{
	struct chat *c = arg;

	c->err = err ? err : play(c, book->script, book->classifier);
	played(c);
}

static void work(void *job, unsigned worker)
{
	struct chat *c = job;

	(void)worker;
	c->err = yh_script_parse(&c->script, c->req->source,
				 strlen(c->req->source), c->error,
				 sizeof(c->error));
	if (!c->err)
		c->err = yh_classifier_extend(&c->classifier,
					      c->app->understanding.base,
					      &c->script->intents);
	if (!c->err)
		c->err = play(c, c->script, c->classifier);
}

static void worked(void *job)
{
	played(job);
}

/* The imagined contact's, as a call has it. */
static const char *zone_of(const Yinhu__V1__ChatScriptRequest *req)
{
	for (size_t i = 0; i < req->n_variables; i++) {
		if (!strcmp(req->variables[i]->key, "time_zone"))
			return req->variables[i]->value;
	}

	return "";
}

void dlg_chat_script(Yinhu__V1__DialogService_Service *rpc,
		     const Yinhu__V1__ChatScriptRequest *req,
		     Yinhu__V1__ChatScriptResponse_Closure closure, void *data)
{
	static const char prefix[] = "scripts/";
	bool named = !strncmp(req->name, prefix, sizeof(prefix) - 1);
	struct chat *c = yh_zalloc(sizeof(*c));

	if (!c) {
		yh_rpc_fail((ProtobufCClosure)closure, data,
			    YH_RESOURCE_EXHAUSTED, "out of memory");
		return;
	}
	c->app = (struct dlg_app *)rpc;
	c->req = req;
	c->closure = closure;
	c->data = data;
	c->today = dlg_turn_day((int64_t)yh_wall_us(), yh_zone_s(zone_of(req)));
	c->app->n_jobs++;
	yinhu__v1__chat_script_response__init(&c->out);
	if (req->n_turns > YH_PLAY_MAX_TURNS || (!named && !*req->source))
		fail(c, YH_INVALID_ARGUMENT,
		     "name must be scripts/<id>@<version>, or source given; at "
		     "most 100 turns");
	else if (named)
		dlg_library_get(c->app->library, req->name + sizeof(prefix) - 1,
				on_book, c);
	else if (yh_pool_submit(c->app->pool, c, work, worked))
		fail(c, YH_RESOURCE_EXHAUSTED,
		     "too many authors ask at once; try again");
}
