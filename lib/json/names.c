/** @file names.c  Names, contracts in names.h and protojson.h */
#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "json/names.h"
#include "json/protojson.h"

enum yh_known yh_known_of(const ProtobufCMessageDescriptor *desc)
{
	static const struct {
		const char *name;
		enum yh_known known;
	} table[] = {
		{"Any", YH_KNOWN_ANY},
		{"BoolValue", YH_KNOWN_WRAPPER},
		{"BytesValue", YH_KNOWN_WRAPPER},
		{"DoubleValue", YH_KNOWN_WRAPPER},
		{"Duration", YH_KNOWN_DURATION},
		{"FieldMask", YH_KNOWN_FIELD_MASK},
		{"FloatValue", YH_KNOWN_WRAPPER},
		{"Int32Value", YH_KNOWN_WRAPPER},
		{"Int64Value", YH_KNOWN_WRAPPER},
		{"ListValue", YH_KNOWN_LIST},
		{"StringValue", YH_KNOWN_WRAPPER},
		{"Struct", YH_KNOWN_STRUCT},
		{"Timestamp", YH_KNOWN_TIMESTAMP},
		{"UInt32Value", YH_KNOWN_WRAPPER},
		{"UInt64Value", YH_KNOWN_WRAPPER},
		{"Value", YH_KNOWN_VALUE},
	};
	static const char package[] = "google.protobuf.";

	if (strncmp(desc->name, package, sizeof(package) - 1))
		return YH_KNOWN_NONE;
	for (size_t i = 0; i < YH_ARRAY_LEN(table); i++)
		if (!strcmp(desc->name + sizeof(package) - 1, table[i].name))
			return table[i].known;

	return YH_KNOWN_NONE;
}

bool yh_is_null_enum(const ProtobufCFieldDescriptor *field)
{
	const ProtobufCEnumDescriptor *d = field->descriptor;

	return field->type == PROTOBUF_C_TYPE_ENUM &&
	       !strcmp(d->name, "google.protobuf.NullValue");
}

size_t yh_camel(const char *name, size_t len, char *out)
{
	bool up = false;
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (name[i] == '_') {
			up = true;
			continue;
		}
		out[n++] = up ? (char)toupper((unsigned char)name[i]) : name[i];
		up = false;
	}
	out[n] = '\0';

	return n;
}

size_t yh_snake(const char *name, size_t len, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (name[i] == '_')
			return 0;
		if (name[i] >= 'A' && name[i] <= 'Z') {
			out[n++] = '_';
			out[n++] = (char)(name[i] - 'A' + 'a');
		} else {
			out[n++] = name[i];
		}
	}
	out[n] = '\0';

	return n;
}

static bool is_camel_of(const char *name, const char *given, size_t len)
{
	bool up = false;
	size_t n = 0;

	for (; *name; name++) {
		int c = (unsigned char)*name;

		if (c == '_') {
			up = true;
			continue;
		}
		if (up)
			c = toupper(c);
		up = false;
		if (n == len || (unsigned char)given[n++] != c)
			return false;
	}

	return n == len;
}

const ProtobufCFieldDescriptor *
yh_protojson_field(const ProtobufCMessageDescriptor *desc, const char *name,
		   size_t len)
{
	const ProtobufCFieldDescriptor *f = desc->fields;

	for (unsigned i = 0; i < desc->n_fields; i++, f++) {
		if (is_camel_of(f->name, name, len))
			return f;
		if (strlen(f->name) == len && !memcmp(f->name, name, len))
			return f;
	}

	return NULL;
}

/* protoc makes of `map<..> a_b = 1` in M: `repeated M.ABEntry a_b = 1`. */
static bool is_entry_name(const char *outer, const char *field,
			  const char *name)
{
	size_t n = strlen(outer);
	bool up = true;

	if (strncmp(name, outer, n) || name[n] != '.')
		return false;
	name += n + 1;
	for (; *field; field++) {
		int c = (unsigned char)*field;

		if (c == '_') {
			up = true;
			continue;
		}
		if (up)
			c = toupper(c);
		up = false;
		if ((unsigned char)*name++ != c)
			return false;
	}

	return !strcmp(name, "Entry");
}

_Bool yh_protojson_is_map(const ProtobufCMessageDescriptor *desc,
			  const ProtobufCFieldDescriptor *field)
{
	const ProtobufCMessageDescriptor *e = field->descriptor;

	return field->label == PROTOBUF_C_LABEL_REPEATED &&
	       field->type == PROTOBUF_C_TYPE_MESSAGE && e->n_fields == 2 &&
	       e->fields[0].id == 1 && e->fields[1].id == 2 &&
	       !strcmp(e->fields[0].name, "key") &&
	       !strcmp(e->fields[1].name, "value") &&
	       is_entry_name(desc->name, field->name, e->name);
}
