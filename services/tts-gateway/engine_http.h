/**
 * @file engine_http.h  A speech server on the network, by the convention of
 *                      POST /v1/audio/speech.
 *
 * The request is a JSON object of model, input, voice, response_format; the
 * answer the audio itself: WAV of any rate, or `pcm`, 16 bits little-endian of
 * one channel. Anything else, and any status but 200, is a failure.
 *
 * Source: OpenAI API reference, "Create speech", which vLLM, Kokoro-FastAPI,
 * LocalAI, openedai-speech and others speak.
 */
#ifndef TTS_ENGINE_HTTP_H
#define TTS_ENGINE_HTTP_H

#include "engine.h"
#include "fetch/fetch.h"
#include "loop/pool.h"

struct tts_http_conf {
	const char *name; /**< Kept, as all texts are */
	const char *url, *model;
	const char *token; /**< For "Authorization: Bearer"; NULL: none */
	const char *ca_file;
	unsigned pcm_rate_hz; /**< 0: WAV is asked for */
	uint32_t connect_ms, timeout_ms;
	float level_dbov;
};

/** @param fetcher, pool Kept; the pool brings answers to the line
 * @return 0, -EINVAL (too long a name or model), -ENOMEM */
int tts_engine_http_create(struct tts_engine **out, struct yh_fetcher *fetcher,
			   struct yh_pool *pool,
			   const struct tts_http_conf *conf);

#endif
