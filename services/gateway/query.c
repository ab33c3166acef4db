/** @file query.c  Paths and queries into a message, contract in query.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "json/protojson.h"
#include "query.h"
#include "template.h"

/* "a.b[k]" followed through the descriptors. */
struct target {
	const ProtobufCFieldDescriptor *fields[GW_PATH_DEPTH];
	const ProtobufCMessageDescriptor *in; /* that has the last field */
	unsigned n;
	const char *key; /* of a map, or NULL */
	const char *text;
	size_t len;
};

/* @param path Is cut at the map's key */
static int resolve(const ProtobufCMessageDescriptor *desc, char *path,
		   struct target *t)
{
	char *open = strchr(path, '[');
	size_t len = strlen(path);

	memset(t, 0, sizeof(*t));
	if (open && path[len - 1] == ']') {
		path[len - 1] = '\0';
		*open = '\0';
		t->key = open + 1;
	}
	for (;;) {
		size_t n = strcspn(path, ".");
		const ProtobufCFieldDescriptor *f =
			yh_protojson_field(desc, path, n);

		if (!f || t->n == GW_PATH_DEPTH)
			return -ENOENT;
		t->fields[t->n++] = f;
		t->in = desc;
		if (!path[n])
			break;
		if (f->type != PROTOBUF_C_TYPE_MESSAGE ||
		    f->label == PROTOBUF_C_LABEL_REPEATED)
			return -ENOENT;
		desc = f->descriptor;
		path += n + 1;
	}
	if (yh_protojson_is_map(t->in, t->fields[t->n - 1]) != !!t->key)
		return -ENOENT;

	return 0;
}

static int put_leaf(const struct target *t, struct yh_wire *wire, char *error,
		    size_t size)
{
	const ProtobufCFieldDescriptor *last = t->fields[t->n - 1];

	if (t->key)
		return yh_protojson_encode_entry(last, t->key, t->text, wire,
						 error, size);

	return yh_protojson_encode_text(last, t->text, t->len, wire, error,
					size);
}

/* How many of the messages around two values are the same. */
static unsigned common(const struct target *a, const struct target *b)
{
	unsigned n = 0;

	while (n + 1 < a->n && n + 1 < b->n && a->fields[n] == b->fields[n])
		n++;

	return n;
}

/* Each message around the values is written once: protobuf-c does not merge
 * two that are members of a oneof. @param list Neighbours share messages */
static int put(const struct target *list, unsigned n, struct yh_wire *wire,
	       char *error, size_t size)
{
	size_t marks[GW_PATH_DEPTH];
	unsigned open = 0;
	char why[160] = "";
	int err = 0;

	for (unsigned i = 0; i < n && !err; i++) {
		const struct target *t = &list[i];
		unsigned keep = i ? common(t, t - 1) : 0;

		while (open > keep)
			yh_wire_end(wire, marks[--open]);
		for (; open + 1 < t->n; open++)
			marks[open] = yh_wire_begin(wire, t->fields[open]->id);
		err = put_leaf(t, wire, why, sizeof(why));
		if (err)
			snprintf(error, size, "parsing field \"%s\": %s",
				 t->fields[t->n - 1]->name, why);
	}
	while (open)
		yh_wire_end(wire, marks[--open]);

	return err;
}

int gw_put_value(const ProtobufCMessageDescriptor *desc, const char *path,
		 const char *text, size_t len, struct yh_wire *wire,
		 char *error, size_t size)
{
	char *copy = yh_strdup(path);
	struct target t;
	int err = copy ? resolve(desc, copy, &t) : -ENOMEM;

	if (!err) {
		t.text = text;
		t.len = len;
		err = put(&t, 1, wire, error, size);
	}
	yh_free(copy);

	return err;
}

/* ---- query strings -------------------------------------------------------
 */

struct reader {
	const ProtobufCMessageDescriptor *desc;
	gw_taken_cb *taken;
	const void *arg;
	struct yh_wire *wire;
	char *error;
	size_t size;
	struct target *seen; /* shape (n) */
	unsigned n;
};

static int bad(struct reader *r, const struct target *t, const char *why)
{
	snprintf(r->error, r->size, "parsing field \"%s\": %s",
		 t->fields[t->n - 1]->name, why);

	return -EINVAL;
}

