/** @file voices_conf.c  The file of voices, contract in voices_conf.h */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <curl/curl.h>

#include "base/mem.h"
#include "conf/yaml_file.h"
#include "voices_conf.h"

enum { ENGINES_MAX = 32, VOICES_MAX = 64, HOSTS_MAX = 64, LADDER_MS = 3500 };

/* ---- schema -------------------------------------------------------------- */

#define OPT	    (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)
#define ENGINE	    struct tts_engine_config
#define NUMBER(key) CYAML_FIELD_UINT(#key, CYAML_FLAG_OPTIONAL, ENGINE, key)
#define TEXT(key)   CYAML_FIELD_STRING_PTR(#key, OPT, ENGINE, key, 1, 512)

static const cyaml_schema_value_t text_value = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, 512),
};

static const cyaml_schema_field_t engine_fields[] = {
	CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, ENGINE, name, 1, 63),
	CYAML_FIELD_STRING_PTR("engine", CYAML_FLAG_POINTER, ENGINE, engine, 1,
			       31),
	TEXT(url),
	TEXT(model),
	TEXT(format),
	TEXT(token_file),
	TEXT(ca_file),
	TEXT(model_dir),
	TEXT(library),
	NUMBER(rate_hz),
	NUMBER(threads),
	NUMBER(connect_ms),
	NUMBER(timeout_ms),
	NUMBER(max_renders),
	NUMBER(max_error_percent),
	NUMBER(slow_ms),
	NUMBER(min_asked),
	NUMBER(open_ms),
	NUMBER(max_open_ms),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t rung_fields[] = {
	CYAML_FIELD_STRING_PTR("engine", CYAML_FLAG_POINTER,
			       struct tts_rung_config, engine, 1, 63),
	CYAML_FIELD_STRING_PTR("voice", CYAML_FLAG_POINTER,
			       struct tts_rung_config, voice, 1, 63),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t rung_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct tts_rung_config,
			    rung_fields),
};

static const cyaml_schema_field_t voice_fields[] = {
	CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER,
			       struct tts_voice_config, name, 1, 63),
	CYAML_FIELD_SEQUENCE_COUNT("ladder", OPT, struct tts_voice_config,
				   ladder, n_ladder, &rung_value, 0,
				   TTS_RUNGS_MAX - 1),
	CYAML_FIELD_STRING_PTR("embedded", CYAML_FLAG_POINTER,
			       struct tts_voice_config, embedded, 1, 63),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t engine_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, ENGINE, engine_fields),
};
static const cyaml_schema_value_t voice_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct tts_voice_config,
			    voice_fields),
};

static const cyaml_schema_field_t file_fields[] = {
	CYAML_FIELD_SEQUENCE_COUNT("hosts", OPT, struct tts_config, hosts,
				   n_hosts, &text_value, 0, HOSTS_MAX),
	CYAML_FIELD_SEQUENCE_COUNT("engines", OPT, struct tts_config, engines,
				   n_engines, &engine_value, 0, ENGINES_MAX),
	CYAML_FIELD_SEQUENCE_COUNT("voices", CYAML_FLAG_POINTER,
				   struct tts_config, voices, n_voices,
				   &voice_value, 1, VOICES_MAX),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t file_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct tts_config, file_fields),
};

/* ---- checks -------------------------------------------------------------- */

static const struct yh_yaml_number numbers[] = {
	YH_YAML_NUMBER(ENGINE, rate_hz, 24000, 8000, 48000),
	YH_YAML_NUMBER(ENGINE, threads, 1, 1, 64),
	YH_YAML_NUMBER(ENGINE, connect_ms, 300, 10, 10000),
	YH_YAML_NUMBER(ENGINE, timeout_ms, 1500, 50, 10000),
	YH_YAML_NUMBER(ENGINE, max_renders, 8, 1, 1000),
	YH_YAML_NUMBER(ENGINE, max_error_percent, 50, 1, 100),
	YH_YAML_NUMBER(ENGINE, slow_ms, 1000, 10, 60000),
	YH_YAML_NUMBER(ENGINE, min_asked, 4, 1, 1000),
	YH_YAML_NUMBER(ENGINE, open_ms, 2000, 10, 600000),
	YH_YAML_NUMBER(ENGINE, max_open_ms, 60000, 10, 3600000),
};

static int check_numbers(ENGINE *e, struct yh_fault *fault)
{
	char what[80];

	snprintf(what, sizeof(what), "engine %s", e->name);

	return yh_yaml_numbers(e, what, numbers, YH_ARRAY_LEN(numbers), fault);
}

