/** @file fuzz_sdp.c  Any bytes as a session description. */
// sources: services/dialer/sdp.c
// packages: sofia-sip-ua
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../services/dialer/sdp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dial_sdp theirs = {0}, ours, again;
	char text[DIAL_SDP_MAX];

	if (dial_sdp_read((const char *)data, size, &theirs))
		return 0;
	if (theirs.addr.sin_family != AF_INET ||
	    (theirs.savp && !theirs.keyed) ||
	    (!theirs.keyed && !dial_sdp_check(&theirs, DIAL_SRTP_REQUIRE)))
		abort();
	/* What we answer can be read, with the same key. */
	dial_sdp_offer(&ours, "192.0.2.1", 4000, DIAL_SRTP_PREFER, theirs.key);
	dial_sdp_answer(&ours, &ours, &theirs);
	size = dial_sdp_write(&ours, 1, 1, text);
	if (size >= sizeof(text) || dial_sdp_read(text, size, &again) ||
	    again.keyed != theirs.keyed ||
	    memcmp(again.key, theirs.key, sizeof(again.key)))
		abort();

	return 0;
}
