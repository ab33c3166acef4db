/** @file conf.c  Settings, contract in conf.h; YAML by libyaml */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/err.h"
#include "base/mem.h"
#include "conf/conf.h"

static int fail(char *error, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int fail(char *error, size_t size, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(error, size, fmt, ap);
	va_end(ap);

	return YH_ERR_BAD_CONFIG;
}

static int put_u32(const struct yh_conf_key *k, const char *text, void *at,
		   const char *from, char *error, size_t size)
{
	char *end;
	unsigned long v;

	errno = 0;
	v = strtoul(text, &end, 10);
	if (errno || end == text || *end || !isdigit((unsigned char)text[0]))
		return fail(error, size, "%s: %s is \"%s\", not a whole number",
			    from, k->name, text);
	if (v < k->min || v > k->max)
		return fail(error, size, "%s: %s is %lu, allowed is %u..%u",
			    from, k->name, v, k->min, k->max);
	*(uint32_t *)at = (uint32_t)v;

	return 0;
}

static int put(const struct yh_conf_key *k, const char *text, void *conf,
	       const char *from, char *error, size_t size)
{
	void *at = (char *)conf + k->offset;

	switch (k->type) {
	case YH_CONF_U32:
		return put_u32(k, text, at, from, error, size);
	case YH_CONF_BOOL:
		if (strcmp(text, "true") && strcmp(text, "false"))
			return fail(error, size,
				    "%s: %s is \"%s\", not true or false", from,
				    k->name, text);
		*(bool *)at = text[0] == 't';
		return 0;
	case YH_CONF_STR:
		yh_free(*(char **)at);
		*(char **)at = yh_strdup(text);
		return *(char **)at ? 0 : -ENOMEM;
	}

	return -EINVAL;
}

/* ---- the file --------------------------------------------------------------
 */

struct source {
	const char *path;
	const struct yh_conf_key *keys;
	size_t n;
	void *conf;
	char *error;
	size_t size;
};

/* "gateway.yaml:3:11" */
static const char *place(const struct source *s, yaml_mark_t mark, char *buf,
			 size_t size)
{
	snprintf(buf, size, "%s:%zu:%zu", s->path, mark.line + 1,
		 mark.column + 1);

	return buf;
}

static const char *text_of(const yaml_node_t *node)
{
	return (const char *)node->data.scalar.value;
}

/* Was the key there before this pair? */
static bool told_before(yaml_document_t *doc, const yaml_node_t *root,
			const yaml_node_pair_t *pair)
{
	const char *name = text_of(yaml_document_get_node(doc, pair->key));

	for (const yaml_node_pair_t *p = root->data.mapping.pairs.start;
	     p < pair; p++)
		if (!strcmp(text_of(yaml_document_get_node(doc, p->key)), name))
			return true;

	return false;
}

static const struct yh_conf_key *find_key(const struct source *s,
					  const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->keys[i].name, name))
			return &s->keys[i];

	return NULL;
}

static int put_pair(const struct source *s, yaml_document_t *doc,
		    const yaml_node_t *root, const yaml_node_pair_t *pair)
{
	const yaml_node_t *k = yaml_document_get_node(doc, pair->key);
	const yaml_node_t *v = yaml_document_get_node(doc, pair->value);
	const struct yh_conf_key *key;
	char at[4200];

	place(s, k->start_mark, at, sizeof(at));
	if (k->type != YAML_SCALAR_NODE || v->type != YAML_SCALAR_NODE)
		return fail(s->error, s->size,
			    "%s: a setting is one line, NAME: VALUE", at);
	key = find_key(s, text_of(k));
	if (!key)
		return fail(s->error, s->size,
			    "%s: no setting is called \"%s\"; --help lists "
			    "them",
			    at, text_of(k));
	if (told_before(doc, root, pair))
		return fail(s->error, s->size, "%s: %s is told twice", at,
			    key->name);

	return put(key, text_of(v), s->conf, at, s->error, s->size);
}

static int put_document(const struct source *s, yaml_document_t *doc)
{
	const yaml_node_t *root = yaml_document_get_root_node(doc);
	char at[4200];
	int err = 0;

	if (!root) /* an empty file */
		return 0;
	if (root->type != YAML_MAPPING_NODE)
		return fail(s->error, s->size,
			    "%s: settings are lines of NAME: VALUE",
			    place(s, root->start_mark, at, sizeof(at)));
	for (yaml_node_pair_t *p = root->data.mapping.pairs.start;
	     p < root->data.mapping.pairs.top && !err; p++)
		err = put_pair(s, doc, root, p);

	return err;
}

