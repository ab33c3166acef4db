/** @file match.c  Search in the library, contract in library.h */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "library_priv.h"

enum {
	CODES = 65536,
	FRAMES = 70,	  /* that a match needs: 1.4 s */
	LOOK = 24,	  /* frames after which a hopeless one is given up */
	MARGIN = 64,	  /* bits by which it beats all other classes */
	EVERY = 4,	  /* frames between verdicts */
	UNKNOWN_BITS = 8, /* wrong ones of a frame that is not compared */
};

static const float max_error = 0.30f, hopeless = 0.42f;

/* ---- the index -------------------------------------------------------------
 */

static void fill_index(struct yh_library *l)
{
	for (size_t i = 0; i < l->n_frames; i++) {
		if (l->told[i])
			l->start[l->bits[i] + 1]++;
	}
	for (size_t c = 0; c < CODES; c++)
		l->start[c + 1] += l->start[c];
	for (size_t i = 0; i < l->n_frames; i++) {
		if (l->told[i])
			l->at[l->start[l->bits[i]]++] = (uint32_t)i;
	}
	/* Each start has become its end, that is the next one's start. */
	memmove(l->start + 1, l->start, CODES * sizeof(*l->start));
	l->start[0] = 0;
}

int yh_library_index(struct yh_library *l)
{
	l->start = yh_calloc(CODES + 1, sizeof(*l->start));
	l->at = yh_calloc(l->n_frames + 1, sizeof(*l->at));
	l->owner = yh_calloc(l->n_frames + 1, sizeof(*l->owner));
	if (!l->start || !l->at || !l->owner)
		return -ENOMEM;
	for (size_t r = 0; r < l->n; r++) {
		for (uint32_t i = 0; i < l->list[r].n; i++)
			l->owner[l->list[r].first + i] = (uint16_t)r;
	}
	fill_index(l);

	return 0;
}

/* ---- a stream --------------------------------------------------------------
 */

struct fit {
	unsigned frames, wrong; /* compared; bits that differ */
	unsigned cost;		/* wrong bits, and what is not covered */
};

/* How well does the block fit a recording whose frame `at` is the newest? */
static bool fits(const struct yh_library *l, const struct yh_block *b,
		 const struct yh_recording *r, uint32_t at, struct fit *fit)
{
	uint32_t n = b->n < YH_LIBRARY_BLOCK ? b->n : YH_LIBRARY_BLOCK;

	*fit = (struct fit){0};
	for (uint32_t k = 0; k < n; k++) {
		uint32_t i = (b->n - 1 - k) % YH_LIBRARY_BLOCK;
		uint32_t p = at - k; /* wraps around: then it is outside */

		if (!b->told[i])
			continue;
		if (p >= r->n || !l->told[r->first + p]) {
			fit->cost += UNKNOWN_BITS;
			continue;
		}
		fit->frames++;
		fit->wrong += (unsigned)__builtin_popcount(
			(unsigned)b->bits[i] ^ l->bits[r->first + p]);
		if (fit->frames == LOOK &&
		    (float)fit->wrong > hopeless * 16 * LOOK)
			return false;
	}
	fit->cost += fit->wrong;

	return fit->frames &&
	       (float)fit->wrong <= max_error * 16 * (float)fit->frames;
}

static bool follow(const struct yh_library *l, const struct yh_block *b,
		   const struct yh_track *t, struct fit *fit)
{
	return t->live &&
	       fits(l, b, &l->list[t->recording], t->shift + b->n - 1, fit);
}

/* Follow it if it fits better than what is followed for its class. */
static void consider(const struct yh_library *l, struct yh_block *b,
		     uint32_t frame)
{
	const struct yh_recording *r = &l->list[l->owner[frame]];
	struct yh_track *t = &b->tracks[r->class];
	struct yh_track other = {.live = true,
				 .recording = l->owner[frame],
				 .shift = frame - r->first - (b->n - 1)};
	struct fit now, old;

	if (t->live && t->recording == other.recording &&
	    t->shift == other.shift)
		return;
	if (!follow(l, b, &other, &now) || now.frames < LOOK)
		return;
	if (!follow(l, b, t, &old) || now.cost < old.cost)
		*t = other;
}

static bool decide(const struct yh_library *l, struct yh_block *b,
		   struct yh_match *match)
{
	struct fit best = {0}, fit;
	unsigned second = UINT32_MAX, class = 0;

	for (unsigned c = 0; c < YH_PROGRESS_CLASSES; c++) {
		b->tracks[c].live = follow(l, b, &b->tracks[c], &fit);
		if (!b->tracks[c].live)
			continue;
		if (!class || fit.cost < best.cost) {
			second = class ? best.cost : second;
			best = fit;
			class = c;
		} else if (fit.cost < second) {
			second = fit.cost;
		}
	}
	if (!class || best.frames < FRAMES ||
	    (second != UINT32_MAX && second < best.cost + MARGIN))
		return false;
	*match = (struct yh_match){
		.class = (enum yh_progress_class) class,
		.error = (float)best.wrong / (16 * (float)best.frames),
		.frames = best.frames,
	};

	return true;
}

bool yh_library_match(const struct yh_library *l, struct yh_block *b,
		      uint16_t bits, bool told, struct yh_match *match)
{
	uint32_t from = l->start[bits], until = l->start[bits + 1];

	b->bits[b->n % YH_LIBRARY_BLOCK] = bits;
	b->told[b->n++ % YH_LIBRARY_BLOCK] = told;
	if (!told)
		return false;
	if (until > from + YH_CANDIDATES)
		until = from + YH_CANDIDATES;
	for (; from < until; from++)
		consider(l, b, l->at[from]);

	return b->n % EVERY == 0 && decide(l, b, match);
}

struct yh_evidence yh_match_evidence(const struct yh_match *m)
{
	float full = (float)m->frames / YH_LIBRARY_BLOCK;
	float support = 0.7f + 0.28f * full - 0.6f * m->error;

	return (struct yh_evidence){m->class, support};
}
