/** @file areas.c  Areas from YAML, contract in areas.h */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "areas.h"
#include "guards.h"
#include "conf/yaml_file.h"

enum { OFFSET_TEXT = sizeof("+08:00") };

struct area {
	char *prefix, *zone, *name;
	bool blind;
	struct cmp_zone read;
};

struct cmp_areas {
	struct area *list;
	unsigned n;
};

static const cyaml_schema_field_t area_fields[] = {
	CYAML_FIELD_STRING_PTR("prefix", CYAML_FLAG_POINTER, struct area,
			       prefix, 1, 16),
	CYAML_FIELD_STRING_PTR("zone", CYAML_FLAG_POINTER, struct area, zone, 1,
			       16),
	CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
			       struct area, name, 0, 100),
	CYAML_FIELD_BOOL("blind", CYAML_FLAG_OPTIONAL, struct area, blind),
	CYAML_FIELD_END};
static const cyaml_schema_value_t area_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct area, area_fields)};
static const cyaml_schema_field_t fields[] = {
	CYAML_FIELD_SEQUENCE_COUNT("areas", CYAML_FLAG_POINTER,
				   struct cmp_areas, list, n, &area_schema, 0,
				   100000),
	CYAML_FIELD_END};
static const cyaml_schema_value_t schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct cmp_areas, fields)};

static int offset(const char *text, int *out)
{
	char hhmm[6];
	int min;

	if (strlen(text) < 6 || (*text != '+' && *text != '-'))
		return -EINVAL;
	memcpy(hhmm, text + 1, 5);
	hhmm[5] = '\0';
	min = cmp_minutes(hhmm);
	if (min < 0 || min > 14 * 60)
		return -EINVAL;
	*out = *text == '-' ? -min : min;

	return 0;
}

static int print_offset(int min, char *out)
{
	const unsigned ahead = (unsigned)abs(min);

	return snprintf(out, OFFSET_TEXT, "%c%02u:%02u", min < 0 ? '-' : '+',
			ahead / 60 % 24, ahead % 60);
}

int cmp_zone_read(const char *text, struct cmp_zone *out)
{
	size_t n = strlen(text);
	struct cmp_zone z = {0};

	if ((n != 6 && (n != 13 || text[6] != '/')) ||
	    offset(text, &z.from_min) ||
	    offset(n == 13 ? text + 7 : text, &z.to_min) ||
	    z.from_min > z.to_min)
		return -EINVAL;
	*out = z;

	return 0;
}

void cmp_zone_print(const struct cmp_zone *zone, char out[CMP_ZONE_TEXT])
{
	const int from = zone->from_min, to = zone->to_min;
	int n;

	out[0] = '\0';
	if (from == CMP_UNKNOWN || to == CMP_UNKNOWN)
		return;
	n = print_offset(from, out);
	if (to != from) {
		out[n++] = '/';
		print_offset(to, out + n);
	}
}

int cmp_areas_load(struct cmp_areas **out, const char *path, char *error,
		   size_t size)
{
	struct cmp_areas *areas;
	int err = yh_yaml_load(path, &schema, (void **)&areas, error, size);

	if (err)
		return err;
	for (unsigned i = 0; i < areas->n; i++) {
		struct area *a = &areas->list[i];

		if (cmp_zone_read(a->zone, &a->read)) {
			snprintf(error, size, "areas %u: no zone: %s", i + 1,
				 a->zone);
			cmp_areas_destroy(areas);
			return YH_ERR_BAD_CONFIG;
		}
		a->read.blind = a->blind;
	}
	*out = areas;

	return 0;
}

struct cmp_zone cmp_areas_zone(const struct cmp_areas *areas,
			       const char *number)
{
	static const struct cmp_zone unknown = {CMP_UNKNOWN, CMP_UNKNOWN,
						false};
	static const struct cmp_zone shanghai = {480, 480, false};
	struct cmp_zone best = *number == '+' ? unknown : shanghai;
	size_t longest = 0;

	for (unsigned i = 0; areas && i < areas->n; i++) {
		const struct area *a = &areas->list[i];
		size_t n = strlen(a->prefix);

		if (n > longest && !strncmp(number, a->prefix, n)) {
			longest = n;
			best = a->read;
		}
	}

	return best;
}

void cmp_areas_destroy(struct cmp_areas *areas)
{
	yh_yaml_free(&schema, areas);
}
