/** @file routes.c  The table of HTTP routes, contract in routes.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "google/api/http.pb-c.h"
#include "google/protobuf/descriptor.pb-c.h"
#include "json/protojson.h"
#include "routes.h"
#include "rpc/registry.h"

enum { HTTP_OPTION = 72295728, FILE_MAX = 16 << 20, ROUTES_MAX = 4096 };

struct loader {
	struct gw_routes *routes;
	char *error;
	size_t size;
	const char *method; /* that is being read, for errors */
};

static int bad(struct loader *l, const char *what, const char *which)
{
	snprintf(l->error, l->size, "%s: %s \"%s\"", l->method, what, which);

	return -EINVAL;
}

/* ---- one rule ------------------------------------------------------------
 */

static const char *pattern(const Google__Api__HttpRule *rule,
			   const char **method)
{
	switch (rule->pattern_case) {
	case GOOGLE__API__HTTP_RULE__PATTERN_GET:
		*method = "GET";
		return rule->get;
	case GOOGLE__API__HTTP_RULE__PATTERN_PUT:
		*method = "PUT";
		return rule->put;
	case GOOGLE__API__HTTP_RULE__PATTERN_POST:
		*method = "POST";
		return rule->post;
	case GOOGLE__API__HTTP_RULE__PATTERN_DELETE:
		*method = "DELETE";
		return rule->delete_;
	case GOOGLE__API__HTTP_RULE__PATTERN_PATCH:
		*method = "PATCH";
		return rule->patch;
	default:
		return NULL;
	}
}

static const ProtobufCFieldDescriptor *
field(const ProtobufCMessageDescriptor *desc, const char *name)
{
	return protobuf_c_message_descriptor_get_field_by_name(desc, name);
}

/* "a.b.c" must lead to a value that a path can give. */
static bool is_field_path(const ProtobufCMessageDescriptor *desc,
			  const char *path)
{
	const ProtobufCFieldDescriptor *f = NULL;

	for (;;) {
		size_t n = strcspn(path, ".");

		f = yh_protojson_field(desc, path, n);
		if (!f || f->label == PROTOBUF_C_LABEL_REPEATED)
			return false;
		if (!path[n])
			return true;
		if (f->type != PROTOBUF_C_TYPE_MESSAGE)
			return false;
		desc = f->descriptor;
		path += n + 1;
	}
}

static int set_body(struct loader *l, struct gw_route *r,
		    const Google__Api__HttpRule *rule)
{
	if (!strcmp(rule->body, "*")) {
		r->body = GW_BODY_ALL;
	} else if (rule->body[0]) {
		r->body = GW_BODY_FIELD;
		r->body_field = field(r->rpc->input, rule->body);
		if (!r->body_field)
			return bad(l, "no field for the body", rule->body);
	}
	if (rule->response_body[0]) {
		r->answer_field = field(r->rpc->output, rule->response_body);
		if (!r->answer_field)
			return bad(l, "no field for the answer",
				   rule->response_body);
	}

	return 0;
}

static struct gw_route *add(struct gw_routes *routes)
{
	size_t size = routes->size ? 2 * routes->size : 32;
	struct gw_route *list;

	if (routes->n < routes->size)
		return &routes->list[routes->n++];
	if (size > ROUTES_MAX)
		return NULL;
	list = yh_realloc(routes->list, size * sizeof(*list));
	if (!list)
		return NULL;
	memset(list + routes->n, 0, (size - routes->n) * sizeof(*list));
	routes->list = list;
	routes->size = size;

	return &list[routes->n++];
}

static int add_rule(struct loader *l, unsigned service, unsigned method,
		    const Google__Api__HttpRule *rule)
{
	const char *http, *path = pattern(rule, &http);
	struct gw_route *r;

	if (!path)
		return bad(l, "a custom or missing method", rule->selector);
	r = add(l->routes);
	if (!r)
		return bad(l, "too many routes", path);
	r->http = http;
	r->service = service;
	r->method = method;
	r->rpc = &yh_services[service]->methods[method];
	if (gw_template_parse(&r->path, path))
		return bad(l, "a broken path", path);
	for (unsigned i = 0; i < r->path.n_vars; i++)
		if (!is_field_path(r->rpc->input, r->path.vars[i].field))
			return bad(l, "no field for the variable",
				   r->path.vars[i].field);

	return set_body(l, r, rule);
}

static int add_rules(struct loader *l, unsigned service, unsigned method,
		     const Google__Api__HttpRule *rule)
{
	int err = add_rule(l, service, method, rule);

	for (size_t i = 0; i < rule->n_additional_bindings && !err; i++)
		err = add_rule(l, service, method,
			       rule->additional_bindings[i]);

	return err;
}

/* ---- the descriptors -----------------------------------------------------
 */

