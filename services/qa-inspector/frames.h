/**
 * @file frames.h  One line for many sentences:
 * "{这款|这个}产品{绝对|肯定}不亏". Pure.
 *
 * Every part in braces is one of its alternatives (empty ones too). A frame
 * that stands for more than QA_FRAME_MOST sentences gives as many of them,
 * evenly spread and always the same ones.
 */
#ifndef QA_FRAMES_H
#define QA_FRAMES_H

#include <stddef.h>

enum { QA_FRAME_MOST = 12, QA_SENTENCE_MAX = 1024 };

/** @return How many sentences the frame gives, at least 1 */
size_t qa_frame_count(const char *frame);

/** Write sentence i of the frame. @param out Cut at QA_SENTENCE_MAX bytes */
void qa_frame_sentence(const char *frame, size_t i, char out[QA_SENTENCE_MAX]);

#endif
