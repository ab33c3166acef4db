/** @file dialog_file.c  Dialogs from a file, contract in dialog_file.h */
#include "dialog_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../services/qa-inspector/read.h"

static int read_line(const char *text, yc_dialog_cb *each, void *arg)
{
	struct qa_dialog d = {0};
	json_error_t fault;
	json_t *line = json_loads(text, 0, &fault);
	int err = -1;

	if (!line) {
		fprintf(stderr, "yinhuctl: not JSON: %s\n", fault.text);
	} else if (qa_read_dialog(&d, line)) {
		fprintf(stderr, "yinhuctl: a kind or a turn is wrong\n");
		qa_dialog_fini(&d);
	} else {
		err = each(arg, line, &d);
	}
	json_decref(line);

	return err ? -1 : 0;
}

/* @return Behind a byte order mark */
static const char *behind_mark(const char *text)
{
	return strncmp(text, "\xef\xbb\xbf", 3) ? text : text + 3;
}

int yc_dialog_file(const char *path, yc_dialog_cb *each, void *arg)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t room = 0, n = 0;
	int err = 0;

	if (!f) {
		perror(path);
		return -1;
	}
	while (!err && getline(&text, &room, f) > 0) {
		const char *line = n++ ? text : behind_mark(text);

		if (line[strspn(line, " \t\r\n")])
			err = read_line(line, each, arg);
	}
	if (err)
		fprintf(stderr, "yinhuctl: %s:%zu\n", path, n);
	if (!err && ferror(f)) {
		perror(path);
		err = -1;
	} else if (!err && !n) {
		fprintf(stderr, "yinhuctl: %s: no dialog in it\n", path);
		err = -1;
	}
	free(text);
	fclose(f);

	return err;
}
