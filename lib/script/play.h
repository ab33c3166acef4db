/**
 * @file play.h  A script's own conversation tests, and conversations in text.
 *
 * No I/O. A script carries its tests:
 *
 *   tests:
 *     - name: 十二期改成二十四期
 *       with: {amount: "9200", age: "40"}   # the contact's fields
 *       today: 2026-11-23
 *       turns:
 *         - {says: 本人吗, state: greeting}  # the first: the call is answered
 *         - {hear: 我就是, intent: is_self, state: offer}
 *         - {hear: 不对，二十四期, emotion: calm, slots: {term: "24"}}
 *         - {silence: true, says: 在听吗}
 *         - {unheard: true, says: 请按1}    # no engine could hear it
 *         - {press: "1", intent: affirm}     # a row of keys
 *         - {hear: 好的, end: accepted, says: 再见, does: do_not_call}
 *       findings: [Q12]     # what the inspector must find; absent: nothing
 *
 * A turn is what happens (hear, press, unheard or silence, nothing for the
 * answer) and what is expected then; what it does not name is not looked at. A
 * turn that does not name its end expects the conversation to go on.
 */
#ifndef YH_SCRIPT_PLAY_H
#define YH_SCRIPT_PLAY_H

#include "script/engine.h"
#include "text/classify.h"

enum { YH_PLAY_MAX_TURNS = 100, YH_PLAY_MAX_FIELDS = 64 };

/** A conversation that is going on. */
struct yh_play {
	const struct yh_script *script;
	const struct yh_classifier *classifier;
	struct yh_dialog_state state;
	struct yh_dialog_actions out; /**< Of the last step */
	const char *intent;	      /**< That was heard; "" = none */
	float confidence;
	struct yh_day today;
	struct {
		const char *name, *value; /**< Borrowed */
	} fields[YH_PLAY_MAX_FIELDS];
	unsigned n_fields;
};

/** A line of a conversation that was played. */
struct yh_play_line {
	bool is_bot;
	char *text;
};

/** Begin: the call is answered.
 * @param classifier Borrowed; the general intents and the script's own
 * @return As yh_dialog_step() */
int yh_play_begin(struct yh_play *p, const struct yh_script *script,
		  const struct yh_classifier *classifier);
/** Set a contact's field before yh_play_begin(). @return 0, -ENOSPC */
int yh_play_field(struct yh_play *p, const char *name, const char *value);
/** The callee says something. @param emotion May be NULL */
int yh_play_hear(struct yh_play *p, const char *text, const char *emotion);
/** The callee presses keys. @param keys "0".."9", "*" */
int yh_play_press(struct yh_play *p, const char *keys);
/** The callee says something that no engine can hear. */
int yh_play_unheard(struct yh_play *p);
/** The callee says nothing. */
int yh_play_silence(struct yh_play *p);
const char *yh_play_state(const struct yh_play *p);

/** The contact of the first test that a script carries, for who tries it
 * without one of their own. Nothing is told of a script without tests.
 * @param text Borrowed, the script's source, shape (len)
 * @param cb    Gets each field; its texts are borrowed
 * @return 0, YH_ERR_BAD_CONFIG, -ENOMEM */
int yh_play_contact(const char *text, size_t len,
		    void (*cb)(void *arg, const char *name, const char *value),
		    void *arg);

/** What a test run is told. */
struct yh_play_hooks {
	void *arg;
	/** A test has ended. @param fault "LINE:COLUMN: what was expected and
	 * what was", NULL = passed */
	void (*done)(void *arg, const char *name, const char *fault);
	/** Rules that the lines break, into rules[]; NULL: not inspected.
	 * @return how many (at most max) */
	unsigned (*inspect)(void *arg, const struct yh_play_line *lines,
			    unsigned n, bool verified, const char **rules,
			    unsigned max);
};

/** Run the tests of a script's source.
 * @param text Borrowed, the source that `script` was parsed from, shape (len)
 * @param[out] failed Number of tests that failed
 * @param error Receives a fault of the tests themselves (size bytes)
 * @return Number of tests; YH_ERR_BAD_CONFIG, -ENOMEM */
int yh_play_tests(const char *text, size_t len, const struct yh_script *script,
		  const struct yh_classifier *classifier,
		  const struct yh_play_hooks *hooks, unsigned *failed,
		  char *error, size_t size);

#endif
