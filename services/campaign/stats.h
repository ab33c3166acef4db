/** @file stats.h  A campaign's live counts. */
#ifndef CMP_STATS_H
#define CMP_STATS_H

#include "req.h"

/** Rows (campaign, what, label, count); $1 is an array of campaign ids. */
#define CMP_STATS_SQL                                                          \
	"SELECT campaign_id, 'state', state::text, count(*) FROM contacts "    \
	" WHERE campaign_id = ANY($1::text[]) GROUP BY 1, 3 "                  \
	"UNION ALL "                                                           \
	"SELECT campaign_id, 'disposition', disposition, count(*) "            \
	" FROM contacts WHERE campaign_id = ANY($1::text[]) AND state = 3 "    \
	" GROUP BY 1, 3 "                                                      \
	"UNION ALL "                                                           \
	"SELECT campaign_id, 'guard', last_guard, count(*) FROM contacts "     \
	" WHERE campaign_id = ANY($1::text[]) AND last_guard <> '' "           \
	" GROUP BY 1, 3 "                                                      \
	"UNION ALL "                                                           \
	"SELECT campaign_id, 'rejected', '', sum(rejected) FROM imports "      \
	" WHERE campaign_id = ANY($1::text[]) GROUP BY 1 "                     \
	"UNION ALL "                                                           \
	"SELECT a.campaign_id, v.what, '', sum(v.n) FROM attempts a, LATERAL " \
	" (VALUES ('attempts', 1), ('answered', "                              \
	"  (a.answered_at IS NOT NULL)::int), "                                \
	"  ('inspected', (a.quality_enc IS NOT NULL)::int), "                  \
	"  ('scored', (a.score_enc IS NOT NULL)::int), "                       \
	"  ('findings', a.findings)) AS v (what, n) "                          \
	" WHERE a.campaign_id = ANY($1::text[]) GROUP BY 1, 2"

/** Put the counts of CMP_STATS_SQL into the campaigns. */
void cmp_stats_fill(struct cmp_req *r, const PGresult *res,
		    Yinhu__V1__Campaign **campaigns, size_t n);

#endif
