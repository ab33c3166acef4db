/**
 * @file case.h  A rule's own test: a dialog in one line.
 *
 *   {age=70,verified=false} b: 您好。|c(angry)[2.5-3]: 喂|a: 再见。
 *
 * Facts in braces; then turns between bars: who (b bot, a agent, c callee; the
 * bot if nobody is named), how, when [s], what. Turns without times follow one
 * another at a calm pace. The dialog has ended.
 */
#ifndef QA_CASE_H
#define QA_CASE_H

#include "dialog.h"

/**
 * Read.
 *
 * @param[out] d Freed with qa_dialog_fini, also on error
 * @param kind   The dialog's kind, unless there is {kind=…}
 * @param text   Borrowed
 * @return 0, -EINVAL (no closing mark, a number that is none), -ENOMEM
 */
int qa_read_case(struct qa_dialog *d, enum qa_kind kind, const char *text);

#endif
