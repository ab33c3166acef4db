/** @file test_turn.c  Mirrors services/dialog/turn.c, with the demo's script */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "text/understanding.h"
#include "text/moment.h"
#include "turn.h"

static struct dlg_book book;
static struct yh_understanding general;
static Yinhu__V1__DialogSession *s;
static unsigned utterance;
static int64_t now_us; /* when the next one is said */

static void setup(void)
{
	static char text[YH_SCRIPT_MAX_BYTES];
	char error[512];
	FILE *f = fopen("tools/demo/card_instalment.yaml", "r");
	size_t n;

	cr_assert_not_null(f, "run from the top folder");
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	cr_assert_eq(
		yh_script_parse(&book.script, text, n, error, sizeof(error)), 0,
		"%s", error);
	cr_assert_eq(yh_understanding_load(
			     &general, "lib/text/general_intents.yaml",
			     "lib/text/intent_corpus.yaml",
			     "lib/text/concepts.yaml", error, sizeof(error)),
		     0, "%s", error);
	cr_assert_eq(yh_classifier_extend(&book.classifier, general.base,
					  &book.script->intents),
		     0);
}

static void teardown(void)
{
	if (s)
		yinhu__v1__dialog_session__free_unpacked(s, NULL);
	yh_classifier_destroy(book.classifier);
	yh_understanding_close(&general);
	yh_script_destroy(book.script);
}

TestSuite(turn, .init = setup, .fini = teardown, .timeout = 20);

static void answered(void)
{
	Yinhu__V1__CallContext context = YINHU__V1__CALL_CONTEXT__INIT;
	Yinhu__V1__Answered a = YINHU__V1__ANSWERED__INIT;
	Yinhu__V1__CallEvent ev = YINHU__V1__CALL_EVENT__INIT;

	context.attempt_id = (char *)"a1";
	a.context = &context;
	ev.event_id = (char *)"c1.answered";
	ev.call_id = (char *)"c1";
	ev.body_case = YINHU__V1__CALL_EVENT__BODY_ANSWERED;
	ev.answered = &a;
	s = dlg_turn_begin(&ev);
	cr_assert_not_null(s);
	cr_assert_eq(dlg_turn_step(s, &book, &ev), 0);
}

static Yinhu__V1__CallEvent *finding(uint32_t severity)
{
	static Yinhu__V1__Finding f = YINHU__V1__FINDING__INIT;
	static Yinhu__V1__CallEvent ev = YINHU__V1__CALL_EVENT__INIT;

	f.rule = (char *)"Q12";
	f.severity = severity;
	ev.event_id = (char *)"c1.finding.Q12.1";
	ev.call_id = (char *)"c1";
	ev.body_case = YINHU__V1__CALL_EVENT__BODY_FINDING;
	ev.finding = &f;

	return &ev;
}

Test(turn, a_finding_of_severity_1_stops_the_bot_with_an_apology)
{
	const Yinhu__V1__CallCommand *cmd;

	answered();
	cr_assert(dlg_turn_concerns(finding(1)));
	cr_assert_eq(dlg_turn_step(s, &book, finding(1)), 0);
	cr_assert_eq(s->n_outbox_commands, 2);
	cmd = s->outbox_commands[0];
	cr_assert_eq(cmd->action_case,
		     YINHU__V1__CALL_COMMAND__ACTION_STOP_PLAYING);
	cmd = s->outbox_commands[1];
	cr_assert(strstr(cmd->say->text, "抱歉"));
	cr_assert(cmd->say->then_hang_up);
	cr_assert_eq(cmd->say->utterance, 0);
	cr_assert(s->ended);
	cr_assert_str_eq(s->disposition, "stopped_by_inspector");
}

Test(turn, a_finding_in_a_call_that_is_over_changes_nothing)
{
	answered();
	cr_assert_eq(dlg_turn_step(s, &book, finding(1)), 0);
	cr_assert_eq(dlg_turn_step(s, &book, finding(1)), 0);
	cr_assert_eq(s->n_outbox_commands, 0);
}

