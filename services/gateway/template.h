/**
 * @file template.h  Path templates: "/v1/{name=calls/@}:recording", @ is a
 * star.
 *
 * Pure. Template = "/" Segments [":" verb]; segment = "*", "**", a word, or
 * "{" field path ["=" segments] "}".
 *
 * Source: google/api/http.proto; grpc-gateway v2's runtime/pattern.go.
 */
#ifndef GW_TEMPLATE_H
#define GW_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

enum { GW_SEGMENTS_MAX = 32, GW_VARS_MAX = 8 };

struct gw_template {
	char *text; /* words and names point into it */
	struct gw_segment {
		enum gw_kind { GW_WORD, GW_STAR, GW_DEEP } kind;
		const char *word;
	} segments[GW_SEGMENTS_MAX];
	struct gw_var {
		const char *field; /**< "campaign.name" */
		unsigned from, n;  /**< Its segments */
	} vars[GW_VARS_MAX];
	unsigned n_segments, n_vars;
	const char *verb; /**< NULL if none */
};

/** What a path gave to the variables of its template. */
struct gw_match {
	char *values[GW_VARS_MAX]; /**< Decoded, on the heap, NUL at the end */
	size_t lens[GW_VARS_MAX];
	unsigned n;
};

/** @return 0, -EINVAL, -ENOMEM */
int gw_template_parse(struct gw_template *t, const char *text);
void gw_template_fini(struct gw_template *t);

/**
 * Match a path, as sent, without the query.
 *
 * In a variable of several segments %2F stays: it is no separator.
 *
 * @param[out] match Set on 1 only: gw_match_fini
 * @return 1, 0 (another path), -EINVAL (a broken % in a variable), -ENOMEM
 */
int gw_template_match(const struct gw_template *t, const char *path,
		      struct gw_match *match);
void gw_match_fini(struct gw_match *match);

/** Decode %XX. @param plus '+' is a space (query strings)
 * @param keep_slash Leave %2F @param out At least len + 1 bytes, may be s
 * @return 0, -EINVAL; a NUL is -EINVAL too */
int gw_unescape(const char *s, size_t len, bool plus, bool keep_slash,
		char *out, size_t *n);

#endif
