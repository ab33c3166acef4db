/**
 * @file judged.h  Conversations that were never held, as the inspector takes
 *                 them. Pure.
 *
 * The messages are made to be freed by protobuf-c.
 */
#ifndef DLG_JUDGED_H
#define DLG_JUDGED_H

#include <stdbool.h>
#include <stdint.h>

#include "script/script.h"
#include "yinhu/v1/quality.pb-c.h"

enum { DLG_JUDGED_AT_ONCE = 24, DLG_JUDGED_TURNS = 900 };

/** A dialog without turns, of the script's kind.
 * @return Owned by the caller, NULL when out of memory */
Yinhu__V1__JudgedDialog *dlg_judged_begin(const struct yh_script *script,
					  bool verified, bool fragment);
/** Append what is said next; it takes as long as such a text takes.
 * @param text Borrowed UTF-8; "" changes nothing
 * @return 0, -ENOMEM */
int dlg_judged_say(Yinhu__V1__JudgedDialog *d, bool is_bot, const char *text);
/** How many of the dialogs fit into one request. @param list Shape (n)
 * @return At least 1 if n is not 0 */
size_t dlg_judged_batch(Yinhu__V1__JudgedDialog *const *list, size_t n);

#endif
