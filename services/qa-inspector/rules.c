/** @file rules.c  Packs side by side, contract in rules.h */
#include "rules.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/mem.h"
#include "compile.h"
#include "learn.h"
#include "place.h"
#include "sign.h"
#include "text.h"

struct qa_rules {
	struct qa_pack *packs[QA_MAX_PACKS];
	size_t n_packs;
	struct qa_rule **list; /* shape (n_list), by id */
	struct qa_gate *gates; /* shape (n_list) */
	size_t n_list;
	struct qa_scopes scopes; /* groups of all packs */
	uint32_t negation_window;
	struct qa_heard_table *heard;
	struct qa_learnt *learnt;
	struct qa_matcher *matcher;
	char name[QA_MAX_PACKS * 64];
};

/* ---- files --------------------------------------------------------------- */

struct loading {
	struct qa_rules *rules;
	const char *key;
	char *error;
	size_t size;
};

static int check_room(const struct loading *l)
{
	if (l->rules->n_packs < QA_MAX_PACKS)
		return 0;
	snprintf(l->error, l->size, "more than %d packs", QA_MAX_PACKS);

	return YH_ERR_BAD_CONFIG;
}

static int check_signature(const struct loading *l, const char *path)
{
	int err = l->key && l->key[0] ? qa_sign_verify(path, l->key) : 0;

	if (!err)
		return 0;
	snprintf(l->error, l->size, "%s: %s", path,
		 err == -ENOENT ? "is not signed" : "signature does not fit");

	return YH_ERR_BAD_CONFIG;
}

/* @param p Taken */
static void add(struct qa_rules *r, struct qa_pack *p)
{
	size_t used = strlen(r->name);

	for (unsigned i = 0; i < p->n_rules; i++)
		p->rules[i].pack = p->label;
	snprintf(r->name + used, sizeof(r->name) - used, "%s%s",
		 used ? ", " : "", p->label);
	r->packs[r->n_packs++] = p;
}

static int load_file(struct loading *l, const char *path)
{
	struct qa_pack *p;
	int err = check_room(l);

	if (!err)
		err = check_signature(l, path);
	if (!err)
		err = qa_pack_load(&p, path, l->error, l->size);
	if (!err)
		add(l->rules, p);

	return err;
}

static int load_text(struct loading *l, const struct qa_pack_text *text)
{
	struct qa_pack *p;
	int err = check_room(l);

	if (!err)
		err = qa_pack_read(&p, text->source, l->error, l->size);
	if (err)
		return err;
	if (text->label)
		snprintf(p->label, sizeof(p->label), "%s", text->label);
	add(l->rules, p);

	return 0;
}

static int is_yaml(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 5 && !strcmp(e->d_name + n - 5, ".yaml");
}

static int load_folder(struct loading *l, const char *folder)
{
	struct dirent **list;
	int n = scandir(folder, &list, is_yaml, alphasort), err = 0;

	if (n < 0)
		return -errno;
	for (int i = 0; i < n; i++) {
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s", folder, list[i]->d_name);
		if (!err)
			err = load_file(l, path);
		free(list[i]);
	}
	free(list);

	return err;
}

static int load(struct loading *l, const char *path)
{
	struct stat st;

	if (stat(path, &st)) {
		snprintf(l->error, l->size, "%s: %s", path, strerror(errno));
		return YH_ERR_BAD_CONFIG;
	}

	return S_ISDIR(st.st_mode) ? load_folder(l, path) : load_file(l, path);
}

/* ---- all packs together -------------------------------------------------- */

static int by_id(const void *a, const void *b)
{
	const struct qa_rule *const *x = a, *const *y = b;
	int d = strcmp((*x)->id, (*y)->id);

	if (d)
		return d;

	return (*x)->patterns.group < (*y)->patterns.group ? -1 : 1;
}

static int list_rules(struct qa_rules *r)
{
	for (size_t i = 0; i < r->n_packs; i++)
		r->n_list += r->packs[i]->n_rules;
	r->list = yh_calloc(r->n_list + 1, sizeof(void *));
	if (!r->list)
		return -ENOMEM;
	r->n_list = 0;
	for (size_t i = 0; i < r->n_packs; i++) {
		for (unsigned k = 0; k < r->packs[i]->n_rules; k++)
			r->list[r->n_list++] = &r->packs[i]->rules[k];
		if (r->packs[i]->negation_window)
			r->negation_window = r->packs[i]->negation_window;
	}
	qsort(r->list, r->n_list, sizeof(void *), by_id);

	return 0;
}

