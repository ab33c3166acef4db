/**
 * @file wire.h  What recognition servers say over WebSockets: the protocols.
 *
 * A protocol is a static object of pure functions; rec_ws.c moves the bytes.
 *
 * Source: the servers' own: FunASR runtime/websocket/bin/
 * websocket-server-2pass.cpp; vosk-server websocket/asr_server.py; sherpa-onnx
 * csrc/online-websocket-server-impl.cc.
 */
#ifndef ASR_WIRE_H
#define ASR_WIRE_H

#include <stdbool.h>

#include "recognizer.h"

/** How samples go: little-endian, mono. */
enum asr_wire_format { ASR_WIRE_S16, ASR_WIRE_F32 };

enum asr_wire_event {
	ASR_WIRE_NOTHING,
	ASR_WIRE_PARTIAL, /**< The text so far has changed */
	ASR_WIRE_LAST,	  /**< Nothing more comes */
	/** Nothing more comes, or a little: some servers do not say. */
	ASR_WIRE_PERHAPS_LAST,
};

/** What was heard so far. All zeros at the beginning. */
struct asr_wire {
	char done[ASR_TEXT_MAX];    /**< Finished parts, one after the other */
	char partial[ASR_TEXT_MAX]; /**< Of the part that is under way */
	double confidence;	    /**< Sum over n_confidence [0..1] each */
	unsigned n_confidence;	    /**< 0: the server has none */
	bool ended;		    /**< The end was sent */
	/** Binary messages sent, messages that came. */
	unsigned sent, replies;
};

struct asr_wire_setup {
	uint32_t rate_hz; /**< 8000 or 16000 */
	struct asr_hints hints;
};

struct asr_wire_protocol {
	const char *engine;
	const char *subprotocol; /**< Or NULL */
	enum asr_wire_format format;
	uint32_t rate_hz; /**< The usual one */
	/** The first text message. @return Heap string; NULL: out of memory;
	 * may be NULL itself: there is none */
	char *(*hello)(const struct asr_wire_setup *setup);
	const char *end; /**< The last text message */
	/** A text message came. @param text Borrowed, shape (n)
	 * @return enum asr_wire_event, -EPROTO (not this protocol), -EIO (the
	 * server reports an error) */
	int (*take)(struct asr_wire *w, const char *text, size_t n);
};

extern const struct asr_wire_protocol asr_wire_funasr;
extern const struct asr_wire_protocol asr_wire_vosk;
extern const struct asr_wire_protocol asr_wire_sherpa;

/** By the name in the configuration. @return NULL when there is none */
const struct asr_wire_protocol *asr_wire_find(const char *engine);

/** All of what was heard. @param out ASR_TEXT_MAX bytes */
void asr_wire_text(const struct asr_wire *w, char *out);
/** The average; 0 without text, ASR_WIRE_UNTOLD when the server has none. */
float asr_wire_confidence(const struct asr_wire *w);
#define ASR_WIRE_UNTOLD 0.9f

/** A result of sherpa-onnx, from a server or from the library.
 * @param last It ends its segment, or all
 * @return 0, -EPROTO */
int asr_wire_sherpa_result(struct asr_wire *w, const char *json, size_t n,
			   bool last);

/* For the protocols: */

/** Append without cutting a character; spaces between Chinese characters go.
 * @param to ASR_TEXT_MAX bytes */
void asr_wire_add(char *to, const char *text);
/** The part under way is finished and is `text`. */
void asr_wire_finish(struct asr_wire *w, const char *text);

#endif
