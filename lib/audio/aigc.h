/**
 * @file aigc.h  The label of synthetic audio that machines read: a chunk in a
 *               WAV file.
 *
 * The chunk is named `AIGC` and holds one JSON object of seven texts: Label
 * ("1": generated), ContentProducer, ProduceID, ReservedCode1,
 * ContentPropagator, PropagateID, ReservedCode2. Whoever makes the content is
 * its first propagator, under the same number. Readers that do not know the
 * chunk skip it.
 *
 * Pure. Source: GB 45438-2025 (implicit labels, fields of the metadata) and
 * its practice guides for files, which name the chunk of WAV; RIFF (Microsoft,
 * 1994).
 */
#ifndef YH_AIGC_H
#define YH_AIGC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	YH_AIGC_TEXT_MAX = 128, /**< Of either text [bytes] */
	YH_AIGC_CHUNK_MAX = 1024,
};

struct yh_aigc {
	const char *producer; /**< Name or code of who answers for it */
	const char *id;	      /**< Number of this content, unique with it */
};

/** May it stand in a label? 1..YH_AIGC_TEXT_MAX bytes, no control character,
 * quotation mark or backslash. */
bool yh_aigc_text_ok(const char *text);
/** Write the chunk, header and padding included.
 * @return Its bytes, even; 0 when a text must not stand in it */
size_t yh_aigc_chunk(const struct yh_aigc *label,
		     uint8_t out[YH_AIGC_CHUNK_MAX]);
/** Has a WAV file such a label, ahead of its data?
 * @param file Borrowed, its beginning, shape (n) */
bool yh_aigc_is_labelled(const uint8_t *file, size_t n);

#endif
