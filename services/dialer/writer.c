/** @file writer.c  Recordings on the disk, contract in writer.h */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "audio/g711.h"
#include "base/mem.h"
#include "writer.h"

struct dial_file {
	struct dial_file *next; /* of the finished ones */
	char *path;
	const char *producer; /* the writer's */
	uint32_t id;
	struct yh_wav *wav;
	int err;
	uint32_t n_gaps, n_mutes;
	struct yh_wav_gap gaps[YH_WAV_GAPS], mutes[YH_WAV_GAPS];
	enum yh_wav_side muted[YH_WAV_GAPS];
};

struct dial_writer {
	pthread_t thread;
	pthread_mutex_t lock;
	struct dial_block *free, *first, **last;
	struct dial_file *finished;
	unsigned n_blocks; /* allocated */
	bool ending;
	const char *producer;
	dial_written_cb *cb;
	void *arg;
};

/* ---- files -----------------------------------------------------------------
 */

struct dial_file *dial_file_create(const struct dial_writer *w,
				   const char *path, uint32_t id)
{
	struct dial_file *f = yh_zalloc(sizeof(*f));

	if (f)
		f->path = yh_strdup(path);
	if (!f || !f->path) {
		yh_free(f);
		return NULL;
	}
	memset(f->gaps, 0, sizeof(f->gaps)); /* its pages now */
	memset(f->mutes, 0, sizeof(f->mutes));
	f->id = id;
	f->producer = w->producer;

	return f;
}

void dial_file_gap(struct dial_file *f, uint32_t at, uint32_t n)
{
	if (f->n_gaps < YH_WAV_GAPS)
		f->gaps[f->n_gaps++] = (struct yh_wav_gap){at, n};
}

void dial_file_mute(struct dial_file *f, enum yh_wav_side side, uint32_t at,
		    uint32_t n)
{
	if (f->n_mutes == YH_WAV_GAPS)
		return;
	f->muted[f->n_mutes] = side;
	f->mutes[f->n_mutes++] = (struct yh_wav_gap){at, n};
}

static int open_wav(struct dial_file *f)
{
	const char *slash = strrchr(f->path, '/');
	const char *name = slash ? slash + 1 : f->path;
	char id[YH_AIGC_TEXT_MAX + 1];
	const struct yh_aigc label = {f->producer, id};

	snprintf(id, sizeof(id), "%.*s", (int)strcspn(name, "."), name);

	return yh_wav_open(&f->wav, f->path, &label);
}

static void write_block(struct dial_file *f, const struct dial_block *b)
{
	if (!f->wav && !f->err)
		f->err = open_wav(f);
	if (!f->err && b->n)
		f->err = yh_wav_add(f->wav, b->at, b->left, b->right, b->n);
}

static void finish(struct dial_writer *w, struct dial_file *f)
{
	const struct yh_wav_made none = {0};
	struct yh_wav_made made = {0};
	int err = -ENODATA;

	for (uint32_t i = 0; f->wav && !f->err && i < f->n_mutes; i++)
		f->err = yh_wav_mute(f->wav, f->muted[i], f->mutes[i].at,
				     f->mutes[i].n);
	if (f->wav)
		err = yh_wav_close(f->wav, f->gaps, f->n_gaps, &made);
	if (f->err)
		err = f->err;
	w->cb(w->arg, f->id, err, err ? &none : &made);
	yh_free(f->path);
	yh_free(f);
}

/* ---- the thread ------------------------------------------------------------
 */

static void give_back(struct dial_writer *w, struct dial_block *b)
{
	pthread_mutex_lock(&w->lock);
	b->next = w->free;
	w->free = b;
	pthread_mutex_unlock(&w->lock);
}

static void write_blocks(struct dial_writer *w, struct dial_block *b)
{
	struct dial_block *next;

	for (; b; b = next) {
		next = b->next;
		write_block(b->file, b);
		give_back(w, b);
	}
}

static void finish_files(struct dial_writer *w, struct dial_file *f)
{
	struct dial_file *next;

	for (; f; f = next) {
		next = f->next;
		finish(w, f);
	}
}

/* What a file's blocks are, was put before it was finished: blocks first. */
static bool work(struct dial_writer *w)
{
	struct dial_block *blocks;
	struct dial_file *files;
	bool ending;

	pthread_mutex_lock(&w->lock);
	blocks = w->first;
	w->first = NULL;
	w->last = &w->first;
	files = w->finished;
	w->finished = NULL;
	ending = w->ending;
	pthread_mutex_unlock(&w->lock);
	write_blocks(w, blocks);
	finish_files(w, files);

	return !ending;
}

static void *run(void *arg)
{
	const struct timespec pause = {.tv_nsec = DIAL_WRITER_MS * 1000000};

	while (work(arg))
		nanosleep(&pause, NULL);

	return NULL;
}

/* ---- blocks ----------------------------------------------------------------
 */

int dial_writer_reserve(struct dial_writer *w, unsigned calls)
{
	struct dial_block *b;

	while (w->n_blocks < calls * DIAL_BLOCKS_A_CALL) {
		b = yh_zalloc(sizeof(*b));
		if (!b)
			return -ENOMEM;
		memset(b, 0, sizeof(*b)); /* its pages now */
		give_back(w, b);
		w->n_blocks++;
	}

	return 0;
}

struct dial_block *dial_writer_take(struct dial_writer *w)
{
	struct dial_block *b;

	pthread_mutex_lock(&w->lock);
	b = w->free;
	if (b)
		w->free = b->next;
	pthread_mutex_unlock(&w->lock);
	if (!b)
		return NULL;
	b->next = NULL;
	b->file = NULL;
	b->at = b->n = 0;
	memset(b->left, YH_ALAW_SILENCE, sizeof(b->left));
	memset(b->right, YH_ALAW_SILENCE, sizeof(b->right));

	return b;
}

void dial_writer_put(struct dial_writer *w, struct dial_block *b)
{
	if (!b->file) {
		give_back(w, b);
		return;
	}
	pthread_mutex_lock(&w->lock);
	b->next = NULL;
	*w->last = b;
	w->last = &b->next;
	pthread_mutex_unlock(&w->lock);
}

void dial_writer_finish(struct dial_writer *w, struct dial_file *f)
{
	pthread_mutex_lock(&w->lock);
	f->next = w->finished;
	w->finished = f;
	pthread_mutex_unlock(&w->lock);
}

/* Workers run before the writer and must not wait for it to run again. */
static void init_lock(pthread_mutex_t *lock)
{
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT);
	pthread_mutex_init(lock, &attr);
	pthread_mutexattr_destroy(&attr);
}

int dial_writer_open(struct dial_writer **out, const char *producer,
		     dial_written_cb *cb, void *arg)
{
	struct dial_writer *w = yh_zalloc(sizeof(*w));
	int err;

	if (!w)
		return -ENOMEM;
	w->last = &w->first;
	w->producer = producer;
	w->cb = cb;
	w->arg = arg;
	init_lock(&w->lock);
	err = pthread_create(&w->thread, NULL, run, w);
	if (err) {
		pthread_mutex_destroy(&w->lock);
		yh_free(w);
		return -err;
	}
	pthread_setname_np(w->thread, "dialer-writer");
	*out = w;

	return 0;
}

void dial_writer_close(struct dial_writer *w)
{
	struct dial_block *b;

	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->ending = true;
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	while ((b = w->free)) {
		w->free = b->next;
		yh_free(b);
	}
	pthread_mutex_destroy(&w->lock);
	yh_free(w);
}
