/** @file rhythm.c  A person or a machine, contract in rhythm.h */
#include "audio/g711.h"
#include "progress/rhythm.h"

enum { VOICE_MS = 80 /* a click is no voice */ };

static struct yh_evidence of_sentence(uint32_t said_ms, uint32_t quiet_ms)
{
	if (said_ms >= YH_RHYTHM_MACHINE_MS)
		return (struct yh_evidence){YH_PROGRESS_VOICEMAIL, 0.4f};
	if (said_ms <= YH_RHYTHM_PERSON_MS && quiet_ms >= YH_RHYTHM_WAIT_MS)
		return (struct yh_evidence){YH_PROGRESS_HUMAN, 0.8f};
	if (said_ms <= YH_RHYTHM_LONG_MS && quiet_ms >= YH_RHYTHM_LONG_WAIT_MS)
		return (struct yh_evidence){YH_PROGRESS_HUMAN, 0.55f};

	return (struct yh_evidence){0};
}

static void speak(struct yh_rhythm *r)
{
	r->run_ms += YH_FRAME_MS;
	r->voiced_ms += YH_FRAME_MS;
	if (r->run_ms < VOICE_MS)
		return;
	if (!r->first_ms || r->ms - r->run_ms >= r->last_ms + YH_RHYTHM_GAP_MS)
		r->first_ms = r->ms - r->run_ms + 1;
	r->last_ms = r->ms;
}

struct yh_evidence yh_rhythm_push(struct yh_rhythm *r, bool voiced)
{
	struct yh_evidence e = {0};

	r->ms += YH_FRAME_MS;
	if (voiced)
		speak(r);
	else
		r->run_ms = 0;
	if (!r->first_ms && r->ms >= YH_RHYTHM_NOBODY_MS)
		return (struct yh_evidence){YH_PROGRESS_SILENCE, 0.8f};
	if (r->first_ms)
		e = of_sentence(r->last_ms - r->first_ms, r->ms - r->last_ms);
	if (e.support > r->said.support)
		r->said = e;

	return r->said;
}
