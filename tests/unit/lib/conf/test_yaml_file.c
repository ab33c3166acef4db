/** @file test_yaml_file.c  What a schema cannot say. */
#include <criterion/criterion.h>
#include <string.h>

#include "conf/yaml_file.h"

struct engine {
	uint32_t threads, wait_ms;
};

static const struct yh_yaml_number numbers[] = {
	YH_YAML_NUMBER(struct engine, threads, 2, 1, 64),
	YH_YAML_NUMBER(struct engine, wait_ms, 500, 10, 1000),
};

static int check(struct engine *e, char error[80])
{
	struct yh_fault fault = {error, 80};

	return yh_yaml_numbers(e, "engine a", numbers, 2, &fault);
}

Test(yaml_file, a_number_that_is_left_out_has_its_usual_value)
{
	struct engine e = {.wait_ms = 20};
	char error[80] = "";

	cr_assert_eq(check(&e, error), 0);
	cr_assert_eq(e.threads, 2);
	cr_assert_eq(e.wait_ms, 20);
	cr_assert_str_empty(error);
}

Test(yaml_file, a_number_out_of_its_range_is_refused_with_item_key_and_range)
{
	struct engine e = {.threads = 1, .wait_ms = 1001};
	char error[80] = "";

	cr_assert_eq(check(&e, error), YH_ERR_BAD_CONFIG);
	cr_assert_str_eq(error, "engine a: wait_ms must be 10 to 1000");
	e.wait_ms = 1000;
	cr_assert_eq(check(&e, error), 0);
}

static const cyaml_schema_field_t fields[] = {
	CYAML_FIELD_UINT("threads", CYAML_FLAG_DEFAULT, struct engine, threads),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct engine, fields),
};

Test(yaml_file, an_empty_file_is_refused)
{
	struct engine *e = NULL;
	char error[80] = "";

	cr_assert_eq(yh_yaml_load("/dev/null", &schema, (void **)&e, error,
				  sizeof(error)),
		     YH_ERR_BAD_CONFIG);
	cr_assert_str_eq(error, "/dev/null: nothing is in it");
	cr_assert_null(e);
}

Test(yaml_file, a_fault_is_cut_at_the_end_of_its_room)
{
	char error[8];
	struct yh_fault fault = {error, sizeof(error)};

	cr_assert_eq(yh_fault(&fault, "%s", "far too long"), YH_ERR_BAD_CONFIG);
	cr_assert_str_eq(error, "far too");
}
