/** @file import.c  CSV into sealed rows, contract in import.h */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "csv.h"
#include "facts.h"
#include "import.h"
#include "phone.h"
#include "yinhu/v1/campaign.pb-c.h"

typedef Yinhu__V1__AttemptLease__VariablesEntry variable_t;

enum { MAX_VALUE = 500 }; /* bytes of a variable */

struct reader {
	struct cmp_import *im;
	const struct yh_keys *keys;
	const struct cmp_areas *areas;
	size_t n_columns, phone, name;
	const char *columns[CMP_CSV_MAX_FIELDS];
	size_t max_rows, max_bad;
	/* Hashes that were seen: open addressing, 2^bits places. */
	uint8_t (*seen)[YH_INDEX_SIZE];
	size_t mask;
};

/* Grow an array of the arena by doubling. */
static void *grow(struct cmp_arena *a, void *old, size_t n, size_t *max,
		  size_t size)
{
	void *p;

	if (n < *max)
		return old;
	*max = *max ? *max * 2 : 256;
	p = cmp_alloc(a, *max * size);
	if (n)
		memcpy(p, old, n * size);

	return p;
}

void cmp_import_add_bad(struct cmp_import *im, unsigned line,
			const char *reason, const char *raw, size_t raw_len)
{
	/* Capacity is a power of two from 256 on: full when n reaches one. */
	size_t max = 0;

	if (im->n_bad == 0 ||
	    (im->n_bad >= 256 && !(im->n_bad & (im->n_bad - 1)))) {
		max = im->n_bad;
		im->bad = grow(&im->arena, im->bad, im->n_bad, &max,
			       sizeof(*im->bad));
	}
	im->bad[im->n_bad++] =
		(struct cmp_import_bad){line, reason, raw, raw_len};
}

static const char *sealed(struct reader *rd, const char *label,
			  const void *data, size_t len)
{
	struct cmp_arena *a = &rd->im->arena;
	uint8_t *out = cmp_alloc(a, len + YH_SEAL_OVERHEAD);

	if (yh_seal(rd->keys, label, data, len, out))
		abort(); /* no randomness or no OpenSSL: nothing is safe */

	return cmp_bytea(a, out, len + YH_SEAL_OVERHEAD);
}

/* @return true when it is new */
static bool see(struct reader *rd, const uint8_t *hash)
{
	static const uint8_t none[YH_INDEX_SIZE];
	size_t i;

	memcpy(&i, hash, sizeof(i));
	for (i &= rd->mask; memcmp(rd->seen[i], none, YH_INDEX_SIZE);
	     i = (i + 1) & rd->mask)
		if (!memcmp(rd->seen[i], hash, YH_INDEX_SIZE))
			return false;
	memcpy(rd->seen[i], hash, YH_INDEX_SIZE);

	return true;
}

/* All columns but the phone are variables of the script. */
static const char *variables(struct reader *rd, const struct cmp_csv_row *row)
{
	Yinhu__V1__AttemptLease lease = YINHU__V1__ATTEMPT_LEASE__INIT;
	variable_t entries[CMP_CSV_MAX_FIELDS];
	variable_t *list[CMP_CSV_MAX_FIELDS];
	uint8_t *buf;
	size_t len;

	lease.variables = list;
	for (size_t i = 0; i < row->n; i++) {
		variable_t *e = &entries[lease.n_variables];

		if (i == rd->phone)
			continue;
		yinhu__v1__attempt_lease__variables_entry__init(e);
		e->key = (char *)rd->columns[i];
		e->value = (char *)row->fields[i];
		list[lease.n_variables++] = e;
	}
	len = yinhu__v1__attempt_lease__get_packed_size(&lease);
	buf = cmp_alloc(&rd->im->arena, len + 1);
	yinhu__v1__attempt_lease__pack(&lease, buf);

	return sealed(rd, "contact.variables", buf, len);
}

static const char *fault(const struct reader *rd, const struct cmp_csv_row *row,
			 char *phone)
{
	if (row->error)
		return row->error;
	if (row->n != rd->n_columns)
		return "another number of fields than the header; check the "
		       "commas";
	if (!*row->fields[rd->phone])
		return "phone is empty";
	if (cmp_phone_normalise(row->fields[rd->phone], phone))
		return "phone is not a mainland mobile number (11 digits, 13 "
		       "to 19 in front)";
	if (!*row->fields[rd->name])
		return "name is empty";
	for (size_t i = 0; i < row->n; i++)
		if (strlen(row->fields[i]) > MAX_VALUE)
			return "a field is longer than 500 bytes";

	return NULL;
}

/* The reserved columns. @return NULL, or what is wrong with one */
static const char *take_facts(struct reader *rd, const struct cmp_csv_row *row,
			      const char *phone, struct cmp_facts *facts)
{
	const char *reason = NULL;

	cmp_facts_init(facts, rd->areas, phone);
	for (size_t i = 0; i < row->n && !reason; i++)
		reason = cmp_facts_take(facts, rd->columns[i], row->fields[i]);

	return reason;
}

