/** @file recording.c  Both sides of a call, contract in recording.h */
#include <errno.h>
#include <string.h>

#include "audio/g711.h"
#include "recording.h"

enum {
	PER_MS = YH_RATE_HZ / 1000,
	SLIP = DIAL_RECORD_SLIP_MS * PER_MS,
	WAIT = DIAL_RECORD_WAIT_MS * PER_MS,
	LINE = 64, /* bytes of the cache's */
};

int dial_recording_begin(struct dial_recording *r, struct dial_writer *writer,
			 const char *path, uint32_t id)
{
	*r = (struct dial_recording){.writer = writer};
	r->file = dial_file_create(writer, path, id);
	if (!r->file)
		return -ENOMEM;
	for (int i = 0; i < 2; i++)
		r->blocks[i] = dial_writer_take(writer);

	return 0;
}

/* The first block is full and no more late packets are waited for. */
static void turn(struct dial_recording *r)
{
	struct dial_block *b = r->blocks[0];

	if (b) {
		b->file = r->file;
		b->at = r->at;
		b->n = DIAL_BLOCK_SAMPLES;
		dial_writer_put(r->writer, b);
	} else {
		r->lost_blocks++;
	}
	r->at += DIAL_BLOCK_SAMPLES;
	r->blocks[0] = r->blocks[1];
	r->blocks[1] = dial_writer_take(r->writer);
}

static void copy(struct dial_recording *r, bool left, uint32_t at,
		 const uint8_t *alaw, uint32_t n)
{
	while (n) {
		uint32_t off = at - r->at, i = off / DIAL_BLOCK_SAMPLES;
		uint32_t in = off % DIAL_BLOCK_SAMPLES;
		uint32_t k = DIAL_BLOCK_SAMPLES - in < n
				     ? DIAL_BLOCK_SAMPLES - in
				     : n;

		if (i > 1)
			return; /* too early: the slip's bound forbids it */
		if (r->blocks[i])
			memcpy((left ? r->blocks[i]->left
				     : r->blocks[i]->right) +
				       in,
			       alaw, k);
		at += k;
		alaw += k;
		n -= k;
	}
}

static uint32_t place(struct dial_recording *r, uint32_t at, uint32_t ts)
{
	uint32_t to = r->base_at + (ts - r->base_ts);
	int32_t slip = (int32_t)(to - at);

	if (r->placed && slip <= SLIP && slip >= -SLIP)
		return to;
	if (r->placed && at < r->heard_until)
		at = r->heard_until;
	r->placed = true;
	r->base_ts = ts;
	r->base_at = at;

	return at;
}

void dial_recording_heard(struct dial_recording *r, uint32_t at, uint32_t ts,
			  const uint8_t *alaw, uint32_t n)
{
	uint32_t to;

	if (!r->file)
		return;
	to = place(r, at, ts);
	if (to < r->at || to + n > r->at + 2 * DIAL_BLOCK_SAMPLES)
		return; /* too late, or far too early */
	if (r->heard_until && to > r->heard_until)
		dial_file_gap(r->file, r->heard_until, to - r->heard_until);
	if (to + n > r->heard_until)
		r->heard_until = to + n;
	copy(r, true, to, alaw, n);
}

void dial_recording_beat(struct dial_recording *r, const uint8_t *alaw)
{
	if (!r->file)
		return;
	if (alaw)
		copy(r, false, r->now, alaw, YH_FRAME_SAMPLES);
	r->now += YH_FRAME_SAMPLES;
	if (r->now >= r->at + DIAL_BLOCK_SAMPLES + WAIT)
		turn(r);
}

void dial_recording_prefetch(const struct dial_recording *r)
{
	uint32_t off = r->now - r->at, in = off % DIAL_BLOCK_SAMPLES;
	const struct dial_block *b =
		r->blocks[off < 2 * DIAL_BLOCK_SAMPLES
				  ? off / DIAL_BLOCK_SAMPLES
				  : 0];

	if (!r->file || !b)
		return;
	for (uint32_t i = 0; i < YH_FRAME_SAMPLES + LINE; i += LINE) {
		__builtin_prefetch(b->left + in + i, 1);
		__builtin_prefetch(b->right + in + i, 1);
	}
}

/* The rest of a block, or all of it when it is not worth writing. */
static void put_rest(struct dial_recording *r, struct dial_block *b)
{
	uint32_t n = r->now > r->at ? r->now - r->at : 0;

	if (!b)
		return;
	if (n) {
		b->file = r->file;
		b->at = r->at;
		b->n = n;
	}
	dial_writer_put(r->writer, b);
}

void dial_recording_mute(struct dial_recording *r, enum yh_wav_side side,
			 uint32_t at, uint32_t n)
{
	if (r->file)
		dial_file_mute(r->file, side, at, n);
}

void dial_recording_end(struct dial_recording *r)
{
	if (!r->file)
		return;
	if (r->now > r->at + DIAL_BLOCK_SAMPLES)
		turn(r);
	put_rest(r, r->blocks[0]);
	if (r->blocks[1])
		dial_writer_put(r->writer, r->blocks[1]);
	dial_writer_finish(r->writer, r->file);
	r->file = NULL;
}
