/**
 * @file verdict.h  What a call turned out to be, from several witnesses.
 *
 * Pure. A witness (tones, an announcement's fingerprint, the rhythm of the
 * speech, its words, SIP, Q.850) supports one class to a degree; what it does
 * not support it leaves open. Supports are combined by Dempster's rule; the
 * belief of the winner is the verdict's confidence. Below YH_PROGRESS_FLOOR
 * the verdict is UNSURE, and so is one of two witnesses that contradict. What
 * comes later in a call does not contradict what came before: ringing, why
 * nobody answers, what the network does about that.
 *
 * Source: G. Shafer, "A Mathematical Theory of Evidence", 1976, chapter 4
 * (simple support functions); the supports of SIP codes are own judgement,
 * those of the sound are measured (docs/call-progress.md).
 */
#ifndef YH_PROGRESS_VERDICT_H
#define YH_PROGRESS_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

enum yh_progress_class {
#define YH_PROGRESS_CLASS(symbol, name, kind, zh, en) YH_PROGRESS_##symbol,
#include "progress/classes.def"
#undef YH_PROGRESS_CLASS
	YH_PROGRESS_CLASSES
};

enum yh_progress_kind {
	YH_PROGRESS_KIND_NONE,
	YH_PROGRESS_KIND_RINGING,
	YH_PROGRESS_KIND_REFUSED,
	YH_PROGRESS_KIND_SERVICE,
	YH_PROGRESS_KIND_MACHINE,
	YH_PROGRESS_KIND_PERSON,
};

/** Who says so; one slot each. */
enum yh_progress_witness {
	YH_BY_TONE,
	YH_BY_PRINT,
	YH_BY_SOUND,
	YH_BY_RHYTHM,
	YH_BY_WORDS,
	YH_BY_SIP,
	YH_BY_Q850,
	YH_WITNESSES
};

struct yh_evidence {
	enum yh_progress_class class;
	float support; /**< [0..1); 0 = says nothing */
};

struct yh_progress_verdict {
	enum yh_progress_class class;
	float confidence;	     /**< [0..1]; 0 when UNSURE */
	enum yh_progress_witness by; /**< Who weighed most for it */
};

/** Is it a class that no person is behind? */
bool yh_progress_is_machine(enum yh_progress_class class);

/** No verdict is given below this belief. */
#define YH_PROGRESS_FLOOR 0.5f

/** Combine. @param evidence Borrowed, shape (YH_WITNESSES) */
struct yh_progress_verdict
yh_progress_fuse(const struct yh_evidence evidence[YH_WITNESSES]);

/** What a final SIP response says. @param code 0 = none */
struct yh_evidence yh_progress_of_sip(uint32_t code);
/** What a Q.850 cause says. @param cause 0 = none */
struct yh_evidence yh_progress_of_q850(uint32_t cause);

/** Static text; "unsure" for what is no class. */
const char *yh_progress_name(enum yh_progress_class class);
enum yh_progress_kind yh_progress_kind(enum yh_progress_class class);
const char *yh_witness_name(enum yh_progress_witness witness);
/** @return The class of that name, YH_PROGRESS_CLASSES = there is none */
enum yh_progress_class yh_progress_class_of(const char *name);

#endif