Test(turn, a_lesser_finding_does_not_concern_the_dialog)
{
	cr_assert_not(dlg_turn_concerns(finding(2)));
}

static Yinhu__V1__CallEvent *progress(const char *verdict, float confidence)
{
	static Yinhu__V1__Progress p = YINHU__V1__PROGRESS__INIT;
	static Yinhu__V1__CallEvent ev = YINHU__V1__CALL_EVENT__INIT;

	p.verdict = (char *)verdict;
	p.confidence = confidence;
	p.early_media = false;
	ev.event_id = (char *)"c1.progress.1";
	ev.call_id = (char *)"c1";
	ev.body_case = YINHU__V1__CALL_EVENT__BODY_PROGRESS;
	ev.progress = &p;

	return &ev;
}

Test(turn, a_mailbox_that_is_certain_is_left_as_the_script_says)
{
	answered();
	cr_assert(dlg_turn_concerns(progress("voicemail", 0.9f)));
	cr_assert_eq(dlg_turn_step(s, &book, progress("voicemail", 0.9f)), 0);
	cr_assert(s->ended);
	cr_assert_str_eq(s->disposition, "silent");
}

Test(turn, neither_a_doubtful_machine_nor_a_person_concerns_the_dialog)
{
	cr_assert_not(dlg_turn_concerns(progress("voicemail", 0.6f)));
	cr_assert_not(dlg_turn_concerns(progress("unsure", 0)));
	cr_assert_not(dlg_turn_concerns(progress("human", 0.9f)));
	cr_assert_not(dlg_turn_concerns(progress("power_off", 0.9f)));
	cr_assert_not(dlg_turn_concerns(&(Yinhu__V1__CallEvent){
		.body_case = YINHU__V1__CALL_EVENT__BODY_PROGRESS,
		.progress =
			&(Yinhu__V1__Progress){.verdict = (char *)"voicemail",
					       .confidence = 0.9f,
					       .early_media = true}}));
}

static void say_with(const char *text, const char *emotion, float confidence)
{
	Yinhu__V1__Transcript t = YINHU__V1__TRANSCRIPT__INIT;
	Yinhu__V1__CallEvent ev = YINHU__V1__CALL_EVENT__INIT;
	char id[32];

	t.utterance = ++utterance;
	t.text = (char *)text;
	t.emotion = (char *)emotion;
	t.emotion_confidence = confidence;
	snprintf(id, sizeof(id), "c1.utt.%u", utterance);
	ev.event_id = id;
	ev.call_id = (char *)"c1";
	ev.time_us = now_us;
	ev.body_case = YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT;
	ev.transcript = &t;
	cr_assert_eq(dlg_turn_step(s, &book, &ev), 0);
}

static void say(const char *text)
{
	say_with(text, "", 0);
}

static void end(Yinhu__V1__CallOutcome outcome)
{
	Yinhu__V1__Ended e = YINHU__V1__ENDED__INIT;
	Yinhu__V1__CallEvent ev = YINHU__V1__CALL_EVENT__INIT;

	e.outcome = outcome;
	ev.event_id = (char *)"c1.ended";
	ev.call_id = (char *)"c1";
	ev.body_case = YINHU__V1__CALL_EVENT__BODY_ENDED;
	ev.ended = &e;
	cr_assert_eq(dlg_turn_step(s, &book, &ev), 0);
}

static const Yinhu__V1__CallEvent *posted(Yinhu__V1__CallEvent__BodyCase body)
{
	for (size_t i = 0; i < s->n_outbox_events; i++)
		if (s->outbox_events[i]->body_case == body)
			return s->outbox_events[i];

	return NULL;
}

static const char *disposition(void)
{
	const Yinhu__V1__CallEvent *ev =
		posted(YINHU__V1__CALL_EVENT__BODY_DIALOG_ENDED);

	return ev ? ev->dialog_ended->disposition : NULL;
}

