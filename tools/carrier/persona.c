/*
 * From the file as written to personas with every default filled in.
 */
#include "persona.h"

#include "persona_yaml.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	FILE_MAX = 8 << 20,
	RING_MS_MAX = 600000,
	BEEP_MS_MAX = 5000,
	AGAIN_AFTER_MS = 1500,
	SILENT_AFTER_MS = 6000,
	HANG_OVER_MS = 700,
	PATIENCE_MS = 30000,
	MAX_CALL_MS = 300000,
};

/* What a kind does unless the file says otherwise. */
static const struct kind {
	const char *name;
	uint16_t code;
	int q850;
	uint32_t ring_ms;
	const char *announce;
} KINDS[] = {
	[CAR_TALK] = {"talk", 200, 0, 600, NULL},
	[CAR_SILENT] = {"silent", 200, 0, 600, NULL},
	[CAR_BUSY] = {"busy", 486, 17, 0, NULL},
	[CAR_NO_ANSWER] = {"no_answer", 480, 19, 60000, NULL},
	[CAR_VACANT] = {"vacant", 404, 1, 0,
			"您拨打的号码是空号，请核对后再拨"},
	[CAR_POWERED_OFF] = {"powered_off", 480, 20, 0,
			     "您拨打的电话已关机，请稍后再拨"},
	[CAR_DECLINE] = {"decline", 603, 21, 1500, NULL},
	[CAR_REJECT] = {"reject", 0, 0, 0, NULL},
	[CAR_IGNORE] = {"ignore", 0, 0, 0, NULL},
};

