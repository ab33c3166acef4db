/** @file call_features.c  Features of a call, contract in call_features.h.
 * Pure. */
#include "call_features.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define F(name) out[SCR_F_##name]

const char *const scr_feature_names[] = {
#define SCR_FEATURE(name, text) #name,
#include "features.def"
#undef SCR_FEATURE
};

/* Intents by what they say about the callee's interest. */
static const struct {
	const char *intent;
	enum scr_feature feature;
} groups[] = {
	{"affirm", SCR_F_affirm_intents},
	{"promise_to_pay", SCR_F_affirm_intents},
	{"refuse", SCR_F_refuse_intents},
	{"deny", SCR_F_refuse_intents},
	{"already_have", SCR_F_refuse_intents},
	{"ask_rate", SCR_F_question_intents},
	{"ask_fee", SCR_F_question_intents},
	{"ask_amount", SCR_F_question_intents},
	{"ask_term", SCR_F_question_intents},
	{"ask_how", SCR_F_question_intents},
	{"ask_where", SCR_F_question_intents},
	{"ask_condition", SCR_F_question_intents},
	{"ask_benefit", SCR_F_question_intents},
	{"ask_risk", SCR_F_question_intents},
	{"ask_early_repay", SCR_F_question_intents},
	{"ask_deadline", SCR_F_question_intents},
	{"too_expensive", SCR_F_objection_intents},
	{"consider", SCR_F_objection_intents},
	{"who_are_you", SCR_F_doubt_intents},
	{"are_you_robot", SCR_F_doubt_intents},
	{"number_source", SCR_F_doubt_intents},
	{"fraud_suspicion", SCR_F_doubt_intents},
	{"complaint", SCR_F_complaint_intents},
	{"abuse", SCR_F_complaint_intents},
	{"human_agent", SCR_F_complaint_intents},
	{"busy", SCR_F_call_back_intents},
	{"call_back", SCR_F_call_back_intents},
	{"do_not_call", SCR_F_do_not_call},
};

/* Sums that are divided at the end. */
struct sums {
	double confidence, asr_latency, turn_latency, played_ms;
	uint32_t transcripts, latencies, prompts_ended;
};

int scr_feature_find(const char *name)
{
	for (int i = 0; i < SCR_N_FEATURES; i++) {
		if (!strcmp(scr_feature_names[i], name))
			return i;
	}

	return -1;
}

static double chars(const char *s)
{
	uint32_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;

	return n;
}

static double ratio(double part, double whole)
{
	return whole > 0 ? part / whole : 0;
}

static void take_bot_speech(double *out, struct sums *s,
			    const Yinhu__V1__BotSpeech *b)
{
	F(bot_turns) += 1;
	F(bot_speech_ms) += b->duration_ms;
	F(bot_chars) += chars(b->text);
	if (!b->turn_latency_ms)
		return;
	s->turn_latency += b->turn_latency_ms;
	s->latencies++;
	if (b->turn_latency_ms > F(turn_latency_max_ms))
		F(turn_latency_max_ms) = b->turn_latency_ms;
}

static void take_transcript(double *out, struct sums *s,
			    const Yinhu__V1__Transcript *t)
{
	double ms = t->end_ms > t->start_ms ? t->end_ms - t->start_ms : 0;

	if (!F(callee_turns) || t->start_ms < F(first_reply_ms))
		F(first_reply_ms) = t->start_ms;
	F(callee_turns) += 1;
	F(callee_speech_ms) += ms;
	F(callee_chars) += chars(t->text);
	F(empty_utterances) += !t->text[0];
	F(barge_ins) += t->barge_in;
	if (ms > F(callee_longest_ms))
		F(callee_longest_ms) = ms;
	if (!s->transcripts || t->confidence < F(asr_confidence_min_ratio))
		F(asr_confidence_min_ratio) = (double)t->confidence;
	s->confidence += (double)t->confidence;
	s->asr_latency += t->latency_ms;
	s->transcripts++;
}

static void take_turn(double *out, const Yinhu__V1__Turn *t)
{
	F(dialog_turns) += 1;
	if (!t->intent[0])
		return;
	F(last_intent_positive) = !strcmp(t->intent, "affirm") ||
				  !strcmp(t->intent, "promise_to_pay");
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		if (!strcmp(groups[i].intent, t->intent))
			out[groups[i].feature] += 1;
	}
}

