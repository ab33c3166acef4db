/** @file script_texts.c  What a script always says, contract in
 * script_texts.h */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "clause.h"
#include "script/script.h"
#include "script_texts.h"

static bool is_known(const struct tts_texts *t, const struct tts_clause *c)
{
	for (size_t i = 0; i < t->n; i++) {
		if (!strncmp(t->list[i], c->p, c->n) && !t->list[i][c->n])
			return true;
	}

	return false;
}

static int add_clause(struct tts_texts *t, const struct tts_clause *c)
{
	if (memchr(c->p, '{', c->n)) {
		t->n_variable++;
		return 0;
	}
	if (is_known(t, c))
		return 0;
	if (t->n == TTS_SCRIPT_CLAUSES)
		return -E2BIG;
	t->list[t->n] = yh_strndup(c->p, c->n);
	if (!t->list[t->n])
		return -ENOMEM;
	t->n++;

	return 0;
}

static int add(struct tts_texts *t, const char *text)
{
	struct tts_clause c[TTS_CLAUSES_MAX];
	size_t n = text ? tts_clauses(text, c) : 0;
	int err = 0;

	for (size_t i = 0; i < n && !err; i++)
		err = add_clause(t, &c[i]);

	return err;
}

static int add_all(struct tts_texts *t, const struct yh_texts *texts)
{
	int err = 0;

	for (unsigned i = 0; i < texts->n && !err; i++)
		err = add(t, texts->list[i]);

	return err;
}

/* A question asked again stands behind what was said before it. */
static int add_state(struct tts_texts *t, const struct yh_state *s)
{
	int err = add_all(t, &s->say);

	err = err ? err : add_all(t, &s->ask);
	err = err ? err : add(t, s->silence.say);
	err = err ? err : add(t, s->keys.say);

	return err ? err : add(t, s->unclear.say);
}

static int add_script(struct tts_texts *t, const struct yh_script *s)
{
	int err = add(t, s->silence.say);

	err = err ? err : add(t, s->unclear.say);
	err = err ? err : add(t, s->keys.say);
	for (unsigned i = 0; i < s->n_states && !err; i++)
		err = add_state(t, &s->states[i]);
	for (unsigned i = 0; i < s->n_answers && !err; i++)
		err = add_all(t, &s->answers[i].say);
	for (unsigned i = 0; i < s->n_slots && !err; i++) {
		err = add(t, s->slots[i].ask);
		err = err ? err : add(t, s->slots[i].clarify);
	}

	return err;
}

int tts_script_texts(struct tts_texts *out, const char *source, char *error,
		     size_t size)
{
	struct yh_script *script;
	int err = yh_script_parse(&script, source, strlen(source), error, size);

	if (err)
		return err;
	*out = (struct tts_texts){
		.list = yh_calloc(TTS_SCRIPT_CLAUSES, sizeof(char *))};
	err = out->list ? add_script(out, script) : -ENOMEM;
	yh_script_destroy(script);
	if (err)
		tts_texts_fini(out);

	return err;
}

void tts_texts_fini(struct tts_texts *t)
{
	for (size_t i = 0; i < t->n; i++)
		yh_free(t->list[i]);
	yh_free(t->list);
	*t = (struct tts_texts){0};
}
