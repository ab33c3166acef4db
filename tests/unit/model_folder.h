/**
 * @file model_folder.h  A folder with files of a model that hold nothing, for
 *                       the tests of those that look for them.
 */
#ifndef TEST_MODEL_FOLDER_H
#define TEST_MODEL_FOLDER_H

#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char dir[64], error[2048];

static void make_dir(void)
{
	snprintf(dir, sizeof(dir), "/tmp/yh-model-XXXXXX");
	cr_assert(mkdtemp(dir));
	error[0] = '\0';
}

static void remove_dir(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	cr_assert_eq(system(command), 0);
}

static void put(const char *name)
{
	char path[1024];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	cr_assert(f);
	fclose(f);
}

static bool ends(const char *path, const char *name)
{
	size_t n = strlen(path), k = strlen(name);

	return n > k && !strcmp(path + n - k, name);
}

#endif
