/**
 * @file pack.h  A rule pack: YAML, checked against a schema, its patterns
 *               compiled into one hyperscan database.
 *
 * Every list of patterns is a group; scanning a text gives the groups that it
 * hits, with positions, in one pass over the text.
 *
 * Source: rules and their basis: the compliance list Q01..Q44; patterns are
 * our own.
 */
#ifndef QA_PACK_H
#define QA_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum qa_rule_kind {
	QA_NOT,	   /**< A pattern that must not be said */
	QA_MUST,   /**< A pattern that must be said in time */
	QA_STOP,   /**< After a trigger: patterns once, then silence */
	QA_DIGITS, /**< A run of digits that must not be read out */
};

/** Conditions on what is known of the call; all must hold. */
enum qa_when {
	QA_WHEN_AGE65 = 1,
	QA_WHEN_RISK_TOO_HIGH = 2, /**< product_risk > customer_risk */
	QA_WHEN_NOT_FREE = 4,	   /**< free_interest is not known as true */
};

/** A list of patterns; `group` is set when they are compiled. */
struct qa_patterns {
	char **list; /**< shape (n), PCRE subset of hyperscan */
	unsigned n;
	uint32_t group; /**< 0: empty */
};

/** Something that happens in a turn. */
struct qa_cond {
	uint32_t speaker; /**< Bits of enum qa_speaker */
	struct qa_patterns patterns;
	char **intents; /**< shape (n_intents): any of them, or a pattern */
	unsigned n_intents;
	bool verified; /**< The callee has confirmed to be the person */
};

struct qa_rule {
	char *id; /**< "Q12"; an id may have several entries */
	enum qa_rule_kind kind;
	uint32_t scope;	  /**< Bits of enum qa_kind */
	uint32_t speaker; /**< Whose words are judged */
	uint32_t when;	  /**< Bits of enum qa_when */
	uint32_t severity;
	char *basis, *message;
	struct qa_patterns patterns;
	struct qa_patterns unless; /**< Excuse in the same utterance */
	bool plain;		   /**< No negation can excuse it */
	bool bank_name;		   /**< MUST: the bank's name, if it is known */
	struct qa_cond *trigger;   /**< Only after it; NULL: always */
	struct qa_cond *first;	   /**< NOT: allowed after it */
	struct qa_cond *before;	   /**< MUST: not later than it */
	struct qa_cond *reset;	   /**< STOP: the callee is interested again */
	struct qa_patterns forbid; /**< STOP: never after the trigger */
	uint32_t turns;		   /**< In time: turns of the judged speaker */
	uint32_t by_ms;	    /**< MUST: or this long after the answer [ms] */
	bool at_close;	    /**< MUST: judged only when the call has ended */
	uint32_t min_turns; /**< At the end: judged if so many were spoken */
	uint32_t digits;    /**< DIGITS: shortest forbidden run */
};

struct qa_hit {
	uint32_t group;
	uint32_t from, to; /**< Bytes of the normalised text */
};

struct qa_pack {
	char *name;
	struct qa_patterns negation_before, negation_not, negation_after;
	uint32_t negation_window; /**< Farthest distance [code points] */
	struct qa_patterns identity_question, identity_yes, identity_no;
	struct qa_rule *rules; /**< shape (n_rules) */
	unsigned n_rules;
};

struct qa_rules;

/**
 * Load and compile.
 *
 * @param[out] out   Owned by the caller
 * @param path  YAML file
 * @param error What is wrong, with the line or the rule (size bytes)
 * @return 0, YH_ERR_BAD_CONFIG, -ENOMEM
 */
int qa_rules_create(struct qa_rules **out, const char *path, char *error,
		    size_t size);
void qa_rules_destroy(struct qa_rules *rules);

const struct qa_pack *qa_rules_pack(const struct qa_rules *rules);

/** Scan a normalised text. Not thread-safe: one scratch space.
 * @param[out] hits Heap array by `from`, to be freed by the caller
 * @return 0, -ENOMEM, -EIO (hyperscan) */
int qa_rules_scan(struct qa_rules *rules, const char *text,
		  struct qa_hit **hits, size_t *n);

#endif
