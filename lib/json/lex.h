/**
 * @file lex.h  Tokens of a JSON text, strict (RFC 8259), UTF-8 checked.
 *
 * Pure. One token at a time; the text of a string or number is valid until
 * the next one. A number stays text: no digit is lost.
 */
#ifndef YH_JSON_LEX_H
#define YH_JSON_LEX_H

#include <stdbool.h>
#include <stddef.h>

enum yh_tok {
	YH_TOK_END,
	YH_TOK_OPEN,   /**< { */
	YH_TOK_CLOSE,  /**< } */
	YH_TOK_LIST,   /**< [ */
	YH_TOK_UNLIST, /**< ] */
	YH_TOK_COLON,
	YH_TOK_COMMA,
	YH_TOK_STRING,
	YH_TOK_NUMBER,
	YH_TOK_TRUE,
	YH_TOK_FALSE,
	YH_TOK_NULL,
	YH_TOK_ERROR,
};

struct yh_lex {
	const char *text, *p, *end;
	const char *at; /**< Start of the token */
	enum yh_tok tok;
	char *str; /**< Of a string (decoded) or number, NUL at the end */
	size_t len;
	size_t size;
	const char *error; /**< Static text, with YH_TOK_ERROR */
};

/** Start; the first token is read. @param text Borrowed */
void yh_lex_open(struct yh_lex *lex, const char *text, size_t len);
/** Read the next token into lex->tok. */
void yh_lex_next(struct yh_lex *lex);
/** Line and column (bytes) of the token, from 1. */
void yh_lex_place(const struct yh_lex *lex, unsigned *line, unsigned *column);
void yh_lex_close(struct yh_lex *lex);

bool yh_utf8_valid(const char *s, size_t len);
/** Is s a number of JSON, whole? */
bool yh_json_number(const char *s, size_t len);

#endif
