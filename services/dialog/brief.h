/**
 * @file brief.h  What a person who takes over a call must know. Pure.
 */
#ifndef DLG_BRIEF_H
#define DLG_BRIEF_H

#include <stddef.h>

#include "yinhu/v1/dialog.pb-c.h"

enum {
	DLG_LINES_MAX = 40,    /**< Kept of a call: the last ones */
	DLG_SUMMARY_MAX = 800, /**< Bytes */
};

/** Keep a line that was said. @param who "bot", "callee" @param text Borrowed
 * @return 0, -ENOMEM */
int dlg_brief_line(Yinhu__V1__DialogSession *s, const char *who,
		   const char *text);

/** In one sentence: is it the person, where the script stands, what is known,
 * what the callee said last. @param out Receives UTF-8 (size bytes) */
void dlg_brief_summary(const Yinhu__V1__DialogSession *s, char *out,
		       size_t size);

#endif
