/** @file conf.c  Settings, contract in conf.h; YAML by libcyaml */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cyaml/cyaml.h>

#include "base/err.h"
#include "base/mem.h"
#include "conf/conf.h"

/* The file's values are read as text, so that one check serves all sources. */
struct text_values {
	char **v; /* shape (n) */
};

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

struct log_ctx {
	char *error;
	size_t size;
};

static void on_log(cyaml_log_t level, void *arg, const char *fmt, va_list ap)
{
	struct log_ctx *ctx = arg;
	size_t used = strlen(ctx->error);
	char *nl;

	if (level < CYAML_LOG_ERROR)
		return;
	vsnprintf(ctx->error + used, ctx->size - used, fmt, ap);
	while ((nl = strchr(ctx->error, '\n')))
		*nl = ' ';
}

static int load_file(const struct yh_conf_key *keys, size_t n, const char *file,
		     void *conf, char *error, size_t size)
{
	cyaml_schema_field_t *fields = yh_calloc(n + 1, sizeof(*fields));
	struct log_ctx ctx = {error, size};
	const cyaml_config_t config = {.log_fn = on_log,
				       .log_ctx = &ctx,
				       .mem_fn = cyaml_mem,
				       .log_level = CYAML_LOG_ERROR};
	cyaml_schema_value_t top = {.type = CYAML_MAPPING,
				    .flags = CYAML_FLAG_POINTER,
				    .data_size =
					    (uint32_t)(n * sizeof(char *))};
	char **values = NULL;
	cyaml_err_t rc;
	int err = 0;

	if (!fields)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		fields[i].key = keys[i].name;
		fields[i].data_offset = (uint32_t)(i * sizeof(char *));
		fields[i].value.type = CYAML_STRING;
		fields[i].value.flags =
			CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL;
		fields[i].value.data_size = sizeof(char);
		fields[i].value.string.max = 4096;
	}
	top.mapping.fields = fields;
	error[0] = '\0';
	rc = cyaml_load_file(file, &config, &top, (cyaml_data_t **)&values,
			     NULL);
	if (rc != CYAML_OK) {
		char why[512];

		snprintf(why, sizeof(why), "%s", error);
		err = fail(error, size, "%s: %s (%s)", file, cyaml_strerror(rc),
			   why);
	}
	for (size_t i = 0; i < n && !err && values; i++) {
		if (values[i])
			err = put(&keys[i], values[i], conf, file, error, size);
	}
	cyaml_free(&config, &top, values, 0);
	yh_free(fields);

	return err;
}

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
		err = load_file(keys, n, file, conf, error, size);
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
			printf("%s: \"%s\"\n", keys[i].name,
			       *(char *const *)at);
	}
}