static bool same_parent(const struct target *a, const struct target *b)
{
	return a->n == b->n &&
	       !memcmp(a->fields, b->fields, (a->n - 1) * sizeof(a->fields[0]));
}

static bool same_oneof(const ProtobufCFieldDescriptor *a,
		       const ProtobufCFieldDescriptor *b)
{
	return a->flags & b->flags & PROTOBUF_C_FIELD_FLAG_ONEOF &&
	       a->quantifier_offset == b->quantifier_offset;
}

/* Against the parameters before it. */
static int check(struct reader *r, const struct target *t)
{
	const ProtobufCFieldDescriptor *f = t->fields[t->n - 1];

	for (unsigned i = 0; i < r->n; i++) {
		const struct target *s = &r->seen[i];
		const ProtobufCFieldDescriptor *g = s->fields[s->n - 1];

		if (!same_parent(s, t))
			continue;
		if (f == g && f->label != PROTOBUF_C_LABEL_REPEATED)
			return bad(r, t, "too many values for field");
		if (f != g && same_oneof(f, g))
			return bad(r, t, "a second member of a oneof");
	}

	return 0;
}

static int put_pair(struct reader *r, char *name, const char *value, size_t len)
{
	struct target t;
	int err;

	if (r->taken(r->arg, name) || resolve(r->desc, name, &t))
		return 0;
	err = check(r, &t);
	if (err)
		return err;
	t.text = value;
	t.len = len;
	r->seen[r->n++] = t;

	return 0;
}

/* @param pair "name=value", escaped; room for the decoded form */
static int read_pair(struct reader *r, char *pair, size_t len)
{
	char *eq = memchr(pair, '=', len);
	size_t name_len = eq ? (size_t)(eq - pair) : len, n = 0;
	const char *value = "";

	if (eq) {
		char *at = eq + 1;

		if (gw_unescape(at, len - name_len - 1, true, false, at, &n))
			goto broken;
		value = at;
	}
	if (gw_unescape(pair, name_len, true, false, pair, &name_len))
		goto broken;
	if (!name_len)
		return 0;

	return put_pair(r, pair, value, n);

broken:
	snprintf(r->error, r->size, "a broken escape in the query");

	return -EINVAL;
}

static int read_pairs(struct reader *r, char *p)
{
	int err = 0;

	while (*p && !err) {
		size_t n = strcspn(p, "&");
		bool last = !p[n];

		p[n] = '\0';
		if (r->n == GW_PARAMS_MAX) {
			snprintf(r->error, r->size, "too many parameters");
			return -EINVAL;
		}
		if (n)
			err = read_pair(r, p, n);
		p += last ? n : n + 1;
	}

	return err;
}

static int by_message(const struct target *a, const struct target *b)
{
	unsigned n = common(a, b);
	uint32_t x = n + 1 < a->n ? a->fields[n]->id : 0;
	uint32_t y = n + 1 < b->n ? b->fields[n]->id : 0;

	return x < y ? -1 : x > y;
}

/* Stable: values of a list keep their order. */
static void group(struct target *list, unsigned n)
{
	for (unsigned i = 1; i < n; i++)
		for (unsigned k = i;
		     k && by_message(&list[k - 1], &list[k]) > 0; k--) {
			struct target x = list[k];

			list[k] = list[k - 1];
			list[k - 1] = x;
		}
}

int gw_put_query(const ProtobufCMessageDescriptor *desc, const char *query,
		 gw_taken_cb *taken, const void *arg, struct yh_wire *wire,
		 char *error, size_t size)
{
	struct reader r = {desc, taken, arg, wire, error, size, NULL, 0};
	char *copy;
	int err = -ENOMEM;

	if (!query[0])
		return 0;

	copy = yh_strdup(query);
	r.seen = yh_calloc(GW_PARAMS_MAX, sizeof(*r.seen));
	if (copy && r.seen)
		err = read_pairs(&r, copy);
	else
		snprintf(error, size, "out of memory");
	if (!err) {
		group(r.seen, r.n);
		err = put(r.seen, r.n, wire, error, size);
	}
	yh_free(r.seen);
	yh_free(copy);

	return err;
}
