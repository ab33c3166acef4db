/** @file case.c  A dialog from one line, contract in case.h. Pure. */
#include "case.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text.h"

enum { MS_PER_CHAR = 240, LEAST_MS = 800, PAUSE_MS = 600 };

static int take_fact(struct qa_dialog *d, const char *name, const char *value)
{
	char *end;
	double number = strtod(value, &end);

	if (!strcmp(name, "bank_name")) {
		yh_free(d->bank_name);
		d->bank_name = yh_strdup(value);
		return d->bank_name ? 0 : -ENOMEM;
	}
	if (!strcmp(name, "kind")) {
		d->kind = qa_kind_of(value);
		return d->kind ? 0 : -EINVAL;
	}
	if (!strcmp(value, "true") || !strcmp(value, "false"))
		return qa_dialog_fact(d, name, *value == 't');
	if (end == value || *end)
		return -EINVAL;

	return qa_dialog_fact(d, name, number);
}

/* "{a=1,b=true} " @return 0, -EINVAL, -ENOMEM; *at behind it */
static int take_facts(struct qa_dialog *d, char **at)
{
	char *end, *fact, *rest, *value;
	int err = 0;

	if (**at != '{')
		return 0;
	end = strchr(*at, '}');
	if (!end)
		return -EINVAL;
	*end = '\0';
	for (fact = strtok_r(*at + 1, ",", &rest); fact && !err;
	     fact = strtok_r(NULL, ",", &rest)) {
		value = strchr(fact, '=');
		if (!value)
			return -EINVAL;
		*value++ = '\0';
		err = take_fact(d, fact, value);
	}
	*at = end + 1 + strspn(end + 1, " ");

	return err;
}

/* What stands before a turn's words. */
struct head {
	enum qa_speaker speaker;
	char emotion[32];
	double from_s, to_s; /* -1: not told */
};

/* @return The words */
static const char *take_head(struct head *h, const char *s)
{
	const char *p = s + 1;
	int n;

	*h = (struct head){QA_BOT, "", -1, -1};
	if (*s != 'a' && *s != 'b' && *s != 'c')
		return s;
	if (sscanf(p, "(%31[a-z])%n", h->emotion, &n) == 1)
		p += n;
	if (sscanf(p, "[%lf-%lf]%n", &h->from_s, &h->to_s, &n) == 2)
		p += n;
	if (*p != ':') {
		*h = (struct head){QA_BOT, "", -1, -1};
		return s;
	}
	h->speaker = *s == 'a' ? QA_AGENT : *s == 'b' ? QA_BOT : QA_CALLEE;

	return p + 1 + strspn(p + 1, " ");
}

static int take_turn(struct qa_dialog *d, const char *s, uint32_t *now_ms)
{
	struct head h;
	uint32_t from = *now_ms, to;
	int err;

	s = take_head(&h, s + strspn(s, " "));
	to = from + LEAST_MS + (uint32_t)qa_spoken_chars(s) * MS_PER_CHAR;
	if (h.from_s >= 0) {
		from = (uint32_t)(h.from_s * 1000 + 0.5);
		to = (uint32_t)(h.to_s * 1000 + 0.5);
	}
	*now_ms = to + PAUSE_MS;
	err = qa_dialog_add(d, h.speaker, from, to, s, NULL);
	if (err || !h.emotion[0])
		return err;
	d->turns[d->n_turns - 1].emotion = yh_strdup(h.emotion);

	return d->turns[d->n_turns - 1].emotion ? 0 : -ENOMEM;
}

int qa_read_case(struct qa_dialog *d, enum qa_kind kind, const char *text)
{
	char *copy = yh_strdup(text), *at = copy, *turn, *rest;
	uint32_t now_ms = PAUSE_MS;
	int err = copy ? 0 : -ENOMEM;

	memset(d, 0, sizeof(*d));
	d->kind = kind;
	d->ended = true;
	if (!err)
		err = take_facts(d, &at);
	for (turn = err ? NULL : strtok_r(at, "|", &rest); turn && !err;
	     turn = strtok_r(NULL, "|", &rest))
		err = take_turn(d, turn, &now_ms);
	if (!err)
		qa_dialog_sort(d);
	yh_free(copy);

	return err;
}
