/** @file engines_conf.c  The file of engines, contract in engines_conf.h */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conf/yaml_file.h"
#include "dialect.h"
#include "engines_conf.h"
#include "wire.h"

enum { POOLS_MAX = 32, URLS_MAX = 64, REGIONS_MAX = 1000 };

/* ---- schema -------------------------------------------------------------- */

static const cyaml_schema_value_t text_value = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, 512),
};

#define OPT	    (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)
#define POOL	    struct asr_pool_config
#define NUMBER(key) CYAML_FIELD_UINT(#key, CYAML_FLAG_OPTIONAL, POOL, key)
#define TEXT(key)   CYAML_FIELD_STRING_PTR(#key, OPT, POOL, key, 1, 512)

static const cyaml_schema_field_t pool_fields[] = {
	CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, POOL, name, 1, 63),
	CYAML_FIELD_STRING_PTR("engine", CYAML_FLAG_POINTER, POOL, engine, 1,
			       31),
	CYAML_FIELD_SEQUENCE_COUNT("urls", OPT, POOL, urls, n_urls, &text_value,
				   0, URLS_MAX),
	TEXT(ca_file),
	TEXT(model_dir),
	TEXT(library),
	NUMBER(threads),
	NUMBER(rate_hz),
	NUMBER(connect_ms),
	NUMBER(final_ms),
	NUMBER(max_streams),
	NUMBER(max_error_percent),
	NUMBER(slow_ms),
	NUMBER(min_asked),
	NUMBER(open_ms),
	NUMBER(max_open_ms),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t dialect_fields[] = {
	CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER,
			       struct asr_dialect_config, name, 1, 63),
	CYAML_FIELD_SEQUENCE_COUNT("regions", OPT, struct asr_dialect_config,
				   regions, n_regions, &text_value, 0,
				   REGIONS_MAX),
	CYAML_FIELD_STRING_PTR("primary", OPT, struct asr_dialect_config,
			       primary, 1, 63),
	CYAML_FIELD_STRING_PTR("secondary", OPT, struct asr_dialect_config,
			       secondary, 1, 63),
	CYAML_FIELD_BOOL_PTR("embedded", OPT, struct asr_dialect_config,
			     embedded),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t pool_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, POOL, pool_fields),
};
static const cyaml_schema_value_t dialect_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct asr_dialect_config,
			    dialect_fields),
};

static const cyaml_schema_field_t file_fields[] = {
	CYAML_FIELD_SEQUENCE_COUNT("pools", CYAML_FLAG_POINTER,
				   struct asr_config, pools, n_pools,
				   &pool_value, 0, POOLS_MAX),
	CYAML_FIELD_SEQUENCE_COUNT("dialects", CYAML_FLAG_POINTER,
				   struct asr_config, dialects, n_dialects,
				   &dialect_value, 1, ASR_DIALECTS_MAX),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t file_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct asr_config, file_fields),
};

/* ---- checks -------------------------------------------------------------- */

static const struct yh_yaml_number numbers[] = {
	YH_YAML_NUMBER(POOL, threads, 1, 1, 64),
	YH_YAML_NUMBER(POOL, connect_ms, 500, 10, 10000),
	YH_YAML_NUMBER(POOL, final_ms, 800, 50, 10000),
	YH_YAML_NUMBER(POOL, max_streams, 16, 1, 100000),
	YH_YAML_NUMBER(POOL, max_error_percent, 50, 1, 100),
	YH_YAML_NUMBER(POOL, slow_ms, 700, 10, 60000),
	YH_YAML_NUMBER(POOL, min_asked, 4, 1, 1000),
	YH_YAML_NUMBER(POOL, open_ms, 2000, 10, 600000),
	YH_YAML_NUMBER(POOL, max_open_ms, 60000, 10, 3600000),
};

static int check_numbers(POOL *p, struct yh_fault *fault)
{
	char what[80];
	int err;

	snprintf(what, sizeof(what), "pool %s", p->name);
	err = yh_yaml_numbers(p, what, numbers, YH_ARRAY_LEN(numbers), fault);
	if (err)
		return err;
	if (p->rate_hz && p->rate_hz != 8000 && p->rate_hz != 16000)
		return yh_fault(fault, "pool %s: rate_hz must be 8000 or 16000",
				p->name);

	return 0;
}

static int check_pool(POOL *p, struct yh_fault *fault)
{
	bool local = !strcmp(p->engine, "sherpa");

	if (!local && !asr_wire_find(p->engine))
		return yh_fault(
			fault,
			"pool %s: engine must be funasr, vosk, sherpa-ws "
			"or sherpa",
			p->name);
	if (local && (!p->model_dir || p->n_urls))
		return yh_fault(fault,
				"pool %s: sherpa needs a model_dir and no urls",
				p->name);
	if (!local && !p->n_urls)
		return yh_fault(fault, "pool %s: urls are missing", p->name);

	return check_numbers(p, fault);
}

static int check_dialect(const struct asr_config *c,
			 const struct asr_dialect_config *d,
			 struct yh_fault *fault)
{
	if ((d->primary && asr_config_pool(c, d->primary) < 0) ||
	    (d->secondary && asr_config_pool(c, d->secondary) < 0))
		return yh_fault(fault, "dialect %s: no such pool", d->name);
	if (d->primary && d->secondary && !strcmp(d->primary, d->secondary))
		return yh_fault(fault,
				"dialect %s: the secondary pool is the primary "
				"one",
				d->name);
	if (d->embedded && !*d->embedded && !d->primary && !d->secondary)
		return yh_fault(fault, "dialect %s: nothing hears it", d->name);

	return 0;
}

static int check(struct asr_config *c, struct yh_fault *fault)
{
	int err = 0;

	for (unsigned i = 0; i < c->n_pools; i++) {
		err = check_pool(&c->pools[i], fault);
		if (err)
			return err;
		if (asr_config_pool(c, c->pools[i].name) != (int)i ||
		    !strcmp(c->pools[i].name, "embedded"))
			return yh_fault(fault, "pool %s is there twice",
					c->pools[i].name);
	}
	for (unsigned i = 0; i < c->n_dialects && !err; i++)
		err = check_dialect(c, &c->dialects[i], fault);

	return err;
}

/* ---- the file ------------------------------------------------------------ */

int asr_config_pool(const struct asr_config *c, const char *name)
{
	for (unsigned i = 0; name && i < c->n_pools; i++) {
		if (!strcmp(c->pools[i].name, name))
			return (int)i;
	}

	return -1;
}

int asr_config_load(struct asr_config **out, const char *path, char *error,
		    size_t size)
{
	struct yh_fault fault = {error, size};
	struct asr_config *c = NULL;
	int err = yh_yaml_load(path, &file_value, (void **)&c, error, size);

	if (err)
		return err;
	err = check(c, &fault);
	if (err) {
		asr_config_free(c);
		return err;
	}
	*out = c;

	return 0;
}

void asr_config_free(struct asr_config *c)
{
	yh_yaml_free(&file_value, c);
}
