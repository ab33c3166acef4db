/**
 * @file clean.h  What of a text may reach an engine. Pure.
 *
 * Prompts carry texts of others: a customer's name, a product, an amount. An
 * engine may take parts of them for orders: SSML (<break>, <audio src>), MBROLA
 * and espeak phonemes ([[...]]), entities, control characters. So only
 * characters that are spoken, that make a pause, or that numbers are written
 * with are let through; tags, entities and phonemes go with what is in them;
 * what shows nothing (directions, joiners, variation selectors) goes without
 * leaving a blank; all the rest becomes one blank. Full-width digits, letters
 * and signs become ASCII. A pause repeated is one pause: "……" does not hold the
 * line.
 *
 * Source: W3C SSML 1.1 section 2; espeak-ng docs/markup.md; Unicode UAX 9
 * (directions); OWASP, "allow list over deny list".
 */
#ifndef TTS_CLEAN_H
#define TTS_CLEAN_H

#include <stddef.h>

/** @param in Borrowed, meant to be UTF-8 @param out Receives UTF-8 and NUL,
 * never longer than `in`, but for size
 * @return 0, -ENOSPC (cut at a character) */
int tts_clean(const char *in, char *out, size_t size);

#endif
