/** @file test_files.c  The console's files */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/mem.h"
#include "files.h"

static void put(const char *root, const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	f = fopen(path, "w");
	cr_assert_not_null(f);
	fputs(text, f);
	fclose(f);
}

static const char *find(const struct gw_files *files, const char *path)
{
	const struct gw_file *f = gw_files_find(files, path);

	return f ? f->path : "-";
}

Test(files, only_what_is_below_the_root_is_served)
{
	char root[] = "/tmp/yh-files-XXXXXX", path[256];
	struct gw_files files;

	cr_assert_not_null(mkdtemp(root));
	snprintf(path, sizeof(path), "%s/assets", root);
	mkdir(path, 0755);
	put(root, "index.html", "<html>");
	put(root, "assets/a.js", "1");
	put(root, ".secret", "x");
	snprintf(path, sizeof(path), "%s/link", root);
	cr_assert_eq(symlink("/etc/passwd", path), 0);
	cr_assert_eq(gw_files_load(&files, root), 0);
	cr_expect_eq(files.n, 2);

	cr_expect_str_eq(find(&files, "/"), "/index.html");
	cr_expect_str_eq(find(&files, "/assets/a.js"), "/assets/a.js");
	cr_expect_str_eq(find(&files, "/assets/%61.js"), "/assets/a.js");
	cr_expect_str_eq(find(&files, "/campaigns/7"), "/index.html");
	cr_expect_str_eq(find(&files, "/assets/b.js"), "-");
	cr_expect_str_eq(find(&files, "/.secret"), "-");
	cr_expect_str_eq(find(&files, "/%00"), "-");
	cr_expect_str_eq(find(&files, "/%2e%2e/etc/passwd.txt"), "-");
	cr_expect_str_eq(gw_files_find(&files, "/assets/a.js")->type,
			 "text/javascript; charset=utf-8");
	gw_files_fini(&files);

	snprintf(path, sizeof(path), "rm -rf %s", root);
	cr_assert_eq(system(path), 0);
	cr_expect_eq(gw_files_load(&files, root), -ENOENT);
}
