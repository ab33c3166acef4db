/**
 * @file rules.h  The rules in force: packs, side by side, compiled.
 *
 * All patterns of all packs are one hyperscan database. Every list of patterns
 * is a group; scanning a text gives the groups that it hits, with positions,
 * in one pass. Meanings are learnt when the packs are loaded.
 */
#ifndef QA_RULES_H
#define QA_RULES_H

#include "pack.h"

enum { QA_MAX_PACKS = 64, QA_MAX_MEANINGS = 32 };

struct qa_hit {
	uint32_t group;
	uint32_t from, to; /**< Bytes of the normalised text */
	bool plain;	   /**< No negation excuses it */
};

/** What decides at a glance that a rule has nothing to say. */
struct qa_gate {
	uint32_t scope;
	uint32_t group;	 /**< Must have a hit; 0: the rule must be judged */
	bool more_of_id; /**< The entry before has the same id */
};

struct qa_rules;

/** A pack that is no file. */
struct qa_pack_text {
	const char *source; /**< YAML */
	const char *label;  /**< "bank-own@3"; NULL: as it says itself */
};

/** What is loaded; what a pack needs of another (words, scopes) it finds in any
 * of them. */
struct qa_rules_conf {
	const char *const *paths; /**< YAML files or folders; "" is none */
	size_t n_paths;
	/** PEM file of an Ed25519 public key: each file must then have its
	 * signature beside it (sign.h); NULL or "": not asked for. */
	const char *key;
	const struct qa_pack_text *texts; /**< Shape (n_texts) */
	size_t n_texts;
};

/**
 * Load and compile.
 *
 * @param[out] out Owned by the caller
 * @param conf   Borrowed for the call
 * @param error  What is wrong (size bytes)
 * @return 0, YH_ERR_BAD_CONFIG, -ENOMEM, -EINVAL
 */
int qa_rules_create(struct qa_rules **out, const struct qa_rules_conf *conf,
		    char *error, size_t size);
/** The same for one file or folder, unsigned. */
int qa_rules_load(struct qa_rules **out, const char *path, char *error,
		  size_t size);
void qa_rules_destroy(struct qa_rules *rules);

/** @return Number of entries; an id's entries stand together */
size_t qa_rules_count(const struct qa_rules *rules);
const struct qa_rule *qa_rules_at(const struct qa_rules *rules, size_t i);
/** @return Shape (qa_rules_count): one a rule */
const struct qa_gate *qa_rules_gates(const struct qa_rules *rules);
/** "yinhu-base@1, yinhu-wealth@1": what is in force */
const char *qa_rules_name(const struct qa_rules *rules);
/** Is a pack with this label among them? */
bool qa_rules_have(const struct qa_rules *rules, const char *label);
const struct qa_scopes *qa_rules_scopes(const struct qa_rules *rules);
uint32_t qa_rules_negation_window(const struct qa_rules *rules);

/** Normalise for these rules: text.h with their list of what is misheard.
 * @return Heap string, NULL when out of memory */
char *qa_rules_normalise(const struct qa_rules *rules, const char *text);

/** Scan a normalised text. Not thread-safe: one scratch space.
 * @param[out] hits Heap array by `from`, to be freed by the caller
 * @return 0, -ENOMEM, -EIO (hyperscan) */
int qa_rules_scan(struct qa_rules *rules, const char *text,
		  struct qa_hit **hits, size_t *n);

/** How surely is a sentence meant so?
 * @param text Borrowed, normalised, shape (len) bytes
 * @param[out] scores [0..1] each, shape (QA_MAX_MEANINGS), by meaning_id - 1 */
void qa_rules_means(const struct qa_rules *rules, const char *text, size_t len,
		    float *scores);
/** Number of groups: each is less than this. */
uint32_t qa_rules_groups(const struct qa_rules *rules);

#endif