static int read_document(const struct source *s, FILE *f)
{
	yaml_document_t doc;
	yaml_parser_t parser;
	char at[4200];
	int err;

	if (!yaml_parser_initialize(&parser))
		return fail(s->error, s->size, "%s: out of memory", s->path);
	yaml_parser_set_input_file(&parser, f);
	if (yaml_parser_load(&parser, &doc)) {
		err = put_document(s, &doc);
		yaml_document_delete(&doc);
	} else {
		err = fail(s->error, s->size, "%s: not YAML: %s",
			   place(s, parser.problem_mark, at, sizeof(at)),
			   parser.problem);
	}
	yaml_parser_delete(&parser);

	return err;
}

static int load_file(const struct source *s)
{
	FILE *f = fopen(s->path, "rb");
	int err;

	if (!f)
		return fail(s->error, s->size, "%s: cannot be read: %s",
			    s->path, strerror(errno));
	err = read_document(s, f);
	fclose(f);

	return err;
}

/* ---- the environment -------------------------------------------------------
 */

static int load_env(const struct yh_conf_key *k, void *conf, char *error,
		    size_t size)
{
	char name[96] = "YH_";
	size_t n = 3;
	const char *v;

	for (const char *p = k->name; *p && n + 1 < sizeof(name); p++)
		name[n++] = (char)toupper((unsigned char)*p);
	name[n] = '\0';
	v = getenv(name);

	return v ? put(k, v, conf, name, error, size) : 0;
}

int yh_conf_load(const struct yh_conf_key *keys, size_t n, const char *file,
		 void *conf, char *error, size_t size)
{
	int err = 0;

	for (size_t i = 0; i < n && !err; i++)
		err = put(&keys[i], keys[i].def, conf, "default", error, size);
	if (!err && file)
		err = load_file(
			&(struct source){file, keys, n, conf, error, size});
	for (size_t i = 0; i < n && !err; i++)
		err = load_env(&keys[i], conf, error, size);

	return err;
}

void yh_conf_fini(const struct yh_conf_key *keys, size_t n, void *conf)
{
	for (size_t i = 0; i < n; i++) {
		char **at = (char **)((char *)conf + keys[i].offset);

		if (keys[i].type != YH_CONF_STR)
			continue;
		yh_free(*at);
		*at = NULL;
	}
}

void yh_conf_print_help(const struct yh_conf_key *keys, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct yh_conf_key *k = &keys[i];

		printf("  %-24s %s (default: %s", k->name, k->text,
		       k->def[0] ? k->def : "none");
		if (k->type == YH_CONF_U32)
			printf(", %u..%u", k->min, k->max);
		printf(")\n");
	}
}

/* Length of the name and password of a URL, of which p is behind "://". */
static size_t userinfo_len(const char *p)
{
	const char *end = p + strcspn(p, "/ ");

	while (end > p && *end != '@')
		end--;

	return (size_t)(end - p);
}

/* Length of the secret that begins at text[i]. */
static size_t secret_len(const char *text, size_t i)
{
	if (i >= 3 && !strncmp(text + i - 3, "://", 3))
		return userinfo_len(text + i);
	if (i >= 9 && !strncmp(text + i - 9, "password=", 9))
		return strcspn(text + i, " &");

	return 0;
}

/* What is printed goes into tickets: no password of a URL or of a libpq
 * string, and quoted as YAML wants it. */
static void print_string(const char *name, const char *text)
{
	printf("%s: \"", name);
	for (size_t i = 0; text[i]; i++) {
		size_t secret = secret_len(text, i);

		if (secret)
			fputs("***", stdout);
		i += secret;
		if (!text[i])
			break;
		if (text[i] == '"' || text[i] == '\\')
			putchar('\\');
		putchar(text[i]);
	}
	puts("\"");
}

void yh_conf_print(const struct yh_conf_key *keys, size_t n, const void *conf)
{
	for (size_t i = 0; i < n; i++) {
		const void *at = (const char *)conf + keys[i].offset;

		if (keys[i].type == YH_CONF_U32)
			printf("%s: %u\n", keys[i].name, *(const uint32_t *)at);
		else if (keys[i].type == YH_CONF_BOOL)
			printf("%s: %s\n", keys[i].name,
			       *(const bool *)at ? "true" : "false");
		else
			print_string(keys[i].name, *(char *const *)at);
	}
}
