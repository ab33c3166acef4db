#include "tsv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "json/lex.h"

enum { LINE_BYTES = 65536, MAX_FIELDS = 8 };

static int split(char *line, char **field)
{
	int n = 0;

	for (char *p = line; p; n++) {
		char *tab = strchr(p, '\t');

		if (n < MAX_FIELDS)
			field[n] = p;
		if (tab)
			*tab++ = '\0';
		p = tab;
	}

	return n;
}

/* Behind a byte order mark, which some editors put before the first line. */
static char *start_of(char *line)
{
	return memcmp(line, "\xef\xbb\xbf", 3) ? line : line + 3;
}

struct shape {
	int least, most; /* fields of a line */
};

static int read_lines(FILE *f, const char *path, struct shape shape,
		      yc_tsv_row *row, void *arg)
{
	static char line[LINE_BYTES];
	unsigned number = 0;
	int err = 0;

	while (!err && fgets(line, sizeof(line), f)) {
		char *field[MAX_FIELDS] = {NULL};
		size_t len = strlen(line);
		int got;

		number++;
		if (len == sizeof(line) - 1 && line[len - 1] != '\n') {
			fprintf(stderr, "%s:%u: line too long\n", path, number);
			return -EINVAL;
		}
		if (!yh_utf8_valid(line, len)) {
			fprintf(stderr, "%s:%u: not UTF-8\n", path, number);
			return -EINVAL;
		}
		line[strcspn(line, "\r\n")] = '\0';
		if (!start_of(line)[0])
			continue;
		got = split(start_of(line), field);
		if (got < shape.least || got > shape.most) {
			fprintf(stderr,
				"%s:%u: %d field%s between TABs, expected "
				"%d%s\n",
				path, number, got, got == 1 ? "" : "s",
				shape.least,
				shape.most > shape.least ? " or more" : "");
			return -EINVAL;
		}
		err = row(field, arg);
	}
	if (!err && ferror(f)) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -EINVAL;
	}

	return err;
}

int yc_tsv_read(const char *path, int n, yc_tsv_row *row, void *arg)
{
	return yc_tsv_read_some(path, n, n, row, arg);
}

int yc_tsv_read_some(const char *path, int least, int most, yc_tsv_row *row,
		     void *arg)
{
	FILE *f = fopen(path, "r");
	int err;

	if (!f) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -EINVAL;
	}
	err = read_lines(f, path, (struct shape){least, most}, row, arg);
	fclose(f);

	return err;
}

void yc_tsv_beside(const char *file, const char *name, char *out,
		   unsigned long size)
{
	const char *slash = strrchr(file, '/');
	int len = slash ? (int)(slash - file + 1) : 0;

	if (name[0] == '/')
		len = 0;
	snprintf(out, size, "%.*s%s", len, file, name);
	if (len && access(out, F_OK) && !access(name, F_OK))
		snprintf(out, size, "%s", name);
}
