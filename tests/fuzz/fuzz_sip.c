/** @file fuzz_sip.c  Any bytes as a SIP message. */
// sources: services/dialer/sip_octets.c
// packages: sofia-sip-ua
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../services/dialer/sip_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct parser parser;
	msg_t *msg;
	sip_t *sip;

	if (!parser.messages && dial_sip_make_parser(&parser))
		abort();
	msg = msg_make(parser.messages, 0, data, (ssize_t)size);
	if (!msg)
		return 0;
	sip = sip_object(msg);
	if (sip->sip_request && !sip->sip_request->rq_method_name)
		abort();
	if (sip->sip_cseq && !sip->sip_cseq->cs_method_name)
		abort();
	if (sip->sip_request && sip->sip_via && !sip->sip_via->v_host)
		abort();
	msg_destroy(msg);

	return 0;
}
