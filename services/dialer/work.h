/**
 * @file work.h  Where calls come from: leases of the ledger.
 *
 * Asks LedgerService when there is room, within the calls a second; a request
 * that fails is repeated as it was, same id, until it is answered. Live calls'
 * leases are renewed; a call whose lease is lost is ended.
 */
#ifndef DIAL_WORK_H
#define DIAL_WORK_H

#include "app.h"

/** @return 0, -ENOMEM, -EIO (no random numbers) */
int dial_work_open(struct dial_app *app);
/** Every 20 ms. @param now_ms Monotonic */
void dial_work_tick(struct dial_work *w, uint64_t now_ms);
/** The trunk's state has changed: tell it at once. */
void dial_work_trunk(struct dial_work *w);
/** @param w Taken, may be NULL */
void dial_work_close(struct dial_work *w);

#endif
