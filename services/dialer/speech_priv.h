/**
 * @file speech_priv.h  Inside speech*.c only: utterances that wait (speech.c)
 *                      and their way through a stream (speech_send.c).
 */
#ifndef DIAL_SPEECH_PRIV_H
#define DIAL_SPEECH_PRIV_H

#include "speech.h"

struct dial_utterance {
	struct dial_utterance *next;
	struct dial_heard heard;
	bool ended, asked;
	bool paused, pause_asked;
	size_t pause_at; /* bytes that are sent while paused */
	uint32_t seq, pause_seq;
	uint64_t give_up_ms;
	size_t len, cap, sent;
	uint8_t *alaw;
};

struct dial_speech {
	struct yh_bus *bus;
	ProtobufCService *asr;
};

struct dial_ears {
	struct dial_speech *sp;
	char call_id[64];
	char *script, *region;
	bool agent, for_agent;
	dial_heard_cb *cb; /* NULL: closed, waits for callbacks */
	dial_so_far_cb *so_far;
	void *arg;
	char instance[64]; /* "" = no stream */
	bool opening;
	unsigned out;	/* callbacks that will come */
	unsigned tries; /* since the last success */
	uint64_t again_ms;
	struct dial_utterance *head, *tail;
	unsigned n;
	char **hints;
	size_t n_hints;
};

/** Open the stream, at whichever instance. */
void dial_ears_open_stream(struct dial_ears *e);
/** Send of the first utterance what can be sent now. */
void dial_ears_pump(struct dial_ears *e);
/** The first utterance is done with. */
void dial_ears_drop_head(struct dial_ears *e);
/** Free what is closed, when its last callback has come. */
void dial_ears_free_if_done(struct dial_ears *e);

#endif
