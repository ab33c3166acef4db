/**
 * @file read.h  A line of an inspection file (docs/inspection.md) as a dialog.
 */
#ifndef QA_READ_H
#define QA_READ_H

#include <jansson.h>

#include "dialog.h"

/**
 * Read {"kind", "meta": {…}, "turns": [{"speaker", "start", "end", "text",
 * "emotion", "intent"}]}. What meta lacks is unknown; the dialog has ended.
 *
 * @param[out] d Freed with qa_dialog_fini, also on error
 * @param line   Borrowed
 * @return 0, -EINVAL (no such kind or speaker, a turn without text), -ENOMEM
 */
int qa_read_dialog(struct qa_dialog *d, json_t *line);

#endif
