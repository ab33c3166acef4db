/** @file read.c  Dialogs from JSON, contract in read.h. Pure. */
#include "read.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"

static int speaker_of(const char *word)
{
	static const struct {
		const char *word;
		enum qa_speaker speaker;
	} speakers[] = {
		{"bot", QA_BOT}, {"agent", QA_AGENT}, {"callee", QA_CALLEE}};

	for (size_t i = 0; word && i < YH_ARRAY_LEN(speakers); i++) {
		if (!strcmp(speakers[i].word, word))
			return (int)speakers[i].speaker;
	}

	return 0;
}

static const char *string_of(json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static uint32_t ms_of(json_t *o, const char *key)
{
	double s = json_number_value(json_object_get(o, key));

	return s > 0 && s < 86400 ? (uint32_t)(s * 1000 + 0.5) : 0;
}

static int read_turn(struct qa_dialog *d, json_t *t)
{
	int speaker = speaker_of(string_of(t, "speaker"));
	const char *text = string_of(t, "text");
	int err;

	if (!speaker || !text)
		return -EINVAL;
	err = qa_dialog_add(d, (enum qa_speaker)speaker, ms_of(t, "start"),
			    ms_of(t, "end"), text, string_of(t, "intent"));
	if (err || !string_of(t, "emotion"))
		return err;
	d->turns[d->n_turns - 1].emotion = yh_strdup(string_of(t, "emotion"));

	return d->turns[d->n_turns - 1].emotion ? 0 : -ENOMEM;
}

static int read_meta(struct qa_dialog *d, json_t *meta)
{
	const char *key;
	json_t *v;
	int err = 0;

	if (string_of(meta, "bank_name")) {
		d->bank_name = yh_strdup(string_of(meta, "bank_name"));
		if (!d->bank_name)
			return -ENOMEM;
	}
	json_object_foreach(meta, key, v)
	{
		if (json_is_boolean(v))
			err = qa_dialog_fact(d, key, json_is_true(v));
		else if (json_is_number(v))
			err = qa_dialog_fact(d, key, json_number_value(v));
		if (err)
			return err;
	}

	return 0;
}

int qa_read_dialog(struct qa_dialog *d, json_t *line)
{
	json_t *t;
	size_t i;
	int err;

	memset(d, 0, sizeof(*d));
	d->kind = qa_kind_of(string_of(line, "kind"));
	if (!d->kind)
		return -EINVAL;
	d->ended = true;
	err = read_meta(d, json_object_get(line, "meta"));
	json_array_foreach(json_object_get(line, "turns"), i, t)
	{
		if (!err)
			err = read_turn(d, t);
	}
	if (!err)
		qa_dialog_sort(d);

	return err;
}