static int make_gates(struct qa_rules *r)
{
	r->gates = yh_calloc(r->n_list + 1, sizeof(*r->gates));
	if (!r->gates)
		return -ENOMEM;
	for (size_t i = 0; i < r->n_list; i++) {
		const struct qa_rule *rule = r->list[i];

		r->gates[i].scope = rule->scope;
		r->gates[i].more_of_id =
			i && !strcmp(rule->id, r->list[i - 1]->id);
		if (rule->kind == QA_NOT && !rule->meaning && !rule->n_when)
			r->gates[i].group = rule->patterns.group;
	}

	return 0;
}

/* A rule's meaning is any pack's. */
static int bind_meanings(struct qa_rules *r, const struct qa_pack *p,
			 char *error, size_t size)
{
	for (unsigned i = 0; i < p->n_rules; i++) {
		struct qa_rule *rule = &p->rules[i];

		if (!rule->meaning)
			continue;
		rule->meaning_id = qa_learnt_id(r->learnt, rule->meaning);
		if (rule->meaning_id)
			continue;
		snprintf(error, size, "rule %s (entry %u): no meaning \"%s\"",
			 rule->id, i + 1, rule->meaning);
		if (p->path)
			qa_place_in_file(p->path, error, size);
		return YH_ERR_BAD_CONFIG;
	}

	return 0;
}

static int build(struct qa_rules *r, char *error, size_t size)
{
	int err = qa_heard_create(&r->heard, r->packs, r->n_packs);

	if (!err)
		err = qa_matcher_create(&r->matcher, r->packs, r->n_packs,
					&r->scopes, error, size);
	if (!err)
		err = list_rules(r);
	if (!err)
		err = make_gates(r);
	if (!err)
		err = qa_learn(&r->learnt, r->packs, r->n_packs, r->heard);
	for (size_t i = 0; i < r->n_packs && !err; i++)
		err = bind_meanings(r, r->packs[i], error, size);

	return err;
}

int qa_rules_create(struct qa_rules **out, const struct qa_rules_conf *conf,
		    char *error, size_t size)
{
	struct loading l = {.error = error, .size = size};
	int err = 0;

	if (!out || !conf || !conf->n_paths || !error || !size)
		return -EINVAL;

	error[0] = '\0';
	l.key = conf->key;
	l.rules = yh_zalloc(sizeof(*l.rules));
	if (!l.rules)
		return -ENOMEM;
	for (size_t i = 0; i < conf->n_paths && !err; i++) {
		if (conf->paths[i] && conf->paths[i][0])
			err = load(&l, conf->paths[i]);
	}
	for (size_t i = 0; i < conf->n_texts && !err; i++)
		err = load_text(&l, &conf->texts[i]);
	if (!err)
		err = build(l.rules, error, size);
	if (err) {
		qa_rules_destroy(l.rules);
		return err;
	}
	*out = l.rules;

	return 0;
}

int qa_rules_load(struct qa_rules **out, const char *path, char *error,
		  size_t size)
{
	const struct qa_rules_conf conf = {.paths = &path, .n_paths = 1};

	return qa_rules_create(out, &conf, error, size);
}

void qa_rules_destroy(struct qa_rules *rules)
{
	if (!rules)
		return;

	qa_matcher_destroy(rules->matcher);
	qa_learnt_destroy(rules->learnt);
	qa_heard_destroy(rules->heard);
	for (size_t i = 0; i < rules->n_packs; i++)
		qa_pack_free(rules->packs[i]);
	yh_free(rules->list);
	yh_free(rules->gates);
	yh_free(rules);
}

size_t qa_rules_count(const struct qa_rules *rules)
{
	return rules->n_list;
}

const struct qa_rule *qa_rules_at(const struct qa_rules *rules, size_t i)
{
	return rules->list[i];
}

const struct qa_gate *qa_rules_gates(const struct qa_rules *rules)
{
	return rules->gates;
}

const char *qa_rules_name(const struct qa_rules *rules)
{
	return rules->name;
}

bool qa_rules_have(const struct qa_rules *rules, const char *label)
{
	for (size_t i = 0; i < rules->n_packs; i++) {
		if (!strcmp(rules->packs[i]->label, label))
			return true;
	}

	return false;
}

const struct qa_scopes *qa_rules_scopes(const struct qa_rules *rules)
{
	return &rules->scopes;
}

uint32_t qa_rules_negation_window(const struct qa_rules *rules)
{
	return rules->negation_window;
}

char *qa_rules_normalise(const struct qa_rules *rules, const char *text)
{
	return qa_normalise(text, rules->heard);
}

int qa_rules_scan(struct qa_rules *rules, const char *text,
		  struct qa_hit **hits, size_t *n)
{
	return qa_match(rules->matcher, text, hits, n);
}

void qa_rules_means(const struct qa_rules *rules, const char *text, size_t len,
		    float *scores)
{
	qa_learnt_scores(rules->learnt, text, len, scores);
}

uint32_t qa_rules_groups(const struct qa_rules *rules)
{
	return qa_matcher_groups(rules->matcher);
}
