/*
 * The callees: which called number behaves how. Loaded from YAML, checked
 * whole before use, read-only afterwards. Pure but for reading the file.
 *
 * The format is described in tools/carrier/README.md.
 */
#ifndef CAR_PERSONA_H
#define CAR_PERSONA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct car_clip;

enum car_kind {
	CAR_TALK,	 /* answers and follows its turns */
	CAR_SILENT,	 /* answers, never speaks */
	CAR_BUSY,	 /* 486 */
	CAR_NO_ANSWER,	 /* rings, then 480 */
	CAR_VACANT,	 /* announcement, 404 */
	CAR_POWERED_OFF, /* announcement, 480 */
	CAR_DECLINE,	 /* rings, 603 */
	CAR_REJECT,	 /* any other final code */
	CAR_IGNORE,	 /* answers nothing at all */
};

enum car_when { CAR_ON_ANSWER, CAR_ON_PROMPT_END, CAR_ON_PROMPT_START };

enum { CAR_KEY_MS = 200 }; /* a key pressed, and the pause after it */

/** A sentence, or a row of keys, and what the callee means by it. */
struct car_line {
	const char *text;	     /* NULL: nothing is said or pressed */
	const char *means;	     /* an intent's id, or "" */
	bool is_keys;		     /* text is "0-9*#" and is pressed */
	uint32_t beep_ms;	     /* a mailbox's beep after it; 0: none */
	const struct car_clip *clip; /* rendered; set by car_voice_cast() */
};

struct car_turn {
	enum car_when when;
	uint32_t after_ms; /* CAR_ON_PROMPT_START: since the prompt's onset */
	uint32_t delay_ms;
	struct car_line line;
	bool hangup; /* once the line is said */
};

/** A voice, and the line that it is heard over. */
struct car_voice {
	const char *name; /* espeak-ng "voice+variant" */
	uint32_t speed_wpm;
	uint32_t pitch; /* 0..100 */
	uint32_t range; /* 0..100 */
	int32_t level_dbov;
	int32_t noise_dbov; /* -90: none */
};

/** What is said unasked, and how often at most. */
struct car_spare {
	struct car_line line;
	uint32_t after_ms;
	uint32_t times;
};

struct car_persona {
	const char *name;
	enum car_kind kind;
	uint16_t code;	    /* final SIP code; 200 for those that answer */
	const char *reason; /* its phrase */
	int q850;	    /* cause for the Reason header, 0: none */
	uint32_t ring_ms;
	bool early_media; /* 183 with sound, not 180 */
	struct car_line announce;
	struct car_voice voice;
	struct car_turn *turns;
	size_t n_turns;
	bool loop;
	struct car_spare when_asked_again; /* text NULL: the last line */
	struct car_spare when_silent;
	uint32_t hang_over_ms;
	uint32_t patience_ms;
	uint32_t max_call_ms;
	const char *expect; /* disposition, "" if not said */
};

struct car_cast;

/**
 * Load and check a personas file.
 *
 * @param path  borrowed
 * @param cast  set on success; car_cast_destroy()
 * @param err   borrowed, one line "FILE:LINE: what" on error
 * @param len   octets in err
 * @return 0; -ENOENT and the like if unreadable; -EINVAL if it breaks a rule;
 *         -ENOMEM
 */
int car_cast_load(const char *path, struct car_cast **cast, char *err,
		  size_t len);

/** As car_cast_load(), from memory; `path` only names it in errors. */
int car_cast_parse(const char *path, const uint8_t *yaml, size_t yaml_len,
		   struct car_cast **cast, char *err, size_t len);

void car_cast_destroy(struct car_cast *cast);

/**
 * Find who answers a number: an exact number before a prefix, a longer prefix
 * before a shorter one. "+86", "0086" and the trunk 0 before a mobile number
 * are ignored.
 *
 * @return borrowed from the cast; NULL if nobody has the number
 */
const struct car_persona *car_cast_find(const struct car_cast *cast,
					const char *number);

/**
 * Skip what may stand before a national number: "+86", "0086", and the trunk
 * 0 before a mobile number.
 *
 * @return into `number`
 */
const char *car_number_national(const char *number);

/** @return number of personas; the i-th is car_cast_at(). */
size_t car_cast_count(const struct car_cast *cast);
struct car_persona *car_cast_at(struct car_cast *cast, size_t i);

/** @return the kind's name in YAML. */
const char *car_kind_name(enum car_kind kind);

#endif
