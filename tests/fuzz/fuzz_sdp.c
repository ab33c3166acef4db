/** @file fuzz_sdp.c  Any bytes as a session description. */
// sources: services/dialer/sdp.c
// packages: sofia-sip-ua
#include <stdint.h>
#include <stdlib.h>

#include "../../services/dialer/sdp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sockaddr_in media = {0};

	if (!dial_sdp_read((const char *)data, size, &media) &&
	    media.sin_family != AF_INET)
		abort();

	return 0;
}
