/**
 * @file events.h  Keys as telephone events, both ways.
 *
 * Pure. A key that is pressed comes as packets of one timestamp, three of them
 * marked as the end; any of them may be lost, the key counts once, when its
 * end comes or, if all ends are lost, when the next key or speech does.
 *
 * Source: RFC 4733 sections 2.3, 2.5, 3.2 (events 0 to 15).
 */
#ifndef YH_EVENTS_H
#define YH_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	YH_EVENT_BYTES = 4,
	YH_EVENT_ENDS = 3,	/**< The last packet is sent so often */
	YH_EVENT_MS = 100,	/**< A key of ours is pressed so long */
	YH_EVENT_GAP_MS = 100,	/**< and so long is between two */
	YH_EVENT_KEYS_MAX = 32, /**< Keys that wait to be sent */
};

/** Payload of a packet. */
struct yh_event {
	uint8_t code; /**< 0..9, 10 '*', 11 '#', 12..15 A to D, others */
	bool end;
	uint8_t volume;	   /**< [-dBm0, 0..63] */
	uint16_t duration; /**< [1/8000 s] */
};

/** @param p Borrowed, shape (len) @return 0, -EBADMSG (shorter than 4 bytes) */
int yh_event_parse(struct yh_event *ev, const uint8_t *p, size_t len);
void yh_event_write(const struct yh_event *ev, uint8_t out[YH_EVENT_BYTES]);
/** "0".."9", '*', '#', 'A'..'D'. @return '\0' for other events */
char yh_event_key(uint8_t code);

/** What comes. Zeroed at start. */
struct yh_event_in {
	bool started; /**< A key was seen; `timestamp` and `key` are its */
	bool counted;
	uint32_t timestamp;
	char key;
};

/** A packet has come. @return The key that is now counted, or '\0' */
char yh_event_in_put(struct yh_event_in *in, const struct yh_event *ev,
		     uint32_t timestamp);
/** Audio has come again. @return As put: a key whose ends were lost */
char yh_event_in_end(struct yh_event_in *in);

/** What goes. Zeroed is idle. */
struct yh_event_out {
	char keys[YH_EVENT_KEYS_MAX];
	uint8_t n;	/**< Keys that wait, the one that is sent first */
	uint8_t frames; /**< Of it, sent */
	bool begins;	/**< The packet told last is a key's first */
};

/** Press keys after those that wait. @param keys Borrowed; "0-9*#A-D"
 * @return 0, -EINVAL (another sign; none is taken), -ENOSPC */
int yh_event_out_press(struct yh_event_out *out, const char *keys);
/** Every 20 ms. @param[out] ev The payload to send instead of audio
 * @return Is there one? In the gap between two keys there is silence */
bool yh_event_out_tick(struct yh_event_out *out, struct yh_event *ev);
/** Is a key or a gap going on? */
bool yh_event_out_busy(const struct yh_event_out *out);

#endif
