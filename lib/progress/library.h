/**
 * @file library.h  Recordings of announcements, known again by fingerprint.
 *
 * Pure but for reading and writing the file. A library is read once and then
 * shared by all calls; the customer adds recordings of the carriers' own
 * announcements to it (yinhuctl progress learn). The best recording of each
 * class is followed; a verdict needs one that is clearly nearer than those of
 * the other classes. So what several classes have in common (a jingle, "the
 * number you have dialled" in one voice) decides nothing.
 *
 * The file is text, a recording a line: class, name and the frames as
 * hexadecimal digits (4 a frame; "----" is silence), TABs between; lines that
 * begin with # are for people.
 *
 * Source: the search is that of Haitsma & Kalker 2002 section 5: a code that
 * the library has exactly gives a candidate, the bit error rate of the block
 * before it decides.
 */
#ifndef YH_PROGRESS_LIBRARY_H
#define YH_PROGRESS_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "progress/print.h"
#include "progress/verdict.h"

enum {
	YH_LIBRARY_BLOCK = 100,	  /**< Frames that are compared: 2 s */
	YH_LIBRARY_MAX = 4096,	  /**< Recordings */
	YH_LIBRARY_FRAMES = 3000, /**< In one: 60 s */
	YH_LIBRARY_ALL = 2000000, /**< In all of them */
};

struct yh_library;

/** Read a file.
 * @param error Receives FILE:LINE: and a reason on error, shape (size)
 * @return 0; -errno of the file; -EINVAL (a line, a class, over a limit),
 * -ENOMEM */
int yh_library_read(struct yh_library **out, const char *path, char *error,
		    size_t size);
/** From memory; `path` only names it in errors. @param text Borrowed */
int yh_library_parse(struct yh_library **out, const char *path,
		     const char *text, size_t len, char *error, size_t size);
/** @param l Taken, may be NULL */
void yh_library_destroy(struct yh_library *l);
/** How many recordings it has. */
size_t yh_library_count(const struct yh_library *l);

/** Write a recording's line.
 * @param name Printable, without TAB @param pcm Borrowed, shape (n), 8000 Hz
 * @return 0; -EINVAL (under a second of sound, over 60 s, a bad name), -EIO */
int yh_library_write(FILE *f, enum yh_progress_class class, const char *name,
		     const int16_t *pcm, size_t n);

/** The newest frames of a stream, and what they may be. Zeroed before the
 * first. */
struct yh_block {
	uint16_t bits[YH_LIBRARY_BLOCK];
	bool told[YH_LIBRARY_BLOCK]; /**< The bits say something */
	uint32_t n;		     /**< Frames pushed */
	/** Of each class the recording that fits best. */
	struct yh_track {
		bool live;
		uint16_t recording;
		uint32_t shift; /**< Its frame at the stream's frame 0, mod 2^32
				 */
	} tracks[YH_PROGRESS_CLASSES];
};

/** A recording that a stream is. */
struct yh_match {
	enum yh_progress_class class;
	float error;	 /**< Bits that differ [0..1] */
	uint32_t frames; /**< Compared */
};

/** Push a frame's bits and look for it. Never allocates; bounded by
 * 48 candidates.
 * @param told As yh_print_push() said
 * @param[out] match Set if there is one @return Is there one? */
bool yh_library_match(const struct yh_library *l, struct yh_block *b,
		      uint16_t bits, bool told, struct yh_match *match);
/** What a match supports: by its length and its error. */
struct yh_evidence yh_match_evidence(const struct yh_match *match);

#endif
