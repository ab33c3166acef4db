/** @file prompt.c  A prompt of clauses, contract in prompt.h */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "clause.h"
#include "clean.h"
#include "prompt.h"
#include "reading.h"
#include "tts_metrics.h"

enum { READING_MAX = 8 * TTS_PROMPT_MAX + 64 };

/* A clause, or several that one recording speaks. */
struct part {
	struct prompt *prompt;
	char *reading;		 /* what the engine is given; NULL: recorded */
	struct tts_sound *sound; /* one reference, or NULL */
	unsigned pause_ms;
};

struct prompt {
	const struct tts_studio *studio;
	const struct tts_voice *voice;
	unsigned rung, waiting;
	int err; /* of this rung */
	struct tts_said said;
	struct part parts[TTS_CLAUSES_MAX]; /* shape (n) */
	size_t n;
	tts_said_cb *cb;
	void *arg;
};

static void free_prompt(struct prompt *p)
{
	for (size_t i = 0; i < p->n; i++) {
		yh_free(p->parts[i].reading);
		tts_sound_unref(p->parts[i].sound);
	}
	yh_free(p);
}

/* ---- the end ---------------------------------------------------------------
 */

static void finish(struct prompt *p, int err)
{
	p->cb(p->arg, err, &p->said);
	tts_sound_unref(p->said.sound);
	free_prompt(p);
}

static void join(struct prompt *p)
{
	struct tts_sound *sounds[TTS_CLAUSES_MAX];
	unsigned pause_ms[TTS_CLAUSES_MAX];

	for (size_t i = 0; i < p->n; i++) {
		sounds[i] = p->parts[i].sound;
		pause_ms[i] = p->parts[i].pause_ms;
	}
	finish(p, tts_join(sounds, pause_ms, p->n, &p->said.sound));
}

/* ---- a rung ----------------------------------------------------------------
 */

static void ask(struct prompt *p);

static void forget_rendered(struct prompt *p)
{
	p->said.n_cached = 0;
	for (size_t i = 0; i < p->n; i++) {
		struct part *part = &p->parts[i];

		if (!part->reading)
			continue;
		tts_sound_unref(part->sound);
		part->sound = NULL;
	}
}

static void settle(struct prompt *p)
{
	const char *failed = p->voice->rungs[p->rung].engine->name;

	if (!p->err) {
		join(p);
		return;
	}
	if (p->err == -ECANCELED || p->rung + 1 >= p->voice->n) {
		finish(p, p->err);
		return;
	}
	yh_metric_add_l(&tts_m_failovers, failed, 1);
	forget_rendered(p);
	p->rung++;
	ask(p);
}

static void on_clause(void *arg, int err, struct tts_sound *sound, bool cached)
{
	struct part *part = arg;
	struct prompt *p = part->prompt;

	if (err) {
		p->err = p->err ? p->err : err;
	} else {
		part->sound = sound;
		sound->refs++;
		p->said.n_cached += cached;
	}
	if (!--p->waiting)
		settle(p);
}

/* One more waits than was asked for: answers may come at once. */
static void ask(struct prompt *p)
{
	const struct tts_rung *rung = &p->voice->rungs[p->rung];

	p->err = 0;
	p->waiting = 1;
	for (size_t i = 0; i < p->n && !p->err; i++) {
		struct part *part = &p->parts[i];
		int err;

		if (!part->reading)
			continue;
		p->said.engine = rung->engine->name;
		p->waiting++;
		err = tts_speaker_get(p->studio->speaker, rung, part->reading,
				      on_clause, part);
		if (err) {
			p->err = err;
			p->waiting--;
		}
	}
	if (!--p->waiting)
		settle(p);
}

/* ---- the text --------------------------------------------------------------
 */

/* @param[out] out To free; NULL: there is nothing to say in it */
static int read_clause(const struct tts_clause *c, char **out)
{
	char raw[TTS_PROMPT_MAX + 1], clean[TTS_PROMPT_MAX + 1];
	char reading[READING_MAX];

	memcpy(raw, c->p, c->n);
	raw[c->n] = '\0';
	*out = NULL;
	if (tts_clean(raw, clean, sizeof(clean)) ||
	    tts_reading(clean, reading, sizeof(reading)))
		return -EMSGSIZE;
	if (!tts_can_be_said(reading))
		return 0;
	*out = yh_strdup(reading);

	return *out ? 0 : -ENOMEM;
}

static int add_part(struct prompt *p, const struct tts_clause *c, size_t n,
		    size_t *covered)
{
	struct part *part = &p->parts[p->n];
	int err;

	*covered = 1;
	*part = (struct part){.prompt = p};
	part->sound = tts_recorded_find(p->studio->recorded, p->voice->name, c,
					n, covered);
	part->pause_ms = c[*covered - 1].pause_ms;
	if (part->sound) {
		part->sound->refs++;
		p->said.n_recorded += *covered;
		yh_metric_add(&tts_m_recorded, (double)*covered);
		p->n++;
		return 0;
	}
	err = read_clause(c, &part->reading);
	p->n += part->reading != NULL;
	p->said.n_clauses -= part->reading == NULL; /* an emoji, say */

	return err;
}

static int part_text(struct prompt *p, const char *text)
{
	struct tts_clause c[TTS_CLAUSES_MAX];
	size_t n = tts_clauses(text, c), covered;
	int err = 0;

	p->said.n_clauses = n;
	for (size_t i = 0; i < n && !err; i += covered)
		err = add_part(p, &c[i], n - i, &covered);

	return err;
}

int tts_prompt_say(const struct tts_studio *studio,
		   const struct tts_voice *voice, const char *text,
		   tts_said_cb *cb, void *arg)
{
	struct prompt *p =
		strlen(text) <= TTS_PROMPT_MAX ? yh_zalloc(sizeof(*p)) : NULL;
	int err;

	if (!p)
		return strlen(text) > TTS_PROMPT_MAX ? -EMSGSIZE : -ENOMEM;
	p->studio = studio;
	p->voice = voice;
	p->cb = cb;
	p->arg = arg;
	p->said.engine = "recorded";
	err = part_text(p, text);
	if (err) {
		free_prompt(p);
		return err;
	}
	if (!p->n)
		finish(p, -ENODATA);
	else
		ask(p);

	return 0;
}
