/** @file test_import.c  Mirrors services/campaign/import.c */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "import.h"

static struct yh_keys *keys;
static struct cmp_import im;

static void setup(void)
{
	char path[] = "/tmp/yh-keys-XXXXXX";
	FILE *f = fdopen(mkstemp(path), "w");

	for (int i = 0; i < 64; i++)
		fprintf(f, "%02x", i);
	fclose(f);
	if (yh_keys_load(&keys, path))
		abort();
	unlink(path);
}

static void teardown(void)
{
	cmp_import_fini(&im);
	yh_keys_destroy(keys);
}

TestSuite(import, .init = setup, .fini = teardown, .timeout = 10);

static void read_text(const char *text)
{
	cmp_import_read(&im, keys, NULL, text, strlen(text));
}

/* One reason each why a whole file is refused. */
Test(import, a_file_without_a_good_header_is_refused)
{
	static const char *const rows[] = {
		"",		       /* empty */
		"name\n",	       /* no phone */
		"phone\n",	       /* no name */
		"name,phone,\n",       /* a column without a name */
		"name,phone,x,x\n",    /* twice the same */
		"name,phone,a{b\n",    /* would break the templates */
		"张三,13800000001\n",  /* no header at all */
		"\"name,phone\n1,2\n", /* not CSV */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		read_text(rows[i]);
		cr_assert_not_null(im.error, "row %zu", i);
		cr_assert_eq(im.n_rows, 0);
		cmp_import_fini(&im);
		memset(&im, 0, sizeof(im));
	}
}

/* One reason each why a row is; the next one is always good. */
Test(import, bad_rows_are_noted_and_good_ones_kept)
{
	static const char *const rows[] = {
		"甲",
		"甲,13800000001,x,y",
		",13800000001,x",
		"甲,,x",
		"甲,12345,x",
		"甲,02150000001,x",
		"\"甲,13800000001,x",
		"甲\xff,13800000001,x",
		"乙,13900000000,x", /* twice: see the first row below */
	};
	char text[512];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text),
			 "name,phone,v\n首,13900000000,x\n%s\n末,13800000009,"
			 "x\n",
			 rows[i]);
		read_text(text);
		cr_assert_null(im.error);
		cr_assert_eq(im.n_rows, 2, "row %zu: %zu", i, im.n_rows);
		cr_assert_eq(im.n_bad, 1);
		cr_assert_eq(im.bad[0].line, 3);
		cr_assert_null(strstr(im.bad[0].reason, "1390"));
		cmp_import_fini(&im);
		memset(&im, 0, sizeof(im));
	}
}

Test(import, the_same_number_in_two_spellings_has_one_hash)
{
	read_text("phone,name\n+86 138-0000-0001,a\n13800000001,b\n");
	cr_assert_eq(im.n_rows, 1);
	cr_assert_eq(im.n_bad, 1);
}

Test(import, what_is_kept_shows_no_number)
{
	read_text("phone,name\n13800000001,甲\n");
	cr_assert_eq(im.n_rows, 1);
	cr_assert_null(strstr(im.rows[0].phone, "13800000001"));
	cr_assert_eq(strlen(im.rows[0].phone_hash), 2 + 2 * YH_INDEX_SIZE);
	cr_assert_eq(strlen(im.rows[0].phone), 2 + 2 * (11 + YH_SEAL_OVERHEAD));
}

Test(import, a_thousand_bad_rows_are_all_noted)
{
	static char text[32768] = "name,phone\n";
	char *p = text + strlen(text);

	for (int i = 0; i < 1000; i++)
		p += sprintf(p, "a,%d\n", i);
	read_text(text);
	cr_assert_eq(im.n_bad, 1000);
	for (unsigned i = 0; i < 1000; i++)
		cr_assert_eq(im.bad[i].line, i + 2);
}
