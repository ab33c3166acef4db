/**
 * @file recorded.h  Prompts that a person has recorded, in place of an engine.
 *
 * A folder with index.yaml, a list of
 *
 *   - {file: hello.wav, text: "您好，这里是银湖银行。", voice: service,
 *      sha256: 9f…}
 *
 * `text` is one clause or several of a prompt; blanks and marks do not count.
 * `voice` is the voice that it replaces, absent: every one; `sha256` of the
 * file, where it must be that very take. All of it is read, checked, brought to
 * the line's rate and level and held in memory at the start; a file that is
 * missing, of another format, silent, clipped, or there twice refuses the start
 * and is named.
 *
 * Pure but for loading. Source: own design; P.56 level as line.h.
 */
#ifndef TTS_RECORDED_H
#define TTS_RECORDED_H

#include "clause.h"
#include "line.h"

enum {
	TTS_RECORDED_MAX = 2000,
	TTS_RECORDED_BYTES = 64 << 20, /**< A-law of all */
	TTS_RECORDED_CLAUSES = 8,      /**< That one recording may span */
};

struct tts_recorded;

/** @param dir   "": nothing is recorded
 * @param error Receives what is wrong and in which file (size bytes)
 * @return 0, YH_ERR_BAD_CONFIG, -ENOMEM */
int tts_recorded_load(struct tts_recorded **out, const char *dir,
		      float level_dbov, char *error, size_t size);
/** @param r Taken, may be NULL */
void tts_recorded_destroy(struct tts_recorded *r);
/** The longest recording that begins with the first clause.
 * @param voice Borrowed @param c Borrowed, shape (n)
 * @param[out] covered Clauses that it speaks, when found
 * @return Borrowed; NULL: there is none */
struct tts_sound *tts_recorded_find(const struct tts_recorded *r,
				    const char *voice,
				    const struct tts_clause *c, size_t n,
				    size_t *covered);

#endif
