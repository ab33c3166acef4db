/** @file template.c  Path templates, contract in template.h */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "template.h"

/* ---- parsing -------------------------------------------------------------
 */

struct parser {
	struct gw_template *t;
	char *p; /* walks over t->text and cuts it into words */
};

static bool is_word_char(char c)
{
	return c && !strchr("/{}=*:", c);
}

/* The character after a word is overwritten with NUL; it is returned. */
static char end_word(struct parser *ps)
{
	char c = *ps->p;

	*ps->p = '\0';
	if (c)
		ps->p++;

	return c;
}

static int add(struct gw_template *t, enum gw_kind kind, const char *word)
{
	if (t->n_segments == GW_SEGMENTS_MAX)
		return -EINVAL;
	t->segments[t->n_segments++] = (struct gw_segment){kind, word};

	return 0;
}

/* One segment that is no variable. @param[out] end The character after it */
static int segment(struct parser *ps, char *end)
{
	char *start = ps->p;

	if (*ps->p == '*') {
		ps->p += ps->p[1] == '*' ? 2 : 1;
		*end = end_word(ps);
		return add(ps->t, start[1] == '*' ? GW_DEEP : GW_STAR, NULL);
	}
	while (is_word_char(*ps->p))
		ps->p++;
	if (ps->p == start)
		return -EINVAL;
	*end = end_word(ps);

	return add(ps->t, GW_WORD, start);
}

static int variable(struct parser *ps, char *end)
{
	struct gw_template *t = ps->t;
	struct gw_var *v;
	char *start = ps->p;
	int err = 0;
	char c;

	if (t->n_vars == GW_VARS_MAX)
		return -EINVAL;
	v = &t->vars[t->n_vars++];
	while (is_word_char(*ps->p))
		ps->p++;
	if (ps->p == start)
		return -EINVAL;
	c = end_word(ps);
	v->field = start;
	v->from = t->n_segments;
	if (c == '=') {
		do
			err = segment(ps, &c);
		while (!err && c == '/');
	} else {
		err = add(t, GW_STAR, NULL);
	}
	if (err || c != '}')
		return -EINVAL;
	v->n = t->n_segments - v->from;
	*end = *ps->p;
	if (*end)
		ps->p++;

	return 0;
}

/* "**" may only be the last. */
static bool deep_is_last(const struct gw_template *t)
{
	for (unsigned i = 0; i + 1 < t->n_segments; i++)
		if (t->segments[i].kind == GW_DEEP)
			return false;

	return true;
}

static int parse(struct parser *ps)
{
	char c;
	int err;

	do {
		if (*ps->p == '{') {
			ps->p++;
			err = variable(ps, &c);
		} else {
			err = segment(ps, &c);
		}
	} while (!err && c == '/');
	if (err || (c && c != ':') || !deep_is_last(ps->t))
		return -EINVAL;
	if (c == ':') {
		if (!*ps->p || strpbrk(ps->p, "/{}"))
			return -EINVAL;
		ps->t->verb = ps->p;
	}

	return 0;
}

int gw_template_parse(struct gw_template *t, const char *text)
{
	struct parser ps = {.t = t};
	int err;

	memset(t, 0, sizeof(*t));
	if (text[0] != '/')
		return -EINVAL;
	t->text = yh_strdup(text + 1);
	if (!t->text)
		return -ENOMEM;

	ps.p = t->text;
	err = parse(&ps);
	if (err)
		gw_template_fini(t);

	return err;
}

void gw_template_fini(struct gw_template *t)
{
	yh_free(t->text);
	memset(t, 0, sizeof(*t));
}

/* ---- percent-encoding ----------------------------------------------------
 */

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;

	return -1;
}

int gw_unescape(const char *s, size_t len, bool plus, bool keep_slash,
		char *out, size_t *n)
{
	size_t k = 0;

	for (size_t i = 0; i < len; i++) {
		int high, low;
		char c = s[i];

		if (c == '+' && plus)
			c = ' ';
		if (c == '%') {
			high = i + 1 < len ? hex(s[i + 1]) : -1;
			low = i + 2 < len ? hex(s[i + 2]) : -1;
			if (high < 0 || low < 0 || (!high && !low))
				return -EINVAL;
			c = (char)(high << 4 | low);
			if (c == '/' && keep_slash) {
				out[k++] = s[i];
				out[k++] = s[i + 1];
				c = s[i + 2];
			}
			i += 2;
		}
		out[k++] = c;
	}
	out[k] = '\0';
	*n = k;

	return 0;
}

