/** @file webhook.c  Body and signature, contract in webhook.h. Pure. */
#include "webhook.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static json_t *slots_of(const Yinhu__V1__Handover *h)
{
	json_t *slots = json_object();

	for (size_t i = 0; slots && i < h->n_slots; i++) {
		if (!json_object_set_new(slots, h->slots[i]->key,
					 json_string(h->slots[i]->value)))
			continue;
		json_decref(slots);
		slots = NULL;
	}

	return slots;
}

static json_t *lines_of(const Yinhu__V1__Handover *h)
{
	json_t *lines = json_array();

	for (size_t i = 0; lines && i < h->n_transcript; i++) {
		if (!json_array_append_new(lines,
					   json_string(h->transcript[i])))
			continue;
		json_decref(lines);
		lines = NULL;
	}

	return lines;
}

char *ntf_webhook_body(const Yinhu__V1__CallEvent *e)
{
	const Yinhu__V1__Handover *h = e->handover;
	char type[64], time_us[32], *text, *out = NULL;
	json_t *slots = slots_of(h), *root;
	int bad = 0;

	if (!slots)
		return NULL;
	snprintf(type, sizeof(type), "handover.%s", h->channel);
	/* ProtoJSON: 64-bit integers are strings. */
	snprintf(time_us, sizeof(time_us), "%" PRId64, e->time_us);
	root = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "id",
			 h->handover_id[0] ? h->handover_id : e->event_id,
			 "type", type, "timeUs", time_us, "callId", e->call_id,
			 "attemptId", h->attempt_id, "template", h->template_,
			 "slots", slots);
	if (!root)
		return NULL;

	if (h->summary[0])
		bad = json_object_set_new(root, "summary",
					  json_string(h->summary));
	if (!bad && h->n_transcript)
		bad = json_object_set_new(root, "transcript", lines_of(h));
	if (bad) {
		json_decref(root);
		return NULL;
	}
	text = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	out = yh_strdup(text);
	free(text); /* jansson's own */

	return out;
}

int ntf_webhook_sign(const uint8_t *key, size_t key_len, const char *body,
		     char out[NTF_SIGNATURE_BYTES])
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (!HMAC(EVP_sha256(), key, (int)key_len, (const unsigned char *)body,
		  strlen(body), mac, &len) ||
	    len != 32)
		return -EIO;
	for (unsigned i = 0; i < len; i++)
		snprintf(out + (size_t)i * 2, 3, "%02x", mac[i]);

	return 0;
}

unsigned ntf_webhook_backoff_ms(uint64_t tries)
{
	if (tries < 1)
		tries = 1;

	return tries > 6 ? 60000 : 1000u << (tries - 1);
}
