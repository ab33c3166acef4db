/**
 * @file call.h  One call from its lease to its stored end.
 *
 *   dialing -> (ringing) -> talking -> ending -> gone
 *
 * `ended` is published exactly once, after the recording and the last words
 * are done, and the call goes when it is stored. Source: own design.
 */
#ifndef DIAL_CALL_H
#define DIAL_CALL_H

#include "app.h"
#include "media.h"
#include "progress.h"

enum dial_call_state {
	DIAL_DIALING, /**< INVITE is out, or ringing */
	DIAL_TALKING,
	DIAL_ENDING,  /**< The line is down; words and recording are not done */
	DIAL_STORING, /**< `ended` is on its way */
};

enum {
	DIAL_SOUNDS = DIAL_TALK_QUEUE + 2,
	DIAL_HANG_UP_MS = 5000,	   /**< The longest wait for SIP's end */
	DIAL_RECORDED_MS = 20000,  /**< for the recording's end */
	DIAL_BRIDGED_MS = 3600000, /**< Longest call with an agent */
	DIAL_WORDS_MS = 3000,	   /**< and for the last words' transcript */
};

struct dial_said {
	uint32_t seq; /**< Of its command; 0 = free */
	struct dial_sound *sound;
	char *text;
};

/** A human agent whom the callee talks to, as far as they are inspected. */
struct dial_agent_side {
	struct dial_ears *ears;	 /**< NULL: they are not */
	struct dial_facts facts; /**< As last told */
	bool lost;		 /**< As words_lost */
	bool leg_lives;		 /**< More news may come */
};

struct dial_call {
	struct dial_call *next, *same_id;
	struct dial_app *app;
	uint32_t id; /**< For SIP; never used again */
	enum dial_call_state state;
	Yinhu__V1__AttemptLease *lease; /**< Owned */
	struct dial_pool *pool;	  /**< Of agents whom it is for, or NULL */
	bool abandoned;		  /**< No agent was free in time */
	struct dial_trunk *trunk; /**< Its channel is held; NULL = none */
	const char *shown;	  /**< The number that the callee sees */
	const char *trunk_name;	  /**< Of the last; "" = it never left */
	uint32_t tried;		  /**< Trunks that had its INVITE, a bit each */
	struct dial_leg *leg; /**< Its media; NULL: none, or told to close */
	bool leg_lives;	      /**< Its GONE has not come */
	uint16_t port;
	struct dial_sdp media;	  /**< Theirs, as last told */
	enum dial_srtp_mode srtp; /**< Of the trunk that took the INVITE */
	uint8_t srtp_key[DIAL_SRTP_KEY_BYTES]; /**< Ours */
	struct dial_facts facts;	       /**< As last told */
	struct dial_leg_stats stats;
	struct dial_ears *ears;
	struct dial_agent_side agent;
	struct dial_progress progress;
	struct dial_said said[DIAL_SOUNDS];
	uint64_t invited_us, answered_us, line_down_us;
	uint64_t hang_up_us; /**< When we asked for it; 0 = not */
	uint32_t ring_ms, last_seq, n_silences;
	uint32_t told_seq, n_prompts; /**< Of bot_speech: last, how many */
	enum yh_expect expect; /**< Of the question that was asked last */
	bool ringing, early, rang_out, interrupted;
	bool words_lost; /**< The utterance that goes on was not begun */
	bool recording, recorded; /**< Not told of yet; written */
	uint64_t store_us;	  /**< Not before: `ended` again */
	/** How it ended. */
	Yinhu__V1__CallOutcome outcome;
	uint32_t sip_code, q850;
	const char *hung_up_by;	 /**< Static */
	const char *disposition; /**< The table's word for it, or "" */
	char reason[128];
	struct yh_wav_made made; /**< The recording, when `recorded` */
	uint32_t renewal; /**< Number of the last one that asked for it */
};

/** Publish `dialing` and send the INVITE. The call lives in app->calls until
 * its end is stored. @param lease Borrowed @param trunk For which it was leased
 * @return 0, -ENOMEM */
int dial_call_start(struct dial_app *app, const Yinhu__V1__AttemptLease *lease,
		    struct dial_trunk *trunk);
/** Every 20 ms. May free the call. */
void dial_call_tick(struct dial_call *c, uint64_t now_us);
/** What its media say. @param news Borrowed */
void dial_call_on_news(struct dial_call *c, const struct dial_news *news);
/** What SIP says of it. @param ev Borrowed */
void dial_call_on_sip(struct dial_call *c, const struct dial_sip_event *ev);
/** Do a command that was not done before. @param cmd Borrowed */
void dial_call_command(struct dial_call *c, const Yinhu__V1__CallCommand *cmd);
/** End it. @param by Static: "bot", "network", "drain"
 * @param interrupted The outcome becomes INTERRUPTED */
void dial_call_hang_up(struct dial_call *c, const char *by, bool interrupted,
		       const char *why);
/** Free it where it stands: at stop. */
void dial_call_free(struct dial_call *c);

/** By SIP's id or by call id; NULL when there is none. */
struct dial_call *dial_call_by_id(struct dial_app *app, uint32_t id);
struct dial_call *dial_call_find(struct dial_app *app, const char *call_id);

/* tell.c: the events of a call. */
void dial_tell_dialing(struct dial_call *c);
void dial_tell_ringing(struct dial_call *c, bool early_media);
void dial_tell_answered(struct dial_call *c);
void dial_tell_started(struct dial_call *c, const char *text);
void dial_tell_played(struct dial_call *c);
void dial_tell_speech(struct dial_call *c);
void dial_tell_progress(struct dial_call *c);
void dial_tell_keys(struct dial_call *c);
void dial_tell_silence(struct dial_call *c);
/** It was given to an agent. */
void dial_tell_agent(struct dial_call *c, const char *agent,
		     uint32_t waited_ms);
/** An utterance that is in no transcript. @param agent Is it the agent's? */
void dial_tell_unheard(struct dial_call *c, bool agent,
		       const struct dial_heard *heard);
/** A step of a transfer. */
struct dial_transfer_news {
	int state;    /**< Yinhu__V1__TransferProgress__State */
	uint32_t seq; /**< Of the command */
	uint64_t since_us;
	uint32_t code;
	const char *reason;
	const char *not_inspected;	/**< With CONNECTED: why; NULL: it is */
	const Yinhu__V1__Transfer *cmd; /**< With STARTED: the summary */
};
/** @param done As of dial_event_store, or NULL @return 0, -ENOMEM */
int dial_tell_transfer(struct dial_call *c,
		       const struct dial_transfer_news *news,
		       void (*done)(struct dial_app *app, uint32_t id),
		       uint32_t id);
/** @return 0, -ENOMEM */
int dial_tell_ended(struct dial_call *c,
		    void (*done)(struct dial_app *app, uint32_t call_id));

#endif
