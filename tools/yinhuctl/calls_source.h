/**
 * @file calls_source.h  Recorded events of past calls: from lines of JSON or
 *                       from the campaign service's database.
 *
 * They hold what people said: whoever has a file of them keeps it as the
 * database is kept.
 */
#ifndef YC_CALLS_SOURCE_H
#define YC_CALLS_SOURCE_H

#include <stddef.h>

#include "yinhu/v1/call.pb-c.h"

enum { YC_MAX_EVENTS = 1000000, YC_MAX_CALLS = 100000 };

/** Events by call, in the order in which they happened. */
struct yc_calls {
	Yinhu__V1__CallEvent **events; /**< Shape (n) */
	size_t n;
};

/** What to read. Texts borrowed. */
struct yc_calls_query {
	const char *from;     /**< Path of a file, "-", or postgresql://... */
	const char *key_file; /**< Of the database's sealed fields, or NULL */
	const char *script;   /**< Database: calls with this script's id; NULL =
				   all */
	const char
		*campaign; /**< Database: of this campaign's id; NULL = all */
	const char *day;   /**< Database: answered on it, "2026-11-27" in
				China; NULL = any */
	unsigned most;	   /**< Database: the latest calls, at most */
};

/** Read. @param[out] out Freed with yc_calls_free, also on error
 * @return 0, -1 with a message on stderr */
int yc_calls_read(struct yc_calls *out, const struct yc_calls_query *query);
void yc_calls_free(struct yc_calls *calls);
/** @return Index behind the last event of the call that begins at `at` */
size_t yc_calls_next(const struct yc_calls *calls, size_t at);

#endif
