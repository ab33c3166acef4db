/** @file app.h  tts-gateway: what main.c and methods.c share. */
#ifndef TTS_APP_H
#define TTS_APP_H

#include "prompt.h"
#include "rpc/rpc.h"
#include "svc/svc.h"
#include "yinhu/v1/speech.pb-c.h"

struct tts_conf {
	struct yh_svc_conf common;
	char *voices_file, *recorded_dir, *aigc_producer;
	uint32_t cache_ttl_s, max_jobs, speech_level_db;
};

struct tts_app {
	/** First: protobuf-c hands it to the methods. */
	Yinhu__V1__SynthesisService_Service rpc;
	struct yh_svc *svc;
	const struct tts_conf *conf;
	struct yh_redis *redis;
	struct tts_voices *voices;
	struct tts_recorded *recorded;
	struct tts_speaker *speaker;
	struct tts_studio studio;
	struct yh_rpc_server *server;
};

/** Fill the service's functions. */
void tts_methods_bind(struct tts_app *app);

#endif
