/** @file rec_ws.h  A recognition server on the network as a recognizer. */
#ifndef ASR_REC_WS_H
#define ASR_REC_WS_H

#include <uv.h>

#include "recognizer.h"
#include "wire.h"

struct asr_rec_ws_conf {
	const char *url;     /**< "ws://..." or "wss://..."; borrowed */
	const char *ca_file; /**< For wss; "": the system's; borrowed */
	uint32_t rate_hz;    /**< 8000, 16000; 0: the protocol's usual one */
	uint32_t connect_ms;
};

/** A connection an utterance; it is opened when the utterance begins, so that
 * connecting costs no time at its end.
 * @param protocol Kept @return 0, -EINVAL (URL), -ENOENT (ca_file), -ENOMEM */
int asr_rec_ws_create(struct asr_recognizer **out, uv_loop_t *loop,
		      const struct asr_wire_protocol *protocol,
		      const struct asr_rec_ws_conf *conf);

#endif
