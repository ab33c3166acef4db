/**
 * @file webhook.h  A hand-over as the body of a webhook, and its signature.
 *                  Pure.
 *
 * Source: proto/yinhu/v1/notify.proto; RFC 2104 for the signature.
 */
#ifndef NTF_WEBHOOK_H
#define NTF_WEBHOOK_H

#include <stddef.h>
#include <stdint.h>

#include "yinhu/v1/call.pb-c.h"

enum { NTF_SIGNATURE_BYTES = 65 };

/** The body: a WebhookEvent as ProtoJSON.
 * @param e Borrowed, with a handover
 * @return Heap string, or NULL when out of memory or not UTF-8 */
char *ntf_webhook_body(const Yinhu__V1__CallEvent *e);

/** Lower-case hexadecimal HMAC-SHA256 of the body.
 * @return 0, -EIO (the crypto library) */
int ntf_webhook_sign(const uint8_t *key, size_t key_len, const char *body,
		     char out[NTF_SIGNATURE_BYTES]);

/** How long to wait after this many failed tries: 1 s, doubled, at most 60 s.
 * @param tries >= 1 @return [ms] */
unsigned ntf_webhook_backoff_ms(uint64_t tries);

#endif
