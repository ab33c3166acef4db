/** @file fuzz_events.c  Any bytes as telephone events of a call: pairs of a
 * timestamp's byte and a payload. */
// sources: lib/audio/events.c
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "audio/events.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(char key, unsigned *counted)
{
	if (!key)
		return;
	if (!strchr("0123456789*#ABCD", key))
		abort();
	++*counted;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yh_event_in in = {0};
	struct yh_event_out out = {0};
	unsigned counted = 0, packets = 0;
	struct yh_event ev;

	for (; size >= 5; data += 5, size -= 5, packets++) {
		if (yh_event_parse(&ev, data + 1, 4))
			abort();
		check(yh_event_in_put(&in, &ev, data[0]), &counted);
	}
	check(yh_event_in_end(&in), &counted);
	if (counted > packets || yh_event_in_end(&in))
		abort();
	if (size && !yh_event_parse(&ev, data, size > 3 ? 3 : size))
		abort();
	for (int i = 0; i < 3 && counted; i++)
		(void)yh_event_out_press(&out, "12*#");
	for (int i = 0; yh_event_out_busy(&out); i++) {
		if (i > YH_EVENT_KEYS_MAX * 12)
			abort();
		(void)yh_event_out_tick(&out, &ev);
	}

	return 0;
}
