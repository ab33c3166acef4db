/**
 * @file life.h  The life of a script's version: who may do what, and when.
 *
 * Pure. Values as in yinhu.v1.Script.State and yinhu.v1.ScriptEvent.Step, and
 * as in the tables.
 *
 *   DRAFT ----submit----> IN_REVIEW ----approve----> APPROVED
 *   REJECTED --submit---> IN_REVIEW ----reject-----> REJECTED
 *                         APPROVED  ----reject-----> REJECTED
 *
 * publish and roll back leave an APPROVED version as it is. submit and approve
 * need a green check; nobody approves what they wrote or handed in.
 */
#ifndef CMP_LIFE_H
#define CMP_LIFE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { CMP_ACTOR = 65, CMP_REASON = 501 };

enum cmp_script_state {
	CMP_DRAFT = 1,
	CMP_IN_REVIEW,
	CMP_APPROVED,
	CMP_REJECTED,
};

enum cmp_script_step {
	CMP_CREATE = 1,
	CMP_SUBMIT,
	CMP_APPROVE,
	CMP_REJECT,
	CMP_PUBLISH,
	CMP_ROLL_BACK,
};

/** A version as it is. Texts borrowed, "" = nobody. */
struct cmp_script_now {
	enum cmp_script_state state;
	const char *author, *submitter;
	bool expired;
};

/** Why a step is not taken. */
struct cmp_refusal {
	enum yh_status_code code; /**< YH_OK: it may be taken */
	const char *why;	  /**< Static; NULL when it may */
};

/** @return Is this a person's id, [A-Za-z0-9._@-]{1,64}? */
bool cmp_actor_ok(const char *actor);

/** May this person take this step now?
 * @param green Of submit and approve: nothing was found in it */
struct cmp_refusal cmp_life_may(enum cmp_script_step step,
				const struct cmp_script_now *now,
				const char *actor, bool green);
/** @return The state after a step that may be taken */
enum cmp_script_state cmp_life_after(enum cmp_script_step step,
				     enum cmp_script_state state);
/** @return Must the script be checked before this step? */
bool cmp_life_needs_check(enum cmp_script_step step);
/** What an approval signs: name, hash, author, reviewer, a line each.
 * @param out Receives the text (size bytes)
 * @return 0, -ENOSPC */
int cmp_life_to_sign(const char *name, const char *sha256, const char *author,
		     const char *reviewer, char out[], size_t size);

#endif
