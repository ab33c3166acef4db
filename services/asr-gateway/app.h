/** @file app.h  asr-gateway: what its files share. */
#ifndef ASR_APP_H
#define ASR_APP_H

#include "engines.h"
#include "loop/pool.h"
#include "metrics.h"
#include "mood.h"
#include "rpc/rpc.h"
#include "svc/svc.h"
#include "text/intents.h"
#include "yinhu/v1/speech.pb-c.h"

enum { ASR_BUCKETS = 1024 };

struct asr_conf {
	struct yh_svc_conf common;
	char *model_dir;
	char *general_intents;
	char *engines_file;
	char *emotion_model;
	char *emotion_words;
	uint32_t workers;
	uint32_t max_streams;
	uint32_t idle_ms;
	uint32_t confidence_percent;
	uint32_t audio_keep_ms;
};

struct asr_app {
	/* First: protobuf-c hands it to the methods. */
	Yinhu__V1__SpeechService_Service rpc;
	struct yh_svc *svc;
	const struct asr_conf *conf;
	struct yh_intents *intents;
	struct asr_engine *engine; /* the embedded one */
	struct yh_pool *pool;	   /* its workers */
	struct asr_engines *engines;
	struct asr_ladder *ladder;
	struct asr_moods *moods;   /* NULL: not asked for */
	struct yh_pool *mood_pool; /* theirs: no decoding keeps them waiting */
	struct yh_rpc_server *server;
	struct yh_sub *audio;
	uv_timer_t reaper;
	bool reaper_open;
	struct asr_session *buckets[ASR_BUCKETS];
	struct asr_job *jobs;
	struct asr_recall *recalls;
	unsigned n_sessions, n_decoding;
};

/** Open streams, take audio, answer. @return 0 or an error */
int asr_sessions_open(struct asr_app *app);
/** No new audio or streams. */
void asr_sessions_drain(struct asr_app *app);
/** Free all. */
void asr_sessions_close(struct asr_app *app);

/** SpeechService.Recognize (recognize.c). */
void asr_recognize(Yinhu__V1__SpeechService_Service *rpc,
		   const Yinhu__V1__RecognizeRequest *req,
		   Yinhu__V1__RecognizeResponse_Closure closure, void *data);
/** Forget what was asked. */
void asr_recognize_close(struct asr_app *app);

#endif
