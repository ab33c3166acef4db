/**
 * @file pack.h  A rule pack: YAML, checked against a schema. Pure but for
 *               reading a file.
 *
 * A pattern is a regular expression (hyperscan's subset of PCRE) over
 * normalised text (text.h), with these additions: <name> stands for a word list
 * of `words`, "." is any character within a clause and "_" within a sentence,
 * "^" and "$" are the ends of a sentence, and a leading "!" says that no
 * negation excuses it.
 */
#ifndef QA_PACK_H
#define QA_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum qa_rule_kind {
	QA_NOT,	   /**< What must not be said */
	QA_MUST,   /**< What must be said in time */
	QA_STOP,   /**< After a trigger: nothing but a farewell */
	QA_DIGITS, /**< Long numbers that must not be read out */
	QA_AUDIO,  /**< How it is said: time, tempo, emotion */
	QA_FACT,   /**< What is known of the call */
};

/** How a fact is compared. */
enum qa_compare { QA_IS, QA_IS_NOT, QA_ABOVE, QA_BELOW, QA_AT_LEAST };

/** A list of patterns; `group` is set when they are compiled. */
struct qa_patterns {
	char **list; /**< shape (n) */
	unsigned n;
	uint32_t group; /**< 0: empty */
};

/** A condition on a fact; an unknown one fails unless `unknown`. */
struct qa_when {
	char *fact, *other; /**< Compared with `other`, or else with `value` */
	enum qa_compare compare;
	double value;
	bool unknown; /**< Holds also when nothing is known */
};

/** Something that happens in a turn. */
struct qa_cond {
	uint32_t speaker;	     /**< Bits of enum qa_speaker */
	struct qa_patterns patterns; /**< Said and meant */
	struct qa_patterns unless;   /**< Not in the same sentence */
	struct qa_patterns follows;  /**< In the last turn of the others */
	char **intents;		     /**< shape (n_intents), or any of these */
	unsigned n_intents;
	/** The callee has confirmed to be the person. With patterns: these only
	 * where nobody asked for the person. */
	bool verified;
};

struct qa_rule {
	char *id; /**< "Q12"; an id may have several entries */
	enum qa_rule_kind kind;
	uint32_t scope;	  /**< Bits of enum qa_kind */
	uint32_t speaker; /**< Whose words are judged */
	struct qa_when *when;
	unsigned n_when;
	uint32_t severity; /**< 1 stop the call, 2 fail, 3 score */
	char *basis, *message;
	char *meaning;	  /**< NOT: or the classifier says so; NULL: none */
	uint32_t percent; /**< Its floor [%], 0: 50 */
	struct qa_patterns patterns;
	struct qa_patterns unless; /**< Excuses in the same sentence */
	struct qa_patterns excuse; /**< Excuses in the same turn */
	struct qa_patterns *parts; /**< MUST: things to say, beside patterns */
	unsigned n_parts, need;	   /**< need: so many of them, 0: all */
	bool bank_name;		   /**< MUST: the bank's name, if known */
	struct qa_cond *trigger;   /**< Only after it; NULL: always */
	struct qa_cond *first;	   /**< NOT: allowed after it */
	struct qa_cond *before;	   /**< MUST: not later than it */
	struct qa_cond *reset;	   /**< The trigger is void after it */
	struct qa_patterns forbid; /**< STOP: never after the trigger */
	uint32_t turns;		   /**< In time: turns of the judged speaker */
	uint32_t by_ms;		   /**< MUST: or this long after the answer */
	bool at_close;		   /**< MUST: any time before the end */
	bool earlier;	       /**< MUST: what came before the trigger counts */
	bool full;	       /**< MUST: only if so many turns were had */
	bool once;	       /**< Only the first trigger counts */
	uint32_t min_turns;    /**< At the end: if so many were spoken */
	uint32_t overlap_ms;   /**< AUDIO: bot cuts in on the callee */
	uint32_t talk_over_ms; /**< AUDIO: bot goes on against the callee */
	uint32_t gap_ms;       /**< AUDIO: silence */
	uint32_t chars_per_s;  /**< AUDIO: tempo */
	uint32_t repeats;      /**< AUDIO: the same sentence so often */
	char **emotions;       /**< AUDIO: shape (n_emotions) */
	unsigned n_emotions;
	char **bad, **good; /**< Its tests: see qa_read_case */
	unsigned n_bad, n_good;
	unsigned meaning_id; /**< 1-based, 0: none; set by qa_rules_create */
	const char *pack;    /**< Its pack's label; set by qa_rules_create */
};

/** A word list: a pattern, or words that mean the same. The latter are concepts
 * to the meanings that are learnt. */
struct qa_word {
	char *name;
	char *is;  /**< NULL: `of` holds */
	char **of; /**< shape (n_of) */
	unsigned n_of;
};

/** What is heard, and what is meant by it. */
struct qa_heard {
	char *hear, *mean;
};

/** What a pattern cannot catch: sentences that are meant so, and twins. A
 * sentence may be a frame, see frames.h. */
struct qa_meaning {
	char *name;
	char **bad, **good;
	unsigned n_bad, n_good;
};

/** Lists that belong to the language, not to a rule. */
struct qa_scopes {
	struct qa_patterns negation;	   /**< Near and before, in a clause */
	struct qa_patterns negation_far;   /**< Anywhere before, in a clause */
	struct qa_patterns negation_after; /**< Near and after */
	struct qa_patterns no_negation;	   /**< Only looks like one */
	struct qa_patterns warning;	   /**< Excuses its sentence */
	struct qa_patterns reported;	   /**< Others say; with `refuted` */
	struct qa_patterns refuted;
	struct qa_patterns identity_question, identity_yes, identity_no,
		identity_checked;
};

enum { QA_PACK_LABEL = 128 };

struct qa_pack {
	char *name, *version;
	char label[QA_PACK_LABEL]; /**< "yinhu-wealth@1" */
	char *path;		   /**< Its file; NULL: read from memory */
	uint32_t negation_window;  /**< Farthest distance [code points] */
	struct qa_word *words;
	struct qa_heard *heard;
	struct qa_meaning *meanings;
	struct qa_scopes scopes;
	struct qa_rule *rules;
	unsigned n_words, n_heard, n_meanings, n_rules;
};

/**
 * Read and check.
 *
 * @param[out] out  Freed with qa_pack_free
 * @param path  Borrowed
 * @param error What is wrong: "FILE:LINE:COLUMN: reason" (size bytes)
 * @return 0, YH_ERR_BAD_CONFIG, -EINVAL, -ENOMEM
 */
int qa_pack_load(struct qa_pack **out, const char *path, char *error,
		 size_t size);
/** The same from memory; the reason alone, see place.h.
 * @param source Borrowed: the YAML */
int qa_pack_read(struct qa_pack **out, const char *source, char *error,
		 size_t size);
/** @param p Taken, may be NULL */
void qa_pack_free(struct qa_pack *p);

#endif
