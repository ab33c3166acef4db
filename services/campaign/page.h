/**
 * @file page.h  Pages of a list by key: a token holds the last row's number.
 *
 * A list's statement gives its rows with their number in the first column, from
 * behind `after` on, one more than the page shows.
 */
#ifndef CMP_PAGE_H
#define CMP_PAGE_H

#include "req.h"

enum { CMP_PAGE = 50, CMP_PAGE_MAX = 1000 };

struct cmp_page {
	const char *what; /**< Of the list, bound into its tokens */
	int size;
	int64_t after; /**< 0: from the first row on */
};

/** Begin with what is asked. @param what Kept @param asked Rows; CMP_PAGE for
 * 0, CMP_PAGE_MAX at most @param[out] p Filled in any case
 * @return false: fewer than 0, or the token is not ours */
bool cmp_page_read(struct cmp_req *r, struct cmp_page *p, const char *what,
		   const char *token, int32_t asked);
/** The same in the arena, as r->state; NULL: the request has failed. */
struct cmp_page *cmp_page_new(struct cmp_req *r, const char *what,
			      const char *token, int32_t asked);
/** Parameters of the statement: the number, and the rows to give. */
char *cmp_page_after(struct cmp_req *r, const struct cmp_page *p);
char *cmp_page_limit(struct cmp_req *r, const struct cmp_page *p);
/** @param[out] next The next page's token; left alone when this is the last
 * @return Rows to show */
int cmp_page_rows(struct cmp_req *r, const struct cmp_page *p,
		  const PGresult *res, char **next);

/** A list has no rows: an empty answer if its parent is there, else not found.
 * @param sql Finds the parent by $1 = id @param answer Of the empty list */
void cmp_reply_none(struct cmp_req *r, const char *sql, const char *id,
		    const ProtobufCMessageDescriptor *answer);
#define CMP_THE_CAMPAIGN "SELECT 1 FROM campaigns WHERE id = $1"

#endif
