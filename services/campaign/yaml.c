/** @file yaml.c  libcyaml, contract in yaml.h */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "yaml.h"

struct log_ctx {
	char *error;
	size_t size;
};

static void on_log(cyaml_log_t level, void *arg, const char *fmt, va_list ap)
{
	struct log_ctx *ctx = arg;
	size_t used = strlen(ctx->error);
	char *nl;

	(void)level;
	vsnprintf(ctx->error + used, ctx->size - used, fmt, ap);
	while ((nl = strchr(ctx->error, '\n')))
		*nl = ' ';
}

static cyaml_config_t config_for(struct log_ctx *ctx)
{
	return (cyaml_config_t){.log_fn = on_log,
				.log_ctx = ctx,
				.mem_fn = cyaml_mem,
				.log_level = CYAML_LOG_ERROR};
}

int cmp_yaml_load(const char *path, const cyaml_schema_value_t *schema,
		  void **out, char *error, size_t size)
{
	struct log_ctx ctx = {error, size};
	cyaml_config_t config = config_for(&ctx);
	cyaml_err_t rc;

	snprintf(error, size, "%s: ", path);
	rc = cyaml_load_file(path, &config, schema, (cyaml_data_t **)out, NULL);
	if (rc == CYAML_OK)
		return 0;
	snprintf(error + strlen(error), size - strlen(error), "%s",
		 cyaml_strerror(rc));

	return YH_ERR_BAD_CONFIG;
}

void cmp_yaml_free(const cyaml_schema_value_t *schema, void *data)
{
	char ignored[200] = "";
	struct log_ctx ctx = {ignored, sizeof(ignored)};
	cyaml_config_t config = config_for(&ctx);

	if (data)
		cyaml_free(&config, schema, data, 0);
}
