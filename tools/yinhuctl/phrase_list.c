#include "phrase_list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "share.h"
#include "text/intents.h"
#include "tsv.h"

int yc_phrases_add(struct yc_phrases *p, const char *text)
{
	char *copy;

	if (p->n && !strcmp(p->list[p->n - 1], text))
		return 0;
	if (p->n == p->cap) {
		size_t cap = p->cap ? 2 * p->cap : 256;
		char **grown = yh_realloc(p->list, cap * sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		p->list = grown;
		p->cap = cap;
	}
	copy = yh_strdup(text);
	if (!copy)
		return -ENOMEM;
	p->list[p->n++] = copy;

	return 0;
}

static int add_examples(struct yc_phrases *p, const struct yh_intents *intents)
{
	int err = 0;

	for (unsigned i = 0; i < intents->n && !err; i++) {
		if (!strcmp(intents->list[i].id, "none"))
			continue;
		for (unsigned k = 0; k < intents->list[i].n_examples && !err;
		     k++)
			err = yc_phrases_add(p, intents->list[i].examples[k]);
	}

	return err;
}

int yc_phrases_general(struct yc_phrases *p)
{
	struct yh_intents *intents;
	char path[4096], error[1024];
	int err;

	yc_share(path, sizeof(path), "general_intents.yaml");
	err = yh_intents_load(&intents, path, error, sizeof(error));
	if (err) {
		fprintf(stderr, "yinhuctl: %s\n", error);
		return err;
	}
	err = add_examples(p, intents);
	yh_intents_destroy(intents);

	return err;
}

static int add_line(char **field, void *arg)
{
	return yc_phrases_add(arg, field[0]);
}

int yc_phrases_lines(struct yc_phrases *p, const char *path)
{
	return yc_tsv_read(path, 1, add_line, p);
}

bool yc_phrases_is_jsgf(const char *path)
{
	static const char HEAD[] = "#JSGF";
	char head[sizeof(HEAD)] = "";
	FILE *f = fopen(path, "r");
	bool is = f && fgets(head, sizeof(head), f) && !strcmp(head, HEAD);

	if (f)
		fclose(f);

	return is;
}

static int add_rules(struct yc_phrases *p, const char *line)
{
	const char *at = line, *end;

	while ((at = strstr(at, "public"))) {
		at += strlen("public");
		at += strspn(at, " \t");
		end = *at == '<' ? strchr(at, '>') : NULL;
		if (end) {
			char rule[256];

			snprintf(rule, sizeof(rule), "%.*s",
				 (int)(end - at + 1), at);
			if (yc_phrases_add(p, rule))
				return -ENOMEM;
		}
	}

	return 0;
}

int yc_phrases_rules(struct yc_phrases *p, const char *path)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t size = 0;
	int err = f ? 0 : -errno;

	while (!err && getline(&line, &size, f) >= 0)
		err = add_rules(p, line);
	free(line);
	if (f)
		fclose(f);
	if (err)
		fprintf(stderr, "%s: %s\n", path, strerror(-err));
	if (!err && !p->n) {
		fprintf(stderr, "%s: no public rule\n", path);
		err = -EINVAL;
	}

	return err;
}

void yc_phrases_clear(struct yc_phrases *p)
{
	for (size_t i = 0; i < p->n; i++)
		yh_free(p->list[i]);
	yh_free(p->list);
	*p = (struct yc_phrases){0};
}
