/**
 * @file app.h  The scorer's edge: events in, one score a finished call out.
 *
 * The `ended` event is acknowledged when the score is stored. Loop thread.
 */
#ifndef SCR_APP_H
#define SCR_APP_H

#include "calllog/calllog.h"
#include "model.h"
#include "svc/svc.h"

struct scr_app {
	struct yh_svc *svc;
	struct scr_model *model;
	struct yh_redis *redis;
	struct yh_calllog log;
	struct yh_sub *sub;
	unsigned in_flight;
};

/** A CALLS message. @param arg struct scr_app @param msg Taken */
void scr_on_event(void *arg, struct yh_msg *msg);

#endif