/* protobuf-c does not know the extension: it is among the unknown fields. */
static int read_option(struct loader *l, const ProtobufCMessage *options,
		       unsigned service, unsigned method)
{
	for (unsigned i = 0; options && i < options->n_unknown_fields; i++) {
		const ProtobufCMessageUnknownField *u =
			&options->unknown_fields[i];
		Google__Api__HttpRule *rule;
		size_t skip = 0;
		int err;

		if (u->tag != HTTP_OPTION)
			continue;
		/* data begins with the length */
		while (skip < u->len && u->data[skip] & 0x80)
			skip++;
		rule = google__api__http_rule__unpack(NULL, u->len - skip - 1,
						      u->data + skip + 1);
		if (!rule)
			return bad(l, "an option that cannot be read", "http");
		err = add_rules(l, service, method, rule);
		google__api__http_rule__free_unpacked(rule, NULL);
		if (err)
			return err;
	}

	return 0;
}

static int find_service(const char *package, const char *name, unsigned *at)
{
	char full[256];

	snprintf(full, sizeof(full), "%s%s%s", package, package[0] ? "." : "",
		 name);
	for (*at = 0; *at < yh_n_services; ++*at)
		if (!strcmp(yh_services[*at]->name, full))
			return 0;

	return -ENOENT;
}

static int find_method(const ProtobufCServiceDescriptor *d, const char *name,
		       unsigned *at)
{
	for (*at = 0; *at < d->n_methods; ++*at)
		if (!strcmp(d->methods[*at].name, name))
			return 0;

	return -ENOENT;
}

static int read_service(struct loader *l, const char *package,
			const Google__Protobuf__ServiceDescriptorProto *s)
{
	unsigned service, method;
	int err = 0;

	if (find_service(package, s->name, &service))
		return 0; /* not linked in: nothing to call */
	for (size_t i = 0; i < s->n_method && !err; i++) {
		const Google__Protobuf__MethodDescriptorProto *m = s->method[i];

		l->method = m->name;
		if (find_method(yh_services[service], m->name, &method))
			return bad(l, "not in the program's own description of",
				   s->name);
		err = read_option(l, (const ProtobufCMessage *)m->options,
				  service, method);
	}

	return err;
}

/* Stable: a path with a verb is more special than one without. */
static void verbs_first(struct gw_routes *routes)
{
	for (size_t i = 1; i < routes->n; i++)
		for (size_t k = i; k && routes->list[k].path.verb &&
				   !routes->list[k - 1].path.verb;
		     k--) {
			struct gw_route x = routes->list[k];

			routes->list[k] = routes->list[k - 1];
			routes->list[k - 1] = x;
		}
}

int gw_routes_read(struct gw_routes *routes, const uint8_t *data, size_t len,
		   char *error, size_t size)
{
	struct loader l = {routes, error, size, ""};
	Google__Protobuf__FileDescriptorSet *set =
		google__protobuf__file_descriptor_set__unpack(NULL, len, data);
	int err = 0;

	memset(routes, 0, sizeof(*routes));
	if (!set) {
		snprintf(error, size, "not a FileDescriptorSet");
		return -EINVAL;
	}
	for (size_t i = 0; i < set->n_file && !err; i++) {
		const Google__Protobuf__FileDescriptorProto *f = set->file[i];

		for (size_t k = 0; k < f->n_service && !err; k++)
			err = read_service(&l, f->package ? f->package : "",
					   f->service[k]);
	}
	google__protobuf__file_descriptor_set__free_unpacked(set, NULL);
	if (!err && !routes->n) {
		snprintf(error, size, "no google.api.http option in it");
		err = -EINVAL;
	}
	if (err)
		gw_routes_fini(routes);
	else
		verbs_first(routes);

	return err;
}

int gw_routes_load(struct gw_routes *routes, const char *file, char *error,
		   size_t size)
{
	FILE *f = fopen(file, "rb");
	uint8_t *data;
	size_t len;
	int err;

	if (!f) {
		snprintf(error, size, "%s: cannot be opened", file);
		return -ENOENT;
	}
	data = yh_zalloc(FILE_MAX);
	if (!data) {
		fclose(f);
		return -ENOMEM;
	}
	len = fread(data, 1, FILE_MAX, f);
	err = ferror(f) || len == FILE_MAX ? -EINVAL : 0;
	fclose(f);
	if (err)
		snprintf(error, size, "%s: cannot be read", file);
	else
		err = gw_routes_read(routes, data, len, error, size);
	yh_free(data);

	return err;
}

void gw_routes_fini(struct gw_routes *routes)
{
	for (size_t i = 0; i < routes->n; i++)
		gw_template_fini(&routes->list[i].path);
	yh_free(routes->list);
	memset(routes, 0, sizeof(*routes));
}

int gw_routes_find(const struct gw_routes *routes, const char *method,
		   const char *path, const struct gw_route **route,
		   struct gw_match *match)
{
	bool other = false;

	for (size_t i = 0; i < routes->n; i++) {
		const struct gw_route *r = &routes->list[i];
		int found = gw_template_match(&r->path, path, match);

		if (found < 0)
			return found;
		if (!found)
			continue;
		if (!strcmp(r->http, method)) {
			*route = r;
			return 0;
		}
		gw_match_fini(match);
		other = true;
	}

	return other ? -ENOTSUP : -ENOENT;
}