/* @return Host of an http or https URL, to curl_free(); NULL: it is none */
static char *host_of(const char *url)
{
	char *scheme = NULL, *host = NULL;
	CURLU *u = curl_url();

	if (u && !curl_url_set(u, CURLUPART_URL, url, 0) &&
	    !curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) &&
	    (!strcmp(scheme, "http") || !strcmp(scheme, "https")))
		(void)curl_url_get(u, CURLUPART_HOST, &host, 0);
	curl_free(scheme);
	curl_url_cleanup(u);

	return host;
}

static int check_host(const struct tts_config *c, const ENGINE *e,
		      struct yh_fault *fault)
{
	char *host = host_of(e->url);
	int err = 0;

	for (unsigned i = 0; host && i < c->n_hosts; i++) {
		if (!strcasecmp(c->hosts[i], host)) {
			curl_free(host);
			return 0;
		}
	}
	err = host ? yh_fault(fault,
			      "engine %s: host %s is not in `hosts`, the list "
			      "of "
			      "those that may be asked",
			      e->name, host)
		   : yh_fault(fault,
			      "engine %s: url must be http:// or https://",
			      e->name);
	curl_free(host);

	return err;
}

static int check_http(const struct tts_config *c, ENGINE *e,
		      struct yh_fault *fault)
{
	if (!e->url || !e->model || e->model_dir)
		return yh_fault(fault, "engine %s: http needs url and model",
				e->name);
	if (e->format && strcmp(e->format, "wav") && strcmp(e->format, "pcm"))
		return yh_fault(fault, "engine %s: format must be wav or pcm",
				e->name);

	return check_host(c, e, fault);
}

static int check_engine(const struct tts_config *c, unsigned i,
			struct yh_fault *fault)
{
	ENGINE *e = &c->engines[i];
	int err = check_numbers(e, fault);

	if (err)
		return err;
	if (tts_config_engine(c, e->name) != (int)i ||
	    !strcmp(e->name, "espeak-ng"))
		return yh_fault(fault, "engine %s is there twice", e->name);
	if (!strcmp(e->engine, "http"))
		return check_http(c, e, fault);
	if (strcmp(e->engine, "sherpa") != 0)
		return yh_fault(fault,
				"engine %s: engine must be http or sherpa",
				e->name);

	return e->model_dir && !e->url ? 0
				       : yh_fault(fault,
						  "engine %s: sherpa needs a "
						  "model_dir and no url",
						  e->name);
}

static int check_voice(const struct tts_config *c, unsigned i,
		       struct yh_fault *fault)
{
	const struct tts_voice_config *v = &c->voices[i];
	uint32_t total = 0;

	for (unsigned k = 0; k < i; k++) {
		if (!strcmp(c->voices[k].name, v->name))
			return yh_fault(fault, "voice %s is there twice",
					v->name);
	}
	for (unsigned k = 0; k < v->n_ladder; k++) {
		int e = tts_config_engine(c, v->ladder[k].engine);

		if (e < 0)
			return yh_fault(fault,
					"voice %s: there is no engine %s",
					v->name, v->ladder[k].engine);
		total += c->engines[e].timeout_ms;
	}
	if (total > LADDER_MS)
		return yh_fault(
			fault,
			"voice %s: timeout_ms of its ladder is %u in all; "
			"whoever asks waits no longer than %u",
			v->name, total, LADDER_MS);

	return 0;
}

static int check(struct tts_config *c, struct yh_fault *fault)
{
	int err = 0;

	for (unsigned i = 0; i < c->n_engines && !err; i++)
		err = check_engine(c, i, fault);
	for (unsigned i = 0; i < c->n_voices && !err; i++)
		err = check_voice(c, i, fault);

	return err;
}

/* ---- the file ------------------------------------------------------------ */

int tts_config_engine(const struct tts_config *c, const char *name)
{
	for (unsigned i = 0; i < c->n_engines; i++) {
		if (!strcmp(c->engines[i].name, name))
			return (int)i;
	}

	return -1;
}

int tts_config_load(struct tts_config **out, const char *path, char *error,
		    size_t size)
{
	struct yh_fault fault = {error, size};
	struct tts_config *c = NULL;
	int err = yh_yaml_load(path, &file_value, (void **)&c, error, size);

	if (err)
		return err;
	err = check(c, &fault);
	if (err) {
		tts_config_free(c);
		return err;
	}
	*out = c;

	return 0;
}

void tts_config_free(struct tts_config *c)
{
	yh_yaml_free(&file_value, c);
}