static const Yinhu__V1__Say *said(void)
{
	cr_assert_eq(s->n_outbox_commands, 1);

	return s->outbox_commands[0]->say;
}

Test(turn, an_answered_call_is_greeted_and_listened_to)
{
	answered();
	cr_assert_str_eq(s->state, "greeting");
	cr_assert(strstr(said()->text, "智能语音助手"));
	cr_assert_gt(said()->listen_ms, 0);
	cr_assert_not(said()->then_hang_up);
	cr_assert_str_eq(posted(YINHU__V1__CALL_EVENT__BODY_TURN)->turn->cause,
			 "answered");
}

Test(turn, business_follows_proof_of_identity)
{
	answered();
	cr_assert_not(s->verified);
	say("我就是");
	cr_assert(s->verified);
	cr_assert_str_eq(s->state, "offer");
	say("好的");
	cr_assert_str_eq(disposition(), "accepted");
	cr_assert(said()->then_hang_up);
}

Test(turn, a_wish_for_no_calls_is_an_event_of_its_own)
{
	const Yinhu__V1__CallEvent *ev;

	answered();
	say("别再打了");
	ev = posted(YINHU__V1__CALL_EVENT__BODY_DO_NOT_CALL);
	cr_assert_not_null(ev);
	cr_assert_str_eq(ev->event_id, "c1.do_not_call");
	cr_assert_str_eq(ev->do_not_call->attempt_id, "a1");
	cr_assert_str_eq(disposition(), "do_not_call");
}

Test(turn, each_step_counts_up_and_its_commands_are_numbered_in_a_row)
{
	answered();
	cr_assert_eq(s->turn, 1);
	cr_assert_eq(s->outbox_commands[0]->seq, 1);
	say("我就是");
	cr_assert_eq(s->turn, 2);
	cr_assert_eq(s->outbox_commands[0]->seq, 2);
}

Test(turn, an_event_that_was_stepped_on_is_known_again)
{
	answered();
	cr_assert(dlg_turn_is_applied(s, "c1.answered"));
	cr_assert_not(dlg_turn_is_applied(s, "c1.utt.1"));
	say("我就是");
	cr_assert(dlg_turn_is_applied(s, "c1.utt.1"));
}

Test(turn, the_session_survives_the_wire_between_two_steps)
{
	size_t n;
	uint8_t *wire;

	answered();
	n = yinhu__v1__dialog_session__get_packed_size(s);
	wire = yh_zalloc(n);
	yinhu__v1__dialog_session__pack(s, wire);
	yinhu__v1__dialog_session__free_unpacked(s, NULL);
	s = yinhu__v1__dialog_session__unpack(NULL, n, wire);
	yh_free(wire);
	say("我就是");
	cr_assert_str_eq(s->state, "offer");
}

Test(turn, a_hang_up_in_the_middle_ends_the_conversation_once)
{
	answered();
	end(YINHU__V1__CALL_OUTCOME__ANSWERED);
	cr_assert_str_eq(disposition(), "callee_hangup");
	end(YINHU__V1__CALL_OUTCOME__ANSWERED);
	cr_assert_null(disposition());
}

Test(turn, a_call_that_was_interrupted_says_so)
{
	answered();
	end(YINHU__V1__CALL_OUTCOME__INTERRUPTED);
	cr_assert_str_eq(disposition(), "interrupted");
}

Test(turn, what_is_said_after_the_end_changes_nothing)
{
	answered();
	say("别再打了");
	say("好的");
	cr_assert_eq(s->n_outbox_commands, 0);
	cr_assert_eq(s->n_outbox_events, 0);
}

Test(turn, a_long_call_keeps_bounded_memory_of_events)
{
	answered();
	for (int i = 0; i < 300; i++)
		say("啊啊啊今天天气");
	cr_assert_leq(s->n_applied_events, 64);
}