static const char *person_hash(struct reader *rd, const char *customer)
{
	uint8_t hash[YH_INDEX_SIZE];

	if (!customer)
		return NULL;
	/* A customer's number is no telephone number. */
	if (yh_blind_index(rd->keys,
			   cmp_fmt(&rd->im->arena, "customer:%s", customer),
			   hash))
		abort();

	return cmp_bytea(&rd->im->arena, hash, sizeof(hash));
}

static void read_row(struct reader *rd, const struct cmp_csv_row *row)
{
	struct cmp_import *im = rd->im;
	char phone[CMP_PHONE_SIZE] = "", masked[24];
	char text[CMP_INPUTS_TEXT];
	const char *reason = fault(rd, row, phone);
	uint8_t hash[YH_INDEX_SIZE];
	struct cmp_import_row *out;
	struct cmp_facts facts;

	if (!reason)
		reason = take_facts(rd, row, phone, &facts);
	if (!reason && yh_blind_index(rd->keys, phone, hash))
		abort();
	if (!reason && !see(rd, hash))
		reason =
			"the phone is in this file twice; the first row counts";
	if (reason) {
		cmp_import_add_bad(im, row->line, reason, row->raw,
				   row->raw_len);
		return;
	}
	im->rows = grow(&im->arena, im->rows, im->n_rows, &rd->max_rows,
			sizeof(*im->rows));
	out = &im->rows[im->n_rows++];
	yh_mask_phone(phone, masked);
	out->line = cmp_fmt(&im->arena, "%u", row->line);
	out->phone_hash = cmp_bytea(&im->arena, hash, sizeof(hash));
	out->phone = sealed(rd, "contact.phone", phone, strlen(phone));
	out->masked = sealed(rd, "masked", masked, strlen(masked));
	out->variables = variables(rd, row);
	cmp_inputs_print(&facts.in, text);
	out->facts = cmp_strdup(&im->arena, text);
	out->person_hash = person_hash(rd, facts.customer_id);
	out->raw = row->raw;
	out->raw_len = row->raw_len;
	explicit_bzero(phone, sizeof(phone));
}

static bool column_ok(const char *name)
{
	size_t n = strlen(name);

	return n && n <= 64 && cmp_is_utf8(name, n) && !strpbrk(name, "{}");
}

static const char *read_header(struct reader *rd, const struct cmp_csv_row *row)
{
	size_t phones = 0, names = 0;

	if (row->error)
		return row->error;
	rd->n_columns = row->n;
	for (size_t i = 0; i < row->n; i++) {
		rd->columns[i] = cmp_strdup(&rd->im->arena, row->fields[i]);
		if (!column_ok(row->fields[i]))
			return "a column has no name or one that is too long";
		for (size_t k = 0; k < i; k++)
			if (!strcmp(rd->columns[k], rd->columns[i]))
				return "two columns have the same name";
		if (!strcmp(row->fields[i], "phone")) {
			rd->phone = i;
			phones++;
		} else if (!strcmp(row->fields[i], "name")) {
			rd->name = i;
			names++;
		}
	}
	if (!phones || !names)
		return "the first line must name the columns, `name` and "
		       "`phone` among them";
	rd->im->header = cmp_strndup(&rd->im->arena, row->raw, row->raw_len);

	return NULL;
}

/* Enough places for one row a line, half empty. */
static void make_seen(struct reader *rd, const char *buf, size_t len)
{
	size_t lines = 1, places = 16;

	for (size_t i = 0; i < len; i++)
		lines += buf[i] == '\n';
	while (places < 2 * lines)
		places *= 2;
	rd->mask = places - 1;
	rd->seen = cmp_alloc(&rd->im->arena, places * sizeof(*rd->seen));
}

void cmp_import_read(struct cmp_import *im, const struct yh_keys *keys,
		     const struct cmp_areas *areas, const char *buf, size_t len)
{
	struct reader rd = {.im = im, .keys = keys, .areas = areas};
	struct cmp_csv *csv = cmp_alloc(&im->arena, sizeof(*csv));
	struct cmp_csv_row row;

	cmp_csv_init(csv, buf, len);
	if (!cmp_csv_next(csv, &row)) {
		im->error = "the file is empty";
		return;
	}
	im->error = read_header(&rd, &row);
	if (im->error)
		return;
	make_seen(&rd, buf, len);
	while (cmp_csv_next(csv, &row)) {
		if (im->n_rows + im->n_bad == CMP_IMPORT_MAX_ROWS) {
			im->error = "more than 500000 rows; split the file";
			return;
		}
		read_row(&rd, &row);
	}
}

void cmp_import_fini(struct cmp_import *im)
{
	cmp_arena_fini(&im->arena);
}
