/**
 * @file context.h  What a turn means by the turns before it. Pure.
 */
#ifndef QA_CONTEXT_H
#define QA_CONTEXT_H

#include "match.h"

/**
 * "保本吗?" "不是的,要说保本那是老黄历了": does the turn begin with a no to a
 * question that holds what the rule forbids? Then its words are no claim. A no
 * to what is forbidden by a negation ("不会亏吧?" "不会的") agrees to it.
 */
bool qa_denies(const struct qa_view *v, size_t turn, const struct qa_rule *r);

/**
 * "密码还记得吗?" "记得" "那您说一下": is it meant so by what the same side
 * began in the turn before, where the other side answered with a word between?
 */
bool qa_goes_on(const struct qa_view *v, size_t turn, const struct qa_rule *r);

#endif