Test(turn, an_emotion_is_counted_by_turns_and_a_doubtful_one_is_calm)
{
	answered();
	say_with("嗯", "angry", 0.9f);
	cr_assert_str_eq(s->emotion, "angry");
	cr_assert_eq(s->emotion_turns, 1);
	say_with("嗯", "angry", 0.7f);
	cr_assert_eq(s->emotion_turns, 2);
	say_with("嗯", "angry", 0.4f);
	cr_assert_str_eq(s->emotion, "calm");
	cr_assert_eq(s->emotion_turns, 1);
	say("嗯"); /* nobody looked: as it was */
	cr_assert_str_eq(s->emotion, "calm");
}

static void press(const char *keys)
{
	Yinhu__V1__Transcript t = YINHU__V1__TRANSCRIPT__INIT;
	Yinhu__V1__CallEvent ev = YINHU__V1__CALL_EVENT__INIT;
	char id[32];

	t.utterance = ++utterance;
	t.keys = (char *)keys;
	t.level = YINHU__V1__RECOGNITION_LEVEL__DTMF;
	snprintf(id, sizeof(id), "c1.utt.%u", utterance);
	ev.event_id = id;
	ev.call_id = (char *)"c1";
	ev.body_case = YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT;
	ev.transcript = &t;
	cr_assert_eq(dlg_turn_step(s, &book, &ev), 0);
}

Test(turn, whom_no_engine_hears_is_asked_to_press_keys_and_can_go_on)
{
	answered();
	press(""); /* nothing heard it */
	cr_assert(strstr(said()->text, "请按1"), "%s", said()->text);
	cr_assert_not(s->verified);
	press("1");
	cr_assert(s->verified);
	cr_assert_str_eq(s->state, "offer");
	press("1");
	cr_assert_str_eq(disposition(), "accepted");
}

Test(turn, a_key_says_no_and_another_one_wants_a_person)
{
	answered();
	press("2");
	cr_assert_str_eq(disposition(), "wrong_person");
}

Test(turn, keys_that_mean_nothing_here_are_not_understood)
{
	answered();
	press("7");
	cr_assert_eq(s->misunderstood, 1);
	press("12");
	cr_assert_eq(s->misunderstood, 2);
	cr_assert_not(s->verified);
}

Test(turn, a_question_tells_what_it_waits_for)
{
	answered();
	cr_assert_eq(said()->expect, YINHU__V1__EXPECTATION__EXPECT_YES_NO);
}

/* A call whose contact has an agent's address. */
static void answered_with(const char *name, const char *value)
{
	Yinhu__V1__CallContext__VariablesEntry v =
		YINHU__V1__CALL_CONTEXT__VARIABLES_ENTRY__INIT;
	Yinhu__V1__CallContext__VariablesEntry *list[] = {&v};
	Yinhu__V1__CallContext context = YINHU__V1__CALL_CONTEXT__INIT;
	Yinhu__V1__Answered a = YINHU__V1__ANSWERED__INIT;
	Yinhu__V1__CallEvent ev = YINHU__V1__CALL_EVENT__INIT;

	v.key = (char *)name;
	v.value = (char *)value;
	context.attempt_id = (char *)"a1";
	context.variables = list;
	context.n_variables = 1;
	a.context = &context;
	ev.event_id = (char *)"c1.answered";
	ev.call_id = (char *)"c1";
	ev.body_case = YINHU__V1__CALL_EVENT__BODY_ANSWERED;
	ev.answered = &a;
	s = dlg_turn_begin(&ev);
	cr_assert_not_null(s);
	cr_assert_eq(dlg_turn_step(s, &book, &ev), 0);
}

static const char *summary_of(const Yinhu__V1__Transfer *t, const char *key)
{
	for (size_t i = 0; i < t->n_summary; i++)
		if (!strcmp(t->summary[i]->key, key))
			return t->summary[i]->value;

	return "";
}

