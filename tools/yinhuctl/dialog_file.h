/**
 * @file dialog_file.h  The dialogs of an inspection file (docs/inspection.md):
 *                      JSON Lines, of others' making.
 */
#ifndef YC_DIALOG_FILE_H
#define YC_DIALOG_FILE_H

#include <jansson.h>

#include "../../services/qa-inspector/dialog.h"

/** @param line Borrowed @param d Taken: freed with qa_dialog_fini
 * @return 0, else reading ends; why is told on stderr */
typedef int yc_dialog_cb(void *arg, json_t *line, struct qa_dialog *d);

/**
 * Read a file's dialogs, one a line; a byte order mark and empty lines are
 * skipped.
 *
 * @param path Borrowed @param each Called with every dialog, in order
 * @return 0, -1 with what is wrong, the file and the line on stderr
 */
int yc_dialog_file(const char *path, yc_dialog_cb *each, void *arg);

#endif
