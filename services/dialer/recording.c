/** @file recording.c  Both sides of a call, contract in recording.h */
#include <errno.h>
#include <string.h>

#include "audio/g711.h"
#include "audio/wav.h"
#include "base/mem.h"
#include "recording.h"

struct job {
	uv_work_t work;
	char *path;
	uint8_t *left, *right;
	size_t n;
	uint32_t id;
	int err;
	char sha256[65];
	dial_recorded_cb *cb;
	void *arg;
};

void dial_recording_heard(struct dial_recording *r, const uint8_t *alaw)
{
	unsigned at = (r->first + r->waiting) % DIAL_FIFO;

	memcpy(r->fifo[at], alaw, YH_FRAME_SAMPLES);
	if (r->waiting < DIAL_FIFO)
		r->waiting++;
	else
		r->first = (r->first + 1) % DIAL_FIFO; /* they run faster */
}

static bool grow(struct dial_recording *r)
{
	size_t max = (size_t)DIAL_RECORD_MS * YH_RATE_HZ / 1000;
	size_t cap = r->cap ? r->cap * 2 : YH_RATE_HZ;
	uint8_t *left, *right;

	if (r->n + YH_FRAME_SAMPLES > max)
		return false;
	if (r->n + YH_FRAME_SAMPLES <= r->cap)
		return true;
	left = yh_realloc(r->left, cap);
	if (!left)
		return false;
	r->left = left;
	right = yh_realloc(r->right, cap);
	if (!right)
		return false;
	r->right = right;
	r->cap = cap;

	return true;
}

void dial_recording_beat(struct dial_recording *r, const uint8_t *bot)
{
	if (!grow(r))
		return;
	memcpy(r->right + r->n, bot, YH_FRAME_SAMPLES);
	if (r->waiting) {
		memcpy(r->left + r->n, r->fifo[r->first], YH_FRAME_SAMPLES);
		r->first = (r->first + 1) % DIAL_FIFO;
		r->waiting--;
	} else {
		memset(r->left + r->n, YH_ALAW_SILENCE, YH_FRAME_SAMPLES);
	}
	r->n += YH_FRAME_SAMPLES;
}

void dial_recording_fini(struct dial_recording *r)
{
	yh_free(r->left);
	yh_free(r->right);
	*r = (struct dial_recording){0};
}

static void free_job(struct job *job)
{
	yh_free(job->path);
	yh_free(job->left);
	yh_free(job->right);
	yh_free(job);
}

static void do_write(uv_work_t *w)
{
	struct job *job = w->data;

	job->err = yh_wav_write(job->path, job->left, job->right, job->n,
				job->sha256);
}

static void on_written(uv_work_t *w, int status)
{
	struct job *job = w->data;

	job->cb(job->arg, job->id, status ? status : job->err, job->sha256);
	free_job(job);
}

int dial_recording_write(struct dial_recording *r, uv_loop_t *loop,
			 const char *path, uint32_t id, dial_recorded_cb *cb,
			 void *arg)
{
	struct job *job;
	int err;

	if (!r->n)
		return -ENODATA;
	job = yh_zalloc(sizeof(*job));
	if (job)
		job->path = yh_strdup(path);
	if (!job || !job->path) {
		yh_free(job);
		return -ENOMEM;
	}
	job->work.data = job;
	job->left = r->left;
	job->right = r->right;
	job->n = r->n;
	job->id = id;
	job->cb = cb;
	job->arg = arg;
	*r = (struct dial_recording){0};
	err = uv_queue_work(loop, &job->work, do_write, on_written);
	if (err)
		free_job(job);

	return err;
}
