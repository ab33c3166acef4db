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

Test(files, a_file_knows_the_compressed_one_beside_it)
{
	char root[] = "/tmp/yh-files-XXXXXX", path[256];
	const struct gw_file *f;
	struct gw_files files;

	cr_assert_not_null(mkdtemp(root));
	put(root, "index.html", "<html>");
	put(root, "a.js", "1");
	put(root, "a.js.gz", "z");
	put(root, "a.json", "{}");
	cr_assert_eq(gw_files_load(&files, root), 0);

	f = gw_files_find(&files, "/a.js");
	cr_assert_not_null(f->gz);
	cr_expect_str_eq(f->gz->path, "/a.js.gz");
	cr_expect_str_neq(f->gz->etag, f->etag);
	cr_expect_null(gw_files_find(&files, "/")->gz);
	cr_expect_null(gw_files_find(&files, "/a.json")->gz);
	gw_files_fini(&files);

	snprintf(path, sizeof(path), "rm -rf %s", root);
	cr_assert_eq(system(path), 0);
}

Test(files, gzip_is_sent_to_who_takes_it)
{
	static const struct {
		const char *accept;
		bool taken;
	} table[] = {
		{NULL, false}, /* says nothing: as it is */
		{"", false},
		{"gzip", true},
		{"gzip, deflate, br, zstd", true},
		{"br,GZIP ;q=0.5", true},
		{"br;q=1.0, gzip;q=0.001", true},
		{"gzip;q=0", false}, /* RFC 9110, 12.5.3 */
		{"gzip;q=0.000, br", false},
		{"*", true},
		{"*;q=0", false},
		{"gzip;q=0, *", false}, /* named: the star is not for it */
		{"*;q=0, gzip", true},
		{"x-gzip, gzipped", false},
		{"deflate, br", false},
		{", ,", false},
	};

	for (size_t i = 0; i < YH_ARRAY_LEN(table); i++)
		cr_expect_eq(gw_accepts_gzip(table[i].accept), table[i].taken,
			     "\"%s\"", table[i].accept);
}