static Yinhu__V1__CallEvent *transfer(Yinhu__V1__TransferProgress__State state)
{
	static Yinhu__V1__TransferProgress t =
		YINHU__V1__TRANSFER_PROGRESS__INIT;
	static Yinhu__V1__CallEvent ev = YINHU__V1__CALL_EVENT__INIT;

	t.state = state;
	ev.event_id = (char *)"c1.transfer";
	ev.call_id = (char *)"c1";
	ev.body_case = YINHU__V1__CALL_EVENT__BODY_TRANSFER;
	ev.transfer = &t;

	return &ev;
}

Test(turn, who_wants_a_person_is_connected_with_the_campaign_s_agent)
{
	const Yinhu__V1__Transfer *t;
	const Yinhu__V1__CallEvent *told;

	answered_with("agent", "sip:desk@pbx.bank");
	say("我就是");
	say("帮我转人工");
	cr_assert_eq(s->n_outbox_commands, 2);
	cr_expect_not(s->outbox_commands[0]->say->then_hang_up);
	cr_expect_eq(s->outbox_commands[0]->say->listen_ms, 0);
	cr_assert_eq(s->outbox_commands[1]->action_case,
		     YINHU__V1__CALL_COMMAND__ACTION_TRANSFER);
	t = s->outbox_commands[1]->transfer;
	cr_expect_str_eq(t->agent, "sip:desk@pbx.bank");
	cr_expect_str_eq(summary_of(t, "handover"), "c1.agent");
	cr_expect_str_eq(summary_of(t, "verified"), "true");
	told = posted(YINHU__V1__CALL_EVENT__BODY_HANDOVER);
	cr_assert_not_null(told, "transcript and summary, by the same id");
	cr_expect_str_eq(told->handover->handover_id, "c1.agent");
	cr_expect(told->handover->n_transcript >= 3 &&
		  told->handover->summary[0]);
	cr_expect_str_eq(disposition(), "transferred");
	say("喂？"); /* to the agent: the bot is silent */
	cr_expect_eq(s->n_outbox_commands, 0);
}

Test(turn, without_an_agent_a_person_is_only_told)
{
	answered();
	say("我就是");
	say("帮我转人工");
	cr_expect(said()->then_hang_up);
	cr_expect_not_null(posted(YINHU__V1__CALL_EVENT__BODY_HANDOVER));
}

Test(turn, an_agent_who_is_not_reached_is_apologised_for)
{
	Yinhu__V1__CallEvent *failed =
		transfer(YINHU__V1__TRANSFER_PROGRESS__STATE__FAILED);

	answered_with("agent", "4001");
	say("我就是");
	say("帮我转人工");
	cr_assert(dlg_turn_concerns(failed));
	cr_assert_eq(dlg_turn_step(s, &book, failed), 0);
	cr_expect(strstr(said()->text, "暂时繁忙"));
	cr_expect(said()->then_hang_up);
	cr_expect_not(dlg_turn_concerns(
		transfer(YINHU__V1__TRANSFER_PROGRESS__STATE__CONNECTED)));
}

Test(turn, the_day_is_the_callee_s)
{
	const int64_t late = 1795903200000000; /* 2026-11-28 22:00 UTC */

	cr_expect_eq(dlg_turn_day(late, yh_zone_s("+08:00")).day, 29);
	cr_expect_eq(dlg_turn_day(late, yh_zone_s("-05:00")).day, 28);
}

/* The same words at the same moment. */
Test(turn, a_call_back_is_for_the_callee_s_day_and_clock)
{
	now_us = 1795903200000000; /* 2026-11-28 22:00 UTC */
	answered_with("time_zone", "+06:00/+08:00");
	say("我在开车，明天下午三点再打给我吧");
	cr_expect_str_eq(s->call_back_time, "2026-11-30T15:00:00+08:00");
	yinhu__v1__dialog_session__free_unpacked(s, NULL);
	answered_with("time_zone", "-05:00");
	say("我在开车，明天下午三点再打给我吧");
	cr_expect_str_eq(s->call_back_time, "2026-11-29T15:00:00-05:00");
}
