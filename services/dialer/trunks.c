/** @file trunks.c  The bank's file of trunks, contract in trunks.h */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conf/yaml_file.h"
#include "trunks.h"

#define OPTIONAL CYAML_FLAG_OPTIONAL
#define TEXT(member, flags, min, max)                                          \
	CYAML_FIELD_STRING_PTR(#member, CYAML_FLAG_POINTER | (flags),          \
			       struct dial_trunk, member, min, max)

static const cyaml_strval_t transports[] = {
	{"udp", DIAL_UDP}, {"tcp", DIAL_TCP}, {"tls", DIAL_TLS}};
static const cyaml_strval_t media[] = {{"rtp", DIAL_SRTP_OFF},
				       {"prefer_srtp", DIAL_SRTP_PREFER},
				       {"srtp", DIAL_SRTP_REQUIRE}};
static const cyaml_schema_value_t text_schema = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 1, 255)};
static const cyaml_schema_field_t trunk_fields[] = {
	TEXT(name, 0, 1, 63),
	TEXT(address, 0, 1, 255),
	CYAML_FIELD_ENUM("transport", CYAML_FLAG_STRICT | OPTIONAL,
			 struct dial_trunk, transport, transports,
			 CYAML_ARRAY_LEN(transports)),
	CYAML_FIELD_ENUM("media", CYAML_FLAG_STRICT | OPTIONAL,
			 struct dial_trunk, media, media,
			 CYAML_ARRAY_LEN(media)),
	CYAML_FIELD_BOOL("register", OPTIONAL, struct dial_trunk, registers),
	TEXT(username, OPTIONAL, 1, 63),
	TEXT(password_file, OPTIONAL, 1, 1023),
	CYAML_FIELD_SEQUENCE_COUNT("caller_ids", CYAML_FLAG_POINTER,
				   struct dial_trunk, caller_ids, n_caller_ids,
				   &text_schema, 1, DIAL_CALLER_IDS),
	CYAML_FIELD_SEQUENCE_COUNT(
		"redirect_hosts", CYAML_FLAG_POINTER | OPTIONAL,
		struct dial_trunk, redirect_hosts, n_redirect_hosts,
		&text_schema, 0, DIAL_REDIRECTS),
	CYAML_FIELD_UINT("weight", OPTIONAL, struct dial_trunk, weight),
	CYAML_FIELD_UINT("cps", OPTIONAL, struct dial_trunk, cps),
	CYAML_FIELD_UINT("channels", OPTIONAL, struct dial_trunk, channels),
	CYAML_FIELD_UINT_PTR("options_ms", OPTIONAL | CYAML_FLAG_POINTER,
			     struct dial_trunk, options_ms),
	CYAML_FIELD_END};
static const cyaml_schema_value_t trunk_schema = {CYAML_VALUE_MAPPING(
	CYAML_FLAG_DEFAULT, struct dial_trunk, trunk_fields)};
static const cyaml_schema_field_t fields[] = {
	CYAML_FIELD_SEQUENCE_COUNT("trunks", CYAML_FLAG_POINTER,
				   struct dial_trunks, list, n, &trunk_schema,
				   1, DIAL_TRUNKS),
	CYAML_FIELD_END};
static const cyaml_schema_value_t schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct dial_trunks, fields)};

/* ---- what the schema cannot say --------------------------------------------
 */

