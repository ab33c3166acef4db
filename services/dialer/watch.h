/**
 * @file watch.h  A call that nobody hears: why?
 *
 * Pure. Source: own design; what users of other diallers look for in packet
 * traces.
 */
#ifndef DIAL_WATCH_H
#define DIAL_WATCH_H

#include <stdint.h>

enum {
	DIAL_WATCH_MS = 5000,	      /**< After the answer it is judged */
	DIAL_WATCH_SILENT_DBOV = -60, /**< Never louder than this is silence */
};

/** Ordered: the first that fits names it. */
enum dial_no_audio {
	DIAL_AUDIO_OK,
	DIAL_NO_PACKETS,     /**< Nothing came at all */
	DIAL_SRTP_FAILED,    /**< It came, but not by the key agreed on */
	DIAL_FOREIGN_SOURCE, /**< It came from another address or port */
	DIAL_OTHER_CODEC,    /**< It came, but not as PCMA */
	DIAL_SILENCE,	     /**< Audio came in which there is nothing */
};

struct dial_watch_facts {
	uint32_t audio; /**< Packets of PCMA or comfort noise */
	uint32_t other_codec, foreign, srtp_failed;
	float loudest_dbov; /**< Frame; -127 when there was none */
};

enum dial_no_audio dial_watch_judge(const struct dial_watch_facts *f);
/** "", "no_packets", "srtp", "foreign_source", "codec", "silence". Static. */
const char *dial_watch_name(enum dial_no_audio cause);

#endif
