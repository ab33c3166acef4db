/** @file fuzz_rtcp.c  Any bytes as an RTCP compound packet. */
// sources: lib/audio/rtcp.c
#include <stdint.h>
#include <stdlib.h>

#include "audio/rtcp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t buf[YH_RTCP_BYTES];
	struct yh_rtcp r, again;
	size_t n;

	if (size < 4)
		return 0;
	if (yh_rtcp_parse(&r, (uint32_t)data[0], data + 1, size - 1))
		return 0;
	if (r.has_block && r.block.ssrc != data[0])
		abort();
	(void)yh_rtcp_round_trip_us(&r.block, r.ntp);
	/* What was read can be written, and says the same. */
	n = yh_rtcp_write(&r, "0123456789abcdef", buf);
	if (n > sizeof(buf) || yh_rtcp_parse(&again, data[0], buf, n) ||
	    again.ssrc != r.ssrc || again.ntp != r.ntp ||
	    again.block.lost != r.block.lost || again.bye != r.bye)
		abort();

	return 0;
}
