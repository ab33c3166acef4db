/** @file page.c  Pages of a list, contract in page.h */
#include <stdlib.h>
#include <string.h>

#include "page.h"

bool cmp_page_read(struct cmp_req *r, struct cmp_page *p, const char *what,
		   const char *token, int32_t asked)
{
	const char *label = cmp_fmt(&r->arena, "page.%s", what);
	size_t len = strlen(token), n;
	uint8_t *sealed;
	char *plain;

	*p = (struct cmp_page){.what = what, .size = asked};
	if (asked <= 0)
		p->size = CMP_PAGE;
	else if (asked > CMP_PAGE_MAX)
		p->size = CMP_PAGE_MAX;
	if (asked < 0)
		return false;
	if (!len)
		return true;
	sealed = cmp_alloc(&r->arena, len);
	if (len % 2 || yh_unhex(token, sealed, len / 2) ||
	    yh_unseal(r->app->keys, label, sealed, len / 2, &plain, &n))
		return false;
	p->after = strtoll(plain, NULL, 10);
	yh_wipe_free(plain, n);

	return true;
}

struct cmp_page *cmp_page_new(struct cmp_req *r, const char *what,
			      const char *token, int32_t asked)
{
	struct cmp_page *p = cmp_alloc(&r->arena, sizeof(*p));

	if (!cmp_page_read(r, p, what, token, asked)) {
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "page_size must be 0 or more, page_token of this "
			 "list");
		return NULL;
	}
	r->state = p;

	return p;
}

char *cmp_page_after(struct cmp_req *r, const struct cmp_page *p)
{
	return cmp_fmt(&r->arena, "%lld", (long long)p->after);
}

char *cmp_page_limit(struct cmp_req *r, const struct cmp_page *p)
{
	return cmp_fmt(&r->arena, "%d", p->size + 1);
}

int cmp_page_rows(struct cmp_req *r, const struct cmp_page *p,
		  const PGresult *res, char **next)
{
	const char *label = cmp_fmt(&r->arena, "page.%s", p->what);
	int n = PQntuples(res);
	const char *last;

	if (n <= p->size)
		return n;
	last = cmp_text(r, res, p->size - 1, 0);
	*next = cmp_sealed(r, label, last, strlen(last)) + 2; /* no \\x */

	return p->size;
}

static void on_parent(struct cmp_req *r, const PGresult *res)
{
	if (PQntuples(res))
		cmp_reply(r, cmp_new_msg(r, r->empty));
	else
		cmp_fail(r, YH_NOT_FOUND, "what the list is of is not there");
}

void cmp_reply_none(struct cmp_req *r, const char *sql, const char *id,
		    const ProtobufCMessageDescriptor *answer)
{
	r->empty = answer;
	cmp_query(r, on_parent, sql, id);
}
