/**
 * @file script_texts.h  The clauses of a script that are the same in every
 *                       call. Pure.
 */
#ifndef TTS_SCRIPT_TEXTS_H
#define TTS_SCRIPT_TEXTS_H

#include <stddef.h>

enum { TTS_SCRIPT_CLAUSES = 4000 };

struct tts_texts {
	char **list; /**< Shape (n), each once, in the script's order */
	size_t n;
	size_t n_variable; /**< Clauses left out, since they carry a variable */
};

/** @param source Borrowed: the script's YAML @param error Receives what is
 * wrong with it (size bytes)
 * @return 0, YH_ERR_BAD_CONFIG, -E2BIG (over TTS_SCRIPT_CLAUSES), -ENOMEM */
int tts_script_texts(struct tts_texts *out, const char *source, char *error,
		     size_t size);
void tts_texts_fini(struct tts_texts *t);

#endif
