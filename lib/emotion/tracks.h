/**
 * @file tracks.h  What is measured of speech every 10 ms. Pure.
 *
 * Nothing here depends on the level of the line: energies are relative to the
 * loudest tenth of the utterance.
 *
 * Source: after Eyben et al., "The Geneva minimalistic acoustic parameter set
 * (GeMAPS)", 2016, on the telephone band.
 */
#ifndef YH_EMOTION_TRACKS_H
#define YH_EMOTION_TRACKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* TRACK(name, frames that count: 'v'oiced or 's'poken) */
#define YH_TRACKS(TRACK)                                                       \
	TRACK(f0, 'v')	       /* semitones over 27.5 Hz */                    \
	TRACK(strength, 'v')   /* of the period, [0..1] */                     \
	TRACK(jitter, 'v')     /* ratio */                                     \
	TRACK(shimmer, 'v')    /* ratio */                                     \
	TRACK(energy, 's')     /* dB */                                        \
	TRACK(centroid, 'v')   /* Hz */                                        \
	TRACK(rolloff, 'v')    /* 85 % of the power is below [Hz] */           \
	TRACK(entropy, 'v')    /* of the power over the bins, [0..1] */        \
	TRACK(flux, 's')       /* distance to the frame before, [0..2] */      \
	TRACK(alpha, 'v')      /* above 1 kHz against below, dB */             \
	TRACK(hammarberg, 'v') /* peak below 2 kHz against above, dB */        \
	TRACK(low_slope, 'v')  /* 200..800 Hz, dB/kHz */                       \
	TRACK(slope, 'v')      /* 500..3500 Hz, dB/kHz */                      \
	TRACK(h1_h2, 'v')      /* first harmonic against second, dB */         \
	TRACK(formant1, 'v')   /* Hz */                                        \
	TRACK(formant2, 'v')   /* Hz */                                        \
	TRACK(formant_db, 'v') /* first formant over the harmonics, dB */      \
	TRACK(mfcc1, 's')                                                      \
	TRACK(mfcc2, 's')                                                      \
	TRACK(mfcc3, 's')                                                      \
	TRACK(mfcc4, 's')                                                      \
	TRACK(mfcc5, 's')                                                      \
	TRACK(mfcc6, 's')                                                      \
	TRACK(mfcc7, 's')                                                      \
	TRACK(mfcc8, 's')                                                      \
	TRACK(mfcc9, 's')                                                      \
	TRACK(mfcc10, 's')                                                     \
	TRACK(mfcc11, 's')                                                     \
	TRACK(mfcc12, 's')

enum yh_track {
#define TRACK(name, frames) YH_TRACK_##name,
	YH_TRACKS(TRACK)
#undef TRACK
		YH_N_TRACKS
};

/** One frame. */
struct yh_track_frame {
	float v[YH_N_TRACKS];
	bool voiced, spoken; /**< Voiced is spoken, too */
};

/** Frames that n samples give. */
size_t yh_tracks_frames(size_t n);
/** Measure.
 * @param pcm Borrowed, shape (n), 8000 Hz, full scale 32768
 * @param[out] out Shape (yh_tracks_frames(n))
 * @return 0, -ENOMEM */
int yh_tracks(const int16_t *pcm, size_t n, struct yh_track_frame *out);

#endif
