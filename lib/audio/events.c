/** @file events.c  Keys as telephone events, contract in events.h */
#include <errno.h>
#include <string.h>

#include "audio/events.h"
#include "audio/g711.h"

enum {
	PRESSED = YH_EVENT_MS / YH_FRAME_MS,
	GAP = YH_EVENT_GAP_MS / YH_FRAME_MS,
	VOLUME = 10, /* -10 dBm0 */
};

static const char signs[] = "0123456789*#ABCD";

int yh_event_parse(struct yh_event *ev, const uint8_t *p, size_t len)
{
	if (len < YH_EVENT_BYTES)
		return -EBADMSG;
	*ev = (struct yh_event){.code = p[0],
				.end = p[1] >> 7,
				.volume = p[1] & 63,
				.duration = (uint16_t)(p[2] << 8 | p[3])};

	return 0;
}

void yh_event_write(const struct yh_event *ev, uint8_t out[YH_EVENT_BYTES])
{
	out[0] = ev->code;
	out[1] = (uint8_t)((ev->end ? 0x80 : 0) | (ev->volume & 63));
	out[2] = (uint8_t)(ev->duration >> 8);
	out[3] = (uint8_t)ev->duration;
}

char yh_event_key(uint8_t code)
{
	return code < sizeof(signs) - 1 ? signs[code] : '\0';
}

/* ---- what comes ------------------------------------------------------------
 */

char yh_event_in_end(struct yh_event_in *in)
{
	char key = in->started && !in->counted ? in->key : '\0';

	in->counted = true;

	return key;
}

/* Of two keys in one packet's time only the newer can be told: the older one's
 * ends were all lost. */
char yh_event_in_put(struct yh_event_in *in, const struct yh_event *ev,
		     uint32_t timestamp)
{
	char key = yh_event_key(ev->code), before = '\0';

	if (!key)
		return '\0';
	if (in->started && (int32_t)(timestamp - in->timestamp) < 0)
		return '\0'; /* late */
	if (!in->started || timestamp != in->timestamp) {
		before = yh_event_in_end(in);
		*in = (struct yh_event_in){
			.started = true, .timestamp = timestamp, .key = key};
		if (before)
			return before;
	}

	return ev->end ? yh_event_in_end(in) : '\0';
}

/* ---- what goes -------------------------------------------------------------
 */

int yh_event_out_press(struct yh_event_out *out, const char *keys)
{
	size_t n = strlen(keys);

	if (strspn(keys, signs) != n)
		return -EINVAL;
	if (n > (size_t)(YH_EVENT_KEYS_MAX - out->n))
		return -ENOSPC;
	memcpy(out->keys + out->n, keys, n);
	out->n = (uint8_t)(out->n + n);

	return 0;
}

static void next_key(struct yh_event_out *out)
{
	out->n--;
	memmove(out->keys, out->keys + 1, out->n);
	out->frames = 0;
}

bool yh_event_out_tick(struct yh_event_out *out, struct yh_event *ev)
{
	unsigned k = out->frames;

	if (!out->n)
		return false;
	out->frames++;
	out->begins = k == 0;
	if (k >= PRESSED + YH_EVENT_ENDS - 1) {
		if (k + 1 == PRESSED + YH_EVENT_ENDS - 1 + GAP)
			next_key(out);
		return false;
	}
	*ev = (struct yh_event){
		.code = (uint8_t)(strchr(signs, out->keys[0]) - signs),
		.end = k >= PRESSED - 1,
		.volume = VOLUME,
		.duration = (uint16_t)((k < PRESSED ? k + 1 : PRESSED) *
				       YH_FRAME_SAMPLES)};

	return true;
}

bool yh_event_out_busy(const struct yh_event_out *out)
{
	return out->n > 0;
}
