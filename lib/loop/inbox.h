/**
 * @file inbox.h  The one door from other threads into a libuv loop.
 *
 * Bounded, many writers, one reader: the loop thread that created it. Items
 * are pointers; the reader's callback takes them.
 */
#ifndef YH_INBOX_H
#define YH_INBOX_H

#include <stddef.h>
#include <uv.h>

struct yh_inbox;

/** An item arrived. Loop thread. @param item Taken */
typedef void yh_inbox_cb(void *arg, void *item);

/**
 * Open an inbox on a loop.
 *
 * @param[out] out  Untouched on error
 * @param      loop Kept
 * @param      max  Most items that wait [1..1000000]
 * @param      cb   Called once an item, in the order of the puts
 * @param      arg  Kept
 *
 * @return 0, -EINVAL, -ENOMEM, or libuv's error
 */
int yh_inbox_open(struct yh_inbox **out, uv_loop_t *loop, size_t max,
		  yh_inbox_cb *cb, void *arg);

/**
 * Put an item; any thread.
 *
 * @param item Taken on success
 * @return 0, YH_ERR_QUEUE_FULL, -ECANCELED (closed)
 */
int yh_inbox_put(struct yh_inbox *in, void *item);

/**
 * Put an item, but do not wake the loop: for a writer that puts several, then
 * wakes it once.
 *
 * @param item Taken on success
 * @return As put
 */
int yh_inbox_add(struct yh_inbox *in, void *item);
/** Wake the loop for what was added; any thread. */
void yh_inbox_wake(struct yh_inbox *in);

/**
 * Close. No callback after this; items that wait are given to `drop`.
 * The memory goes when libuv has closed the handle. Writers must have ended.
 *
 * @param in   Taken, may be NULL
 * @param drop Frees an item, may be NULL
 */
void yh_inbox_close(struct yh_inbox *in, void (*drop)(void *item));

#endif
