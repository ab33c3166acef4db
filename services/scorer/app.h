/**
 * @file app.h  The scorer's edge: calls in, one score a finished call out.
 *
 * The `ended` event is acknowledged when the score is stored. Loop thread.
 */
#ifndef SCR_APP_H
#define SCR_APP_H

#include "calllog/feed.h"
#include "model.h"

/** How the scorer's feed is opened, but for redis_url and settings.
 * @param model Kept */
struct yh_feed_conf scr_feed_conf(struct scr_model *model);

#endif