static const struct {
	uint16_t code;
	const char *phrase;
} PHRASES[] = {
	{200, "OK"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{408, "Request Timeout"},
	{480, "Temporarily Unavailable"},
	{484, "Address Incomplete"},
	{486, "Busy Here"},
	{488, "Not Acceptable Here"},
	{500, "Server Internal Error"},
	{503, "Service Unavailable"},
	{603, "Decline"},
};

struct pattern {
	const char *digits;
	bool is_prefix;
	size_t persona;
};

struct car_cast {
	struct car_y_cast *raw; /* owns all strings but voice names */
	struct car_persona *personas;
	size_t n_personas;
	struct pattern *patterns;
	size_t n_patterns;
};

/* Where a check stands, so that it can say so. */
struct checker {
	const char *path;
	const uint8_t *yaml;
	size_t yaml_len;
	size_t persona;
	int turn;
	char *err;
	size_t len;
};

static int refuse(const struct checker *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int refuse(const struct checker *c, const char *fmt, ...)
{
	char what[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	snprintf(c->err, c->len, "%s:%u: %s", c->path,
		 car_yaml_line(c->yaml, c->yaml_len, c->persona, c->turn),
		 what);
	return -EINVAL;
}

static uint32_t or_u32(const uint32_t *p, uint32_t otherwise)
{
	return p ? *p : otherwise;
}

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

static const char *phrase_of(uint16_t code)
{
	for (size_t i = 0; i < sizeof(PHRASES) / sizeof(*PHRASES); i++) {
		if (PHRASES[i].code == code)
			return PHRASES[i].phrase;
	}
	return "Rejected";
}

const char *car_kind_name(enum car_kind kind)
{
	return KINDS[kind].name;
}

/* "answer", "prompt_end", "prompt_start" or "prompt_start+MS" */
static int parse_after(const char *s, struct car_turn *turn)
{
	static const char start[] = "prompt_start";
	char *end;

	turn->when = CAR_ON_PROMPT_END;
	if (!s || !strcmp(s, "prompt_end"))
		return 0;
	if (!strcmp(s, "answer")) {
		turn->when = CAR_ON_ANSWER;
		return 0;
	}
	if (strncmp(s, start, strlen(start)))
		return -EINVAL;
	turn->when = CAR_ON_PROMPT_START;
	s += strlen(start);
	if (!*s)
		return 0;
	if (*s != '+' || !isdigit((unsigned char)s[1]))
		return -EINVAL;
	unsigned long ms = strtoul(s + 1, &end, 10);
	if (*end || ms > RING_MS_MAX)
		return -EINVAL;
	turn->after_ms = (uint32_t)ms;
	return 0;
}

static int check_turn(const struct checker *c, const struct car_y_turn *y)
{
	if (!y->say && !y->press && !y->hangup)
		return refuse(c, "a turn says or presses something, or hangs "
				 "up");
	if (y->say && y->press)
		return refuse(c, "say and press are two turns");
	if (y->press && y->press[strspn(y->press, "0123456789*#")])
		return refuse(c, "press: '%s' is not 0-9, * and #", y->press);
	if (y->means && !y->say && !y->press)
		return refuse(c, "means without say or press");
	if (y->beep_ms && !y->say)
		return refuse(c, "beep_ms without say");
	if (y->beep_ms > BEEP_MS_MAX)
		return refuse(c, "beep_ms %u is over %d", y->beep_ms,
			      BEEP_MS_MAX);
	return 0;
}

static int build_turn(const struct checker *c, const struct car_y_turn *y,
		      struct car_turn *turn)
{
	if (parse_after(y->after, turn))
		return refuse(c,
			      "after: '%s' is not answer, prompt_end "
			      "or prompt_start+MS",
			      y->after);
	if (turn->when == CAR_ON_ANSWER && c->turn > 0)
		return refuse(c, "after: answer is for the first turn only");
	turn->delay_ms = y->delay_ms;
	turn->line.text = y->press ? y->press : y->say;
	turn->line.is_keys = y->press;
	turn->line.means = or_empty(y->means);
	turn->line.beep_ms = y->beep_ms;
	turn->hangup = y->hangup;
	return check_turn(c, y);
}

static int build_turns(struct checker *c, const struct car_y_persona *raw,
		       struct car_persona *p)
{
	p->turns = calloc(raw->turns_count + 1, sizeof(*p->turns));
	if (!p->turns)
		return -ENOMEM;
	for (unsigned i = 0; i < raw->turns_count; i++) {
		c->turn = (int)i;
		int rc = build_turn(c, &raw->turns[i], &p->turns[i]);
		if (rc)
			return rc;
	}
	c->turn = -1;
	p->n_turns = raw->turns_count;
	return 0;
}

/* The persona's own voice, over the file's, over the built-in one. */
static int build_voice(const struct checker *c, const struct car_y_voice *own,
		       const struct car_y_voice *file, struct car_voice *v)
{
	static const struct car_y_voice none;
	const struct car_y_voice *a = own ? own : &none;
	const struct car_y_voice *b = file ? file : &none;
	const char *name = a->name ? a->name : b->name;
	const char *variant = a->variant ? a->variant : b->variant;
	const int32_t *level = a->level_dbov ? a->level_dbov : b->level_dbov;
	const int32_t *noise = a->noise_dbov ? a->noise_dbov : b->noise_dbov;
	char *full;

	v->speed_wpm = or_u32(a->speed, or_u32(b->speed, 160));
	v->pitch = or_u32(a->pitch, or_u32(b->pitch, 50));
	v->range = or_u32(a->range, or_u32(b->range, 50));
	v->level_dbov = level ? *level : -20;
	v->noise_dbov = noise ? *noise : -90;
	if (v->speed_wpm < 80 || v->speed_wpm > 450)
		return refuse(c, "voice speed %u is not in 80..450",
			      v->speed_wpm);
	if (v->pitch > 99 || v->range > 99)
		return refuse(c, "voice pitch and range are 0..99");
	if (v->level_dbov < -50 || v->level_dbov > -6)
		return refuse(c, "voice level_dbov %d is not in -50..-6",
			      v->level_dbov);
	if (v->noise_dbov < -90 || v->noise_dbov > v->level_dbov)
		return refuse(c, "voice noise_dbov is not in -90..level_dbov");
	if (asprintf(&full, "%s%s%s", name ? name : "cmn-latn-pinyin",
		     variant && *variant ? "+" : "", or_empty(variant)) < 0)
		return -ENOMEM;
	v->name = full;
	return 0;
}

static struct car_spare build_spare(const struct car_y_spare *y,
				    uint32_t after_ms, uint32_t times)
{
	struct car_spare s = {
		.line.means = "", .after_ms = after_ms, .times = times};

	if (!y)
		return s;
	s.line.text = y->say;
	s.line.means = or_empty(y->means);
	s.after_ms = or_u32(y->after_ms, after_ms);
	s.times = or_u32(y->times, 1);
	return s;
}

static int build_ending(const struct checker *c,
			const struct car_y_persona *raw, struct car_persona *p)
{
	const struct kind *kind = &KINDS[raw->kind];
	uint32_t code = or_u32(raw->code, kind->code);
	bool answers = raw->kind == CAR_TALK || raw->kind == CAR_SILENT;

	if (raw->code && (answers || raw->kind == CAR_IGNORE))
		return refuse(c, "code is not for kind %s", kind->name);
	if (raw->kind == CAR_REJECT && !raw->code)
		return refuse(c, "kind reject needs a code");
	if (raw->code && (code < 400 || code > 699))
		return refuse(c, "code %u is not in 400..699", code);
	p->code = (uint16_t)code;
	p->reason = phrase_of(p->code);
	p->q850 = raw->code ? 0 : kind->q850;
	p->ring_ms = or_u32(raw->ring_ms, kind->ring_ms);
	if (p->ring_ms > RING_MS_MAX)
		return refuse(c, "ring_ms %u is over %d", p->ring_ms,
			      RING_MS_MAX);
	p->announce.text = raw->announce ? raw->announce : kind->announce;
	if (p->announce.text && !*p->announce.text)
		p->announce.text = NULL;
	p->announce.means = "";
	p->early_media =
		raw->early_media ? *raw->early_media : p->announce.text != NULL;
	if (!p->early_media)
		p->announce.text = NULL;
	return 0;
}

static int build_persona(struct checker *c, const struct car_y_voice *voice,
			 const struct car_y_persona *raw, struct car_persona *p)
{
	int rc;

	p->name = raw->name;
	p->kind = raw->kind;
	p->expect = or_empty(raw->expect);
	p->loop = raw->loop;
	if (raw->kind == CAR_TALK && !raw->turns_count)
		return refuse(c, "kind talk needs turns");
	if (raw->kind != CAR_TALK && raw->turns_count)
		return refuse(c, "turns are for kind talk only");
	rc = build_ending(c, raw, p);
	if (!rc)
		rc = build_voice(c, raw->voice, voice, &p->voice);
	if (!rc)
		rc = build_turns(c, raw, p);
	if (rc)
		return rc;
	p->when_asked_again =
		build_spare(raw->when_asked_again, AGAIN_AFTER_MS, 1);
	p->when_silent = build_spare(raw->when_silent, SILENT_AFTER_MS, 0);
	if (p->when_silent.times && !p->when_silent.line.text)
		return refuse(c, "when_silent needs say");
	p->hang_over_ms = or_u32(raw->hang_over_ms, HANG_OVER_MS);
	p->patience_ms = or_u32(raw->patience_ms, PATIENCE_MS);
	p->max_call_ms = or_u32(raw->max_call_ms, MAX_CALL_MS);
	if (p->hang_over_ms < 100 || p->hang_over_ms > 5000)
		return refuse(c, "hang_over_ms is not in 100..5000");
	return 0;
}

/* "19900000001", "1990000*" or "*"; the '*' is cut off in place. */
static int build_pattern(const struct checker *c, char *number, size_t persona,
			 struct car_cast *cast)
{
	size_t digits = strspn(number, "0123456789");
	bool is_prefix = number[digits] == '*' && !number[digits + 1];

	if (number[digits] && !is_prefix)
		return refuse(c, "number '%s' is not digits, or digits and *",
			      number);
	number[digits] = 0;
	for (size_t i = 0; i < cast->n_patterns; i++) {
		const struct pattern *old = &cast->patterns[i];
		if (old->is_prefix == is_prefix && !strcmp(old->digits, number))
			return refuse(c, "number '%s' is taken by '%s'", number,
				      cast->raw->personas[old->persona].name);
	}
	cast->patterns[cast->n_patterns++] =
		(struct pattern){number, is_prefix, persona};
	return 0;
}

static int build_cast(struct checker *c, struct car_cast *cast)
{
	const struct car_y_cast *raw = cast->raw;
	size_t numbers = 0;
	int rc = 0;

	for (unsigned i = 0; i < raw->personas_count; i++)
		numbers += raw->personas[i].numbers_count;
	cast->personas = calloc(raw->personas_count, sizeof(*cast->personas));
	cast->patterns = calloc(numbers, sizeof(*cast->patterns));
	if (!cast->personas || !cast->patterns)
		return -ENOMEM;
	for (unsigned i = 0; i < raw->personas_count && !rc; i++) {
		const struct car_y_persona *y = &raw->personas[i];
		c->persona = i;
		c->turn = -1;
		cast->n_personas = i + 1;
		for (unsigned k = 0; k < y->numbers_count && !rc; k++)
			rc = build_pattern(c, y->numbers[k], i, cast);
		if (!rc)
			rc = build_persona(c, raw->voice, y,
					   &cast->personas[i]);
	}
	return rc;
}

int car_cast_parse(const char *path, const uint8_t *yaml, size_t yaml_len,
		   struct car_cast **out, char *err, size_t len)
{
	struct checker c = {.path = path,
			    .yaml = yaml,
			    .yaml_len = yaml_len,
			    .err = err,
			    .len = len};
	struct car_cast *cast = calloc(1, sizeof(*cast));
	char what[256];

	snprintf(err, len, "%s: out of memory", path);
	if (!cast)
		return -ENOMEM;
	int rc = car_yaml_load(yaml, yaml_len, &cast->raw, what, sizeof(what));
	if (rc)
		snprintf(err, len, "%s:%s", path, what);
	else
		rc = build_cast(&c, cast);
	if (rc) {
		car_cast_destroy(cast);
		return rc;
	}
	err[0] = 0;
	*out = cast;
	return 0;
}

static int read_all(const char *path, uint8_t *buf, size_t cap, size_t *n)
{
	FILE *f = fopen(path, "rb");

	if (!f)
		return -errno;
	*n = fread(buf, 1, cap, f);
	int rc = ferror(f) ? -EIO : *n == cap ? -EFBIG : 0;
	fclose(f);
	return rc;
}

int car_cast_load(const char *path, struct car_cast **out, char *err,
		  size_t len)
{
	uint8_t *yaml = malloc(FILE_MAX);
	size_t n = 0;
	int rc = yaml ? read_all(path, yaml, FILE_MAX, &n) : -ENOMEM;

	if (rc)
		snprintf(err, len, "%s: %s", path, strerror(-rc));
	else
		rc = car_cast_parse(path, yaml, n, out, err, len);
	free(yaml);
	return rc;
}

void car_cast_destroy(struct car_cast *cast)
{
	if (!cast)
		return;
	for (size_t i = 0; i < cast->n_personas; i++) {
		free(cast->personas[i].turns);
		free((char *)cast->personas[i].voice.name);
	}
	free(cast->personas);
	free(cast->patterns);
	car_yaml_free(cast->raw);
	free(cast);
}

const char *car_number_national(const char *number)
{
	if (*number == '+')
		number++;
	if (!strncmp(number, "00", 2))
		number += 2;
	if (!strncmp(number, "86", 2) && strlen(number) == 13)
		number += 2;
	if (number[0] == '0' && number[1] == '1' && strlen(number) == 12)
		number++;
	return number;
}

const struct car_persona *car_cast_find(const struct car_cast *cast,
					const char *number)
{
	const struct car_persona *best = NULL;
	size_t best_len = 0;

	number = car_number_national(number);
	for (size_t i = 0; i < cast->n_patterns; i++) {
		const struct pattern *p = &cast->patterns[i];
		size_t len = strlen(p->digits);
		if (!p->is_prefix && !strcmp(p->digits, number))
			return &cast->personas[p->persona];
		if (p->is_prefix && !strncmp(p->digits, number, len) &&
		    (!best || len > best_len)) {
			best = &cast->personas[p->persona];
			best_len = len;
		}
	}
	return best;
}

size_t car_cast_count(const struct car_cast *cast)
{
	return cast->n_personas;
}

struct car_persona *car_cast_at(struct car_cast *cast, size_t i)
{
	return &cast->personas[i];
}