/* ---- matching ------------------------------------------------------------
 */

/* The components of a path, as sent. */
struct parts {
	const char *at[GW_SEGMENTS_MAX + 1];
	size_t len[GW_SEGMENTS_MAX + 1];
	unsigned n;
	const char *end;
};

/* @return false when there are more than any template has; a `**` takes what
 * is left after the last */
static void split(struct parts *parts, const char *path)
{
	const char *p = path + 1;

	parts->n = 0;
	parts->end = path + strlen(path);
	for (;;) {
		size_t n = strcspn(p, "/");

		parts->at[parts->n] = p;
		parts->len[parts->n] = n;
		if (++parts->n > GW_SEGMENTS_MAX || !p[n])
			return;
		p += n + 1;
	}
}

static bool word_is(const char *at, size_t len, const char *word)
{
	char buf[256];
	size_t n;

	if (len >= sizeof(buf) || gw_unescape(at, len, false, false, buf, &n))
		return false;

	return !strcmp(buf, word);
}

/* Take the verb off the path's end. */
static bool cut_verb(struct parts *parts, const char *verb)
{
	size_t n = strlen(verb);
	size_t *last = &parts->len[parts->n - 1];

	if (*last <= n + 1 || parts->end[-(ptrdiff_t)n - 1] != ':' ||
	    memcmp(parts->end - n, verb, n))
		return false;
	*last -= n + 1;
	parts->end -= n + 1;

	return true;
}

static bool fits(const struct gw_template *t, const struct parts *parts)
{
	bool deep =
		t->n_segments && t->segments[t->n_segments - 1].kind == GW_DEEP;

	if (deep ? parts->n + 1 < t->n_segments : parts->n != t->n_segments)
		return false;
	for (unsigned i = 0; i < t->n_segments; i++) {
		const struct gw_segment *s = &t->segments[i];

		if (s->kind == GW_DEEP)
			return true;
		if (s->kind == GW_WORD
			    ? !word_is(parts->at[i], parts->len[i], s->word)
			    : !parts->len[i])
			return false;
	}

	return true;
}

/* From the first component of a variable to the end of its last one. */
static void span(const struct gw_template *t, const struct parts *parts,
		 const struct gw_var *v, const char **from, const char **to)
{
	unsigned last = v->from + v->n - 1;

	*from = v->from < parts->n ? parts->at[v->from] : parts->end;
	if (t->segments[last].kind == GW_DEEP)
		*to = parts->end;
	else
		*to = parts->at[last] + parts->len[last];
}

int gw_template_match(const struct gw_template *t, const char *path,
		      struct gw_match *match)
{
	struct parts parts;
	const char *from, *to;

	if (path[0] != '/')
		return 0;
	split(&parts, path);
	if (t->verb && !cut_verb(&parts, t->verb))
		return 0;
	if (!fits(t, &parts))
		return 0;

	memset(match, 0, sizeof(*match));
	for (unsigned i = 0; i < t->n_vars; i++) {
		const struct gw_var *v = &t->vars[i];
		bool several = v->n > 1 || t->segments[v->from].kind == GW_DEEP;
		int err;

		span(t, &parts, v, &from, &to);
		match->n = i + 1;
		match->values[i] = yh_zalloc((size_t)(to - from) + 1);
		err = match->values[i]
			      ? gw_unescape(from, (size_t)(to - from), false,
					    several, match->values[i],
					    &match->lens[i])
			      : -ENOMEM;
		if (err) {
			gw_match_fini(match);
			return err;
		}
	}

	return 1;
}

void gw_match_fini(struct gw_match *match)
{
	for (unsigned i = 0; i < match->n; i++)
		yh_free(match->values[i]);
	memset(match, 0, sizeof(*match));
}
