/**
 * @file app.h  The notifier's edge: hand-overs in, webhooks out.
 *
 * A hand-over is acknowledged when its webhook was answered with 2xx, or when
 * it lies in the stream DEAD. HTTP runs on worker threads.
 */
#ifndef NTF_APP_H
#define NTF_APP_H

#include "loop/pool.h"
#include "svc/svc.h"

struct ntf_app {
	struct yh_svc *svc;
	const char *url; /**< "" = nowhere to deliver to */
	uint8_t key[256];
	size_t key_len;
	uint32_t timeout_ms, max_tries;
	struct yh_pool *pool;
	struct yh_sub *sub;
	unsigned in_flight;
};

/** A CALLS message. @param arg struct ntf_app @param msg Taken */
void ntf_on_event(void *arg, struct yh_msg *msg);

#endif