static bool name_ok(const char *s)
{
	return *s && !s[strspn(s, "abcdefghijklmnopqrstuvwxyz"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")];
}

static bool host_ok(const char *s)
{
	const char *colon = strrchr(s, ':');

	if (!*s || strpbrk(s, " \t<>@;?\"\\,/\r\n"))
		return false;

	return !colon || (colon != s && colon[1] && strlen(colon + 1) <= 5 &&
			  !colon[1 + strspn(colon + 1, "0123456789")] &&
			  atoi(colon + 1) >= 1 && atoi(colon + 1) <= 65535);
}

static bool number_ok(const char *s)
{
	size_t n = strspn(s + (*s == '+'), "0123456789") + (*s == '+');

	return !s[n] && n >= 3 && n <= 24;
}

static const char *numbers_fault(const struct dial_trunk *t)
{
	for (unsigned i = 0; i < t->n_caller_ids; i++) {
		if (!number_ok(t->caller_ids[i]))
			return "caller_ids: 3 to 24 digits, a + before them "
			       "at most";
	}
	for (unsigned i = 0; i < t->n_redirect_hosts; i++) {
		if (!host_ok(t->redirect_hosts[i]))
			return "redirect_hosts: HOST or HOST:PORT";
	}

	return NULL;
}

static const char *fault_of(const struct dial_trunks *all, unsigned at)
{
	const struct dial_trunk *t = &all->list[at];

	for (unsigned i = 0; i < at; i++) {
		if (!strcmp(all->list[i].name, t->name))
			return "name: there is a trunk of that name before";
	}
	if (!name_ok(t->name))
		return "name: letters, digits, _ and - only";
	if (!host_ok(t->address))
		return "address: HOST or HOST:PORT";
	if (t->weight < 1 || t->weight > 1000)
		return "weight: 1 to 1000";
	if (t->cps < 1 || t->cps > 1000)
		return "cps: 1 to 1000 calls a second";
	if (t->channels < 1 || t->channels > 5000)
		return "channels: 1 to 5000 calls at once";
	if (*t->options_ms > 600000)
		return "options_ms: up to 600000; 0 = never";
	if (!t->username != !t->password_file)
		return "username and password_file go together";
	if (t->registers && !t->username)
		return "register: needs a username and a password_file";
	if (t->media == DIAL_SRTP_REQUIRE && t->transport != DIAL_TLS)
		return "media: srtp needs transport tls, or its keys travel "
		       "in the clear";

	return numbers_fault(t);
}

/* ---- reading ---------------------------------------------------------------
 */

static int fill_in(struct dial_trunk *t, const struct dial_trunk_defaults *def)
{
	t->weight = t->weight ? t->weight : 1;
	t->cps = t->cps ? t->cps : def->cps;
	t->channels = t->channels ? t->channels : def->channels;
	if (!t->options_ms) {
		t->options_ms = yh_zalloc(sizeof(*t->options_ms));
		if (!t->options_ms)
			return -ENOMEM;
		*t->options_ms = def->options_ms;
	}
	snprintf(t->why, sizeof(t->why), "not asked yet");

	return 0;
}

/* The first line, without its end. */
static const char *read_password(struct dial_trunk *t)
{
	char line[256] = "";
	FILE *f = t->password_file ? fopen(t->password_file, "r") : NULL;

	if (!t->password_file)
		return NULL;
	if (!f)
		return "password_file: it cannot be opened";
	if (!fgets(line, sizeof(line), f))
		line[0] = '\0';
	fclose(f);
	line[strcspn(line, "\r\n")] = '\0';
	if (line[0] && !strpbrk(line, "\":"))
		t->password = yh_strdup(line);
	explicit_bzero(line, sizeof(line));

	return t->password ? NULL
			   : "password_file: its first line must be a "
			     "password without \" and :";
}

static int check(struct dial_trunks *all, const char *path,
		 const struct dial_trunk_defaults *def, char *error,
		 size_t size)
{
	for (unsigned i = 0; i < all->n; i++) {
		const char *fault;
		size_t n = 0;

		if (fill_in(&all->list[i], def))
			return -ENOMEM;
		fault = fault_of(all, i);
		if (!fault)
			fault = read_password(&all->list[i]);
		if (!fault)
			continue;
		if (*path)
			n = yh_yaml_where(path, "trunks", i, error, size);
		snprintf(error + n, size - n, "trunk %.63s: %s",
			 all->list[i].name, fault);
		return YH_ERR_BAD_CONFIG;
	}

	return 0;
}

/* ---- the settings' only trunk ----------------------------------------------
 */

static int add_number(struct dial_trunk *t, const char *text, size_t n)
{
	char **more = yh_calloc(t->n_caller_ids + 1, sizeof(*more));
	char number[256];

	if (!more)
		return -ENOMEM;
	if (t->n_caller_ids)
		memcpy(more, t->caller_ids, t->n_caller_ids * sizeof(*more));
	yh_free(t->caller_ids);
	t->caller_ids = more;
	snprintf(number, sizeof(number), "%.*s", (int)n, text);
	more[t->n_caller_ids] = yh_strdup(number);

	return more[t->n_caller_ids++] ? 0 : -ENOMEM;
}

static int from_settings(struct dial_trunks **out,
			 const struct dial_trunk_defaults *def)
{
	struct dial_trunks *all = yh_zalloc(sizeof(*all));
	struct dial_trunk *t = yh_zalloc(sizeof(*t));
	const char *at = def->caller_ids;
	int err = 0;

	if (!all || !t) {
		yh_free(all);
		yh_free(t);
		return -ENOMEM;
	}
	all->list = t;
	all->n = 1;
	*out = all;
	t->name = yh_strdup(def->name);
	t->address = yh_strdup(def->address);
	while (*at && !err && t->n_caller_ids < DIAL_CALLER_IDS) {
		size_t n = strcspn(at, ", ");

		if (n)
			err = add_number(t, at, n);
		at += n + strspn(at + n, ", ");
	}

	if (err || !t->name || !t->address)
		return -ENOMEM;

	return *at ? YH_ERR_BAD_CONFIG : 0;
}

/* ---- the whole -------------------------------------------------------------
 */

int dial_trunks_load(struct dial_trunks **out, const char *path,
		     const struct dial_trunk_defaults *def, char *error,
		     size_t size)
{
	int err;

	*error = '\0';
	*out = NULL;
	err = *path ? yh_yaml_load(path, &schema, (void **)out, error, size)
		    : from_settings(out, def);
	if (err == YH_ERR_BAD_CONFIG && !*path)
		snprintf(error, size, "caller_ids: more than %d numbers",
			 DIAL_CALLER_IDS);
	if (err)
		return err;

	return check(*out, path, def, error, size);
}

static void wipe(struct dial_trunk *t)
{
	if (t->password)
		explicit_bzero(t->password, strlen(t->password));
	yh_free(t->password);
	t->password = NULL;
}

void dial_trunks_free(struct dial_trunks *all)
{
	if (!all)
		return;
	for (unsigned i = 0; i < all->n; i++)
		wipe(&all->list[i]);
	yh_yaml_free(&schema, all);
}

const char *dial_trunk_number(const struct dial_trunk *t, const char *number)
{
	for (unsigned i = 0; i < t->n_caller_ids; i++) {
		if (!strcmp(t->caller_ids[i], number))
			return t->caller_ids[i];
	}

	return NULL;
}

static bool is_place(const char *entry, const char *host, const char *port)
{
	size_t n = strcspn(entry, ":");

	if (strlen(host) != n || strncasecmp(entry, host, n) != 0)
		return false;

	return !entry[n] || !strcmp(entry + n + 1, port);
}

bool dial_trunk_redirects_to(const struct dial_trunk *t, const char *host,
			     const char *port)
{
	if (is_place(t->address, host, port))
		return true;
	for (unsigned i = 0; i < t->n_redirect_hosts; i++) {
		if (is_place(t->redirect_hosts[i], host, port))
			return true;
	}

	return false;
}
