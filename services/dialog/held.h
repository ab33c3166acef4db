/**
 * @file held.h  The sessions of calls whose last step was taken here, in
 *               memory: with Redis away they go on from it.
 *
 * Any replica may get any event of a call. Who steps tells the others by
 * `yinhu.dialog.held`; they forget what they held of the call, so that a stale
 * copy never answers. At most DLG_MAX_HELD; a call beyond that needs Redis.
 * Loop thread.
 */
#ifndef DLG_HELD_H
#define DLG_HELD_H

#include "bus/bus.h"
#include "yinhu/v1/dialog.pb-c.h"

enum { DLG_MAX_HELD = 8192 };

struct dlg_app;
struct dlg_held;

/** Listen to the other replicas.
 * @param[out] out Freed with dlg_held_destroy; untouched on error
 * @return 0, -ENOMEM, or bus.h's error */
int dlg_held_create(struct dlg_held **out, struct yh_bus *bus);
/** @param h Taken, may be NULL */
void dlg_held_destroy(struct dlg_held *h);

/** Keep a copy of what was stepped to, and tell the others.
 * @param stored_err 0: Redis has it; else it is ahead of what Redis has */
void dlg_held_keep(struct dlg_app *app, const Yinhu__V1__DialogSession *s,
		   int stored_err);
/** @return The copy, borrowed until the next call, or NULL */
const Yinhu__V1__DialogSession *dlg_held_find(const struct dlg_app *app,
					      const char *call_id);
/** Is what Redis has of it older than its turn before? */
bool dlg_held_is_ahead(const struct dlg_app *app,
		       const Yinhu__V1__DialogSession *s);
/** The later one of what Redis has and what is held here.
 * @param err What Redis said @param stored Taken, may be NULL
 * @return Owned by the caller, or NULL */
Yinhu__V1__DialogSession *dlg_held_latest(struct dlg_app *app,
					  const char *call_id, int err,
					  Yinhu__V1__DialogSession *stored);
/** The call is over. */
void dlg_held_drop(struct dlg_app *app, const char *call_id);

#endif
