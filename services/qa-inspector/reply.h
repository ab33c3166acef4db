/**
 * @file reply.h  What a short answer says: "Will it lose?" "No." says that it
 *                will not lose. Pure.
 *
 * The words of a question that was answered in a word are put into the answer,
 * so that rules judge them as if they had been spoken: 会不会亏? 不会的 says
 * 不会亏; 是存款吗? 对 says 是存款; 一年多少收益? 百分之四 says
 * 一年百分之四收益.
 */
#ifndef QA_REPLY_H
#define QA_REPLY_H

/**
 * What an answer says beside its own words.
 *
 * @param question Borrowed, normalised (text.h): the callee's last turn
 * @param answer   Borrowed, normalised: the turn after it
 * @return Heap string without marks; NULL: nothing (the question is none, or
 *         the answer stands for itself), or out of memory
 */
char *qa_reply(const char *question, const char *answer);

#endif
