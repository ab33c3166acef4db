/**
 * @file endpoint.h  When has the callee ended? The silence to wait for, by what
 *                   the script expects and what was understood so far.
 *
 * Pure. Two errors pull against each other: a wait that is too short cuts in on
 * who only pauses, one that is too long keeps who has ended waiting. A text
 * that is an answer as it stands needs little silence; one that hangs in the
 * air (一三八零零, 下周, 然后) or is to be dictated needs more; of what is not
 * understood nothing is known.
 *
 * Source: own design; figures in docs/endpointing.md. That an end-point depends
 * on whether the grammar is at an end is of Kaldi's online end-pointing rules
 * ("final relative cost").
 */
#ifndef YH_ENDPOINT_H
#define YH_ENDPOINT_H

#include <stddef.h>
#include <stdint.h>

/** What kind of answer a question waits for; numbers of
 * yinhu.v1.Expectation. */
enum yh_expect {
	YH_EXPECT_ANY = 0,
	YH_EXPECT_YES_NO,
	YH_EXPECT_AMOUNT,
	YH_EXPECT_DATE,
	YH_EXPECT_TIME,
	YH_EXPECT_TERM,
	YH_EXPECT_DIGITS,
	YH_EXPECT_TEXT,
};

/** How far a turn has come. */
enum yh_turn {
	YH_TURN_UNKNOWN = 0, /**< Nothing understood, or nothing to tell by */
	YH_TURN_OPEN,	     /**< More is to come */
	YH_TURN_WHOLE,	     /**< An answer as it stands */
};

/** A text beside the phrases that can be said here. */
enum yh_phrase {
	YH_PHRASE_NONE = 0, /**< None of them */
	YH_PHRASE_WHOLE,    /**< One of them */
	YH_PHRASE_BEGUN,    /**< The beginning of one, and none itself */
};

/** Silence that ends a turn [ms]; early <= usual <= late. */
struct yh_endpoint_conf {
	uint32_t early_ms; /**< After a whole answer */
	uint32_t usual_ms; /**< When nothing is known */
	uint32_t late_ms;  /**< After an open one, and of digits when nothing is
			    * known */
};

/** Judge what was understood so far.
 * @param text  UTF-8, borrowed; empty = nothing understood
 * @param phrase Of those that can be said here */
enum yh_turn yh_turn_judge(enum yh_expect expect, const char *text,
			   enum yh_phrase phrase);
/** Look for a text among phrases. @param list Borrowed, shape (n)
 * @param spoken By yh_utf8_spoken(), borrowed */
enum yh_phrase yh_phrase_find(char *const *list, size_t n, const char *spoken);
/** Silence that ends the turn then [ms]. */
uint32_t yh_endpoint_ms(const struct yh_endpoint_conf *conf,
			enum yh_expect expect, enum yh_turn turn);

#endif
