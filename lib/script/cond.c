/** @file cond.c  Conditions, contract in cond.h */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "script/cond.h"

enum op {
	OP_OR,
	OP_AND,
	OP_NOT,
	OP_TRUE,
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE
};

struct node {
	enum op op;
	unsigned left, right;	  /* OR, AND; NOT: left */
	const char *name, *value; /* Into the text */
	bool is_name;		  /* The value is that of another fact */
	unsigned turns;
};

struct yh_cond {
	struct node nodes[YH_COND_MAX_NODES];
	unsigned n, root, n_names;
	const char *names[2 * YH_COND_MAX_NODES];
	char text[]; /* Words, each with its NUL */
};

/* ---- words ---- */

struct parser {
	struct yh_cond *cond;
	const char *source, *p;
	char *word; /* Where the next word is stored */
	char *error;
	size_t size;
	bool failed;
};

static void fail(struct parser *ps, const char *what)
{
	if (!ps->failed)
		snprintf(ps->error, ps->size, "condition, column %zu: %s",
			 (size_t)(ps->p - ps->source) + 1, what);
	ps->failed = true;
}

static void skip_blanks(struct parser *ps)
{
	ps->p += strspn(ps->p, " \t\n");
}

static bool is_word_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '-' ||
	       (unsigned char)c >= 0x80;
}

static size_t word_len(const char *p)
{
	size_t n = 0;

	while (is_word_byte(p[n]))
		n++;

	return n;
}

static bool take(struct parser *ps, const char *token)
{
	size_t n = strlen(token);

	skip_blanks(ps);
	if (strncmp(ps->p, token, n) != 0 ||
	    (is_word_byte(token[0]) && is_word_byte(ps->p[n])))
		return false;
	ps->p += n;

	return true;
}

static const char *store(struct parser *ps, const char *from, size_t n)
{
	char *word = ps->word;

	memcpy(word, from, n);
	word[n] = '\0';
	ps->word += n + 1;

	return word;
}

static const char *take_word(struct parser *ps, const char *what)
{
	const char *word;
	size_t n;

	skip_blanks(ps);
	if (*ps->p == '"') {
		const char *end = strchr(ps->p + 1, '"');

		if (!end) {
			fail(ps, "a quote is not closed");
			return "";
		}
		word = store(ps, ps->p + 1, (size_t)(end - ps->p) - 1);
		ps->p = end + 1;
		return word;
	}
	n = word_len(ps->p);
	if (!n) {
		fail(ps, what);
		return "";
	}
	word = store(ps, ps->p, n);
	ps->p += n;

	return word;
}

/* ---- grammar ---- */

static unsigned parse_or(struct parser *ps, unsigned depth);

static unsigned node(struct parser *ps, struct node n)
{
	if (ps->cond->n == YH_COND_MAX_NODES) {
		fail(ps, "too long");
		return 0;
	}
	ps->cond->nodes[ps->cond->n] = n;

	return ps->cond->n++;
}

static bool take_op(struct parser *ps, enum op *op)
{
	static const struct {
		const char *text;
		enum op op;
	} OPS[] = {{"==", OP_EQ}, {"!=", OP_NE}, {"<=", OP_LE},
		   {">=", OP_GE}, {"<", OP_LT},	 {">", OP_GT}};

	for (size_t i = 0; i < YH_ARRAY_LEN(OPS); i++)
		if (take(ps, OPS[i].text)) {
			*op = OPS[i].op;
			return true;
		}

	return false;
}

/* Remember a name that the condition asks for. */
static void ask_for(struct parser *ps, const char *name)
{
	if (ps->cond->n_names < YH_ARRAY_LEN(ps->cond->names))
		ps->cond->names[ps->cond->n_names++] = name;
}

static unsigned parse_compare(struct parser *ps)
{
	struct node n = {.op = OP_TRUE};

	n.name = take_word(ps, "a name belongs here");
	ask_for(ps, n.name);
	if (!take_op(ps, &n.op))
		return node(ps, n);
	n.is_name = take(ps, "{");
	n.value = take_word(ps, "a value belongs here");
	if (n.is_name && !take(ps, "}"))
		fail(ps, "'}' belongs here");
	if (n.is_name)
		ask_for(ps, n.value);
	if (take(ps, "for")) {
		const char *turns = take_word(ps, "a number belongs here");

		n.turns = (unsigned)strtoul(turns, NULL, 10);
		if (!n.turns || n.turns > 1000 ||
		    (!take(ps, "turns") && !take(ps, "turn")))
			fail(ps, "\"for N turns\" belongs here");
	}

	return node(ps, n);
}

