/** @file fuzz_rtp.c  Any bytes as an RTP packet. */
// sources: lib/audio/rtp.c
#include <stdint.h>
#include <stdlib.h>

#include "audio/rtp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yh_rtp rtp;

	if (yh_rtp_parse(&rtp, data, size))
		return 0;
	if (size < YH_RTP_HEADER_BYTES || rtp.payload_type > 127 ||
	    rtp.payload < data + YH_RTP_HEADER_BYTES ||
	    rtp.payload + rtp.len > data + size)
		abort();

	return 0;
}
