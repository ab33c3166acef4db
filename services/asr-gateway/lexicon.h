/**
 * @file lexicon.h  A pronouncing dictionary: phones of any text whose words it
 *                  has.
 *
 * Sphinx's text format: `word phone phone ...` a line, other ways to say it as
 * `word(2)`. A text is divided into the fewest words; what is no word is spelt
 * by its characters. Read once, then for any thread.
 */
#ifndef ASR_LEXICON_H
#define ASR_LEXICON_H

#include <stddef.h>

struct asr_lexicon;

/** Read a file, at most 64 MiB. @param path Borrowed
 * @return 0; -errno of the file, -EFBIG, -EINVAL (no word in it), -ENOMEM */
int asr_lexicon_open(struct asr_lexicon **out, const char *path);
/** @param lex Taken, may be NULL */
void asr_lexicon_close(struct asr_lexicon *lex);

/** Phones of a text. Blanks and punctuation are not said.
 * @param way   Which of the ways to say it, from 0
 * @param out   Receives phones divided by blanks; with -EINVAL the first
 * character that cannot be said
 * @return 0; -ENOENT (no further way), -EINVAL (not in the lexicon, or nothing
 * to say), -ENOSPC */
int asr_lexicon_say(const struct asr_lexicon *lex, const char *text,
		    unsigned way, char *out, size_t size);

#endif