static unsigned parse_not(struct parser *ps, unsigned depth)
{
	unsigned inner;

	if (depth > 16) {
		fail(ps, "nested too deep");
		return 0;
	}
	if (take(ps, "not"))
		return node(ps,
			    (struct node){.op = OP_NOT,
					  .left = parse_not(ps, depth + 1)});
	if (!take(ps, "("))
		return parse_compare(ps);
	inner = parse_or(ps, depth + 1);
	if (!take(ps, ")"))
		fail(ps, "')' belongs here");

	return inner;
}

static unsigned parse_and(struct parser *ps, unsigned depth)
{
	unsigned left = parse_not(ps, depth);

	while (!ps->failed && take(ps, "and")) {
		unsigned right = parse_not(ps, depth);

		left = node(ps, (struct node){.op = OP_AND,
					      .left = left,
					      .right = right});
	}

	return left;
}

static unsigned parse_or(struct parser *ps, unsigned depth)
{
	unsigned left = parse_and(ps, depth);

	while (!ps->failed && take(ps, "or")) {
		unsigned right = parse_and(ps, depth);

		left = node(ps, (struct node){.op = OP_OR,
					      .left = left,
					      .right = right});
	}

	return left;
}

int yh_cond_parse(struct yh_cond **out, const char *text, char *error,
		  size_t size)
{
	struct parser ps = {
		.source = text, .p = text, .error = error, .size = size};
	size_t len = strlen(text);

	if (len > YH_COND_MAX_BYTES) {
		snprintf(error, size, "condition: longer than %d bytes",
			 YH_COND_MAX_BYTES);
		return YH_ERR_BAD_CONFIG;
	}
	ps.cond = yh_zalloc(sizeof(*ps.cond) + 2 * len + 2);
	if (!ps.cond)
		return -ENOMEM;
	ps.word = ps.cond->text;
	ps.cond->root = parse_or(&ps, 0);
	skip_blanks(&ps);
	if (*ps.p)
		fail(&ps, "\"and\", \"or\" or the end belongs here");
	if (ps.failed) {
		yh_free(ps.cond);
		return YH_ERR_BAD_CONFIG;
	}
	*out = ps.cond;

	return 0;
}

void yh_cond_destroy(struct yh_cond *cond)
{
	yh_free(cond);
}

/* ---- judging ---- */

struct judge {
	const struct yh_cond *cond;
	yh_fact_cb *fact;
	void *arg;
};

static const char *fact(const struct judge *j, const char *name)
{
	return j->fact(j->arg, name, strlen(name));
}

static bool number(const char *text, double *value)
{
	char *end;

	*value = strtod(text, &end);

	return end != text && !*end;
}

static bool compare(enum op op, const char *left, const char *right)
{
	double a, b;
	int order;

	if (number(left, &a) && number(right, &b))
		order = (a > b) - (a < b);
	else if (op == OP_EQ || op == OP_NE)
		order = strcmp(left, right);
	else
		return false;
	switch (op) {
	case OP_EQ:
		return order == 0;
	case OP_NE:
		return order != 0;
	case OP_LT:
		return order < 0;
	case OP_LE:
		return order <= 0;
	case OP_GT:
		return order > 0;
	default:
		return order >= 0;
	}
}

static bool lasted(const struct judge *j, const struct node *n)
{
	char name[YH_COND_MAX_BYTES + 8];
	const char *turns;

	if (!n->turns)
		return true;
	snprintf(name, sizeof(name), "%s_turns", n->name);
	turns = fact(j, name);

	return turns && strtoul(turns, NULL, 10) >= n->turns;
}

static bool holds_compare(const struct judge *j, const struct node *n,
			  const char *left)
{
	char copy[YH_COND_MAX_BYTES + 1];
	const char *right;

	snprintf(copy, sizeof(copy), "%s", left); /* borrowed until the next */
	right = n->is_name ? fact(j, n->value) : n->value;

	return right && compare(n->op, copy, right) && lasted(j, n);
}

static bool holds(const struct judge *j, unsigned at)
{
	const struct node *n = &j->cond->nodes[at];
	const char *value;

	switch (n->op) {
	case OP_OR:
		return holds(j, n->left) || holds(j, n->right);
	case OP_AND:
		return holds(j, n->left) && holds(j, n->right);
	case OP_NOT:
		return !holds(j, n->left);
	default:
		break;
	}
	value = fact(j, n->name);
	if (!value)
		return false;
	if (n->op == OP_TRUE)
		return value[0] && strcmp(value, "false") != 0;

	return holds_compare(j, n, value);
}

bool yh_cond_holds(const struct yh_cond *cond, yh_fact_cb *cb, void *arg)
{
	const struct judge j = {cond, cb, arg};

	return !cond || holds(&j, cond->root);
}

const char *yh_cond_name(const struct yh_cond *cond, unsigned index)
{
	return index < cond->n_names ? cond->names[index] : NULL;
}
