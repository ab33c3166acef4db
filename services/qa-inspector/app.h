/**
 * @file app.h  The inspector's edge: events in, findings and reports out.
 *
 * An event is acknowledged when what it led to is stored; before that any
 * replica may do the same again, with the same ids. Loop thread.
 */
#ifndef QA_APP_H
#define QA_APP_H

#include "calllog/calllog.h"
#include "rules.h"
#include "svc/svc.h"

struct qa_app {
	struct yh_svc *svc;
	struct qa_rules *rules;
	struct yh_redis *redis;
	struct yh_calllog log;
	struct yh_sub *sub;
	unsigned in_flight;
};

/** A CALLS message. @param arg struct qa_app @param msg Taken */
void qa_on_event(void *arg, struct yh_msg *msg);

#endif
