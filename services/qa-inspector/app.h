/**
 * @file app.h  The inspector's edge: calls in, findings and reports out.
 *
 * Each event judges the whole call so far: rules that come in mid-call find
 * what was said before, and what those before them found stays found. Loop
 * thread.
 */
#ifndef QA_APP_H
#define QA_APP_H

#include "calllog/feed.h"
#include "rules.h"

struct qa_app {
	struct qa_rules *rules; /**< In force; others may come between events */
	bool open; /**< It is known by which rules: events before that wait */
};

/** How the inspector's feed is opened, but for redis_url and settings.
 * @param app Kept */
struct yh_feed_conf qa_feed_conf(struct qa_app *app);

#endif