static void take_dialog_ended(double *out, const Yinhu__V1__DialogEnded *d)
{
	F(misunderstood) = d->misunderstood;
	F(silences) = d->silences;
	F(verified) = d->verified;
	F(slots_filled) = (double)d->n_slots;
	for (size_t i = 0; i < d->n_intents; i++) {
		bool seen = false;

		for (size_t k = 0; k < i; k++)
			seen |= !strcmp(d->intents[k], d->intents[i]);
		F(distinct_intents) += !seen;
	}
}

static void take_ended(double *out, const Yinhu__V1__CallEvent *e)
{
	const Yinhu__V1__Ended *d = e->ended;
	const Yinhu__V1__MediaStats *m = d->media;
	int64_t hours = e->time_us / 3600000000 + 8; /* UTC+8 */

	F(answered) =
		d->outcome == YINHU__V1__CALL_OUTCOME__ANSWERED || d->talk_ms;
	F(ring_ms) = d->ring_ms;
	F(talk_ms) = d->talk_ms;
	F(local_hour) = (double)(hours % 24);
	F(hung_up_by_callee) = !strcmp(d->hung_up_by, "callee");
	F(hung_up_by_bot) = !strcmp(d->hung_up_by, "bot");
	if (!m)
		return;
	F(rtp_lost_ratio) = ratio(m->rtp_lost, m->rtp_lost + m->rtp_received);
	F(jitter_ms) = m->jitter_us / 1000.0;
}

static void take_quality(double *out, const Yinhu__V1__QualityReport *q)
{
	F(quality_score) = q->score;
	F(findings) = (double)q->n_findings;
	for (size_t i = 0; i < q->n_findings; i++)
		F(severe_findings) += q->findings[i]->severity == 1;
}

static void take_event(double *out, struct sums *s,
		       const Yinhu__V1__CallEvent *e)
{
	switch (e->body_case) {
	case YINHU__V1__CALL_EVENT__BODY_BOT_SPEECH:
		take_bot_speech(out, s, e->bot_speech);
		break;
	case YINHU__V1__CALL_EVENT__BODY_PLAYED:
		F(interrupted_prompts) += e->played->interrupted;
		s->played_ms += e->played->played_ms;
		break;
	case YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT:
		take_transcript(out, s, e->transcript);
		break;
	case YINHU__V1__CALL_EVENT__BODY_TURN:
		take_turn(out, e->turn);
		break;
	case YINHU__V1__CALL_EVENT__BODY_DIALOG_ENDED:
		take_dialog_ended(out, e->dialog_ended);
		break;
	case YINHU__V1__CALL_EVENT__BODY_DO_NOT_CALL:
		F(do_not_call) = 1;
		break;
	case YINHU__V1__CALL_EVENT__BODY_ENDED:
		take_ended(out, e);
		break;
	case YINHU__V1__CALL_EVENT__BODY_QUALITY_REPORT:
		take_quality(out, e->quality_report);
		break;
	default:
		break;
	}
}

void scr_features(Yinhu__V1__CallEvent *const *events, size_t n, double *out)
{
	struct sums s = {0};

	for (int i = 0; i < SCR_N_FEATURES; i++)
		out[i] = 0;
	for (size_t i = 0; i < n; i++)
		take_event(out, &s, events[i]);

	F(callee_share_ratio) = ratio(F(callee_speech_ms),
				      F(callee_speech_ms) + F(bot_speech_ms));
	F(callee_chars_per_turn) = ratio(F(callee_chars), F(callee_turns));
	F(callee_chars_per_s) =
		ratio(F(callee_chars) * 1000, F(callee_speech_ms));
	F(heard_ratio) = ratio(s.played_ms, F(bot_speech_ms));
	F(asr_confidence_mean_ratio) = ratio(s.confidence, s.transcripts);
	F(asr_latency_mean_ms) = ratio(s.asr_latency, s.transcripts);
	F(turn_latency_mean_ms) = ratio(s.turn_latency, s.latencies);
	if (F(do_not_call) > 1)
		F(do_not_call) = 1;
}
