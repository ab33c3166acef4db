/**
 * @file trial.h  A bank's own pack beside the rules in force: does it compile,
 *                do its tests pass, what would it have found? No loop; one
 *                thread at a time.
 */
#ifndef QA_TRIAL_H
#define QA_TRIAL_H

#include "rules.h"

struct qa_trial {
	struct qa_rules *rules; /**< In force, and the pack */
	struct qa_pack *own;
	char *source;
};

/** What must be put right. */
struct qa_fault {
	unsigned line, column; /**< In the source, from 1; 0: nowhere */
	bool is_test;	       /**< A test fails; else it does not compile */
	char about[64];	       /**< The rule, or "" */
	char message[400];
};
typedef void qa_fault_cb(void *arg, const struct qa_fault *fault);

/**
 * Compile.
 *
 * @param[out] t Closed with qa_trial_close; zero on error
 * @param in_force Borrowed for the call: the packs beside it; a version of the
 *               same pack, told by its label, is left out; no signature is
 *               asked for
 * @param source Borrowed: the pack's YAML
 * @param fault  Filled when the pack is at fault
 * @return 0, YH_ERR_BAD_CONFIG, -ENOMEM, -EINVAL
 */
int qa_trial_open(struct qa_trial *t, const struct qa_rules_conf *in_force,
		  const char *source, struct qa_fault *fault);
void qa_trial_close(struct qa_trial *t);
/** Is it a rule of the pack? */
bool qa_trial_owns(const struct qa_trial *t, const char *rule);
/** Run the pack's tests, and those of the packs beside it, whose meanings and
 * words it may change. @param on_red Gets each that fails
 * @return How many the pack has */
unsigned qa_trial_test(const struct qa_trial *t, qa_fault_cb *on_red,
		       void *arg);

/** Does a rule find something in one of its tests' dialogs?
 * @return 0, -EINVAL (no such dialog), -ENOMEM, -EIO */
int qa_case_breaks(struct qa_rules *rules, const struct qa_rule *rule,
		   const char *text, bool *broken);

#endif
