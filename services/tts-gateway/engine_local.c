/** @file engine_local.c  An engine in this process, contract in
 * engine_local.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "engine_local.h"
#include "loop/pool.h"

struct local {
	struct tts_engine base;
	struct tts_local is;
	float level_dbov;
	struct yh_pool *pool;
};

struct job {
	struct local *engine;
	char *text, *voice;
	struct tts_sound *sound;
	int err;
	tts_sound_cb *cb;
	void *arg;
};

static void free_job(struct job *job)
{
	tts_sound_unref(job->sound);
	yh_free(job->text);
	yh_free(job->voice);
	yh_free(job);
}

static void work(void *arg, unsigned worker)
{
	struct job *job = arg;
	struct local *l = job->engine;
	struct tts_pcm pcm = {0};

	(void)worker;
	job->err = l->is.ops->render(l->is.state, job->text, job->voice, &pcm);
	if (!job->err)
		job->err = tts_to_line(&pcm, l->level_dbov, &job->sound);
	yh_free(pcm.samples);
}

static void on_done(void *arg)
{
	struct job *job = arg;

	job->cb(job->arg, job->err, job->sound);
	free_job(job);
}

static int render(struct tts_engine *e, const char *text, const char *voice,
		  tts_sound_cb *cb, void *arg)
{
	struct local *l = (struct local *)e;
	struct job *job = yh_zalloc(sizeof(*job));
	int err = -ENOMEM;

	if (!job)
		return -ENOMEM;
	job->engine = l;
	job->cb = cb;
	job->arg = arg;
	job->text = yh_strdup(text);
	job->voice = yh_strdup(voice);
	if (job->text && job->voice)
		err = yh_pool_submit(l->pool, job, work, on_done);
	if (err)
		free_job(job);

	return err;
}

static void destroy(struct tts_engine *e)
{
	struct local *l = (struct local *)e;

	yh_pool_close(l->pool);
	l->is.ops->destroy(l->is.state);
	yh_free(l);
}

int tts_engine_local_create(struct tts_engine **out, uv_loop_t *loop,
			    const struct tts_local *local,
			    const struct tts_local_conf *conf)
{
	static const struct tts_engine_ops ops = {render, destroy};
	const struct yh_pool_conf pool = {1, conf->max_jobs};
	struct local *l = yh_zalloc(sizeof(*l));
	int err = l ? yh_pool_open(&l->pool, loop, &pool) : -ENOMEM;

	if (err) {
		local->ops->destroy(local->state);
		yh_free(l);
		return err;
	}
	l->is = *local;
	l->level_dbov = conf->level_dbov;
	l->base.ops = &ops;
	l->base.name = conf->name;
	l->base.max = (unsigned)conf->max_jobs;
	snprintf(l->base.version, TTS_VERSION_MAX, "%s", local->version);
	*out = &l->base;

	return 0;
}
