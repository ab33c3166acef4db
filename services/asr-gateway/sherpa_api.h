/**
 * @file sherpa_api.h  What recognition uses of the sherpa-onnx C library,
 *                     declared as that library has it (sherpa/sherpa.h).
 *
 * Source: c-api.h of sherpa-onnx 1.13 (Apache-2.0): names and order of fields.
 */
#ifndef ASR_SHERPA_API_H
#define ASR_SHERPA_API_H

#include <stddef.h>
#include <stdint.h>

struct sherpa_model {
	struct {
		const char *encoder, *decoder, *joiner;
	} transducer;
	struct {
		const char *encoder, *decoder;
	} paraformer;
	const char *zipformer2_ctc;
	const char *tokens;
	int32_t num_threads;
	const char *provider; /**< "cpu" */
	int32_t debug;
	const char *model_type, *modeling_unit, *bpe_vocab, *tokens_buf;
	int32_t tokens_buf_size;
	const char *nemo_ctc, *t_one_ctc;
};

struct sherpa_config {
	int32_t sample_rate, feature_dim;
	struct sherpa_model model;
	const char *decoding_method;
	int32_t max_active_paths;
	int32_t enable_endpoint;
	float rule1_s, rule2_s, rule3_s;
	const char *hotwords_file;
	float hotwords_score;
	struct {
		const char *graph;
		int32_t max_active;
	} ctc;
	const char *rule_fsts, *rule_fars;
	float blank_penalty;
	const char *hotwords_buf;
	int32_t hotwords_buf_size;
	const char *homophones[3];
};

/* Handles of the library. */
struct sherpa_recognizer;
struct sherpa_stream;

/** NAME in the library is SherpaOnnx<name>. */
#define SHERPA_FUNCTIONS(F)                                                    \
	F(const struct sherpa_recognizer *, CreateOnlineRecognizer,            \
	  (const struct sherpa_config *))                                      \
	F(void, DestroyOnlineRecognizer, (const struct sherpa_recognizer *))   \
	F(const struct sherpa_stream *, CreateOnlineStream,                    \
	  (const struct sherpa_recognizer *))                                  \
	F(const struct sherpa_stream *, CreateOnlineStreamWithHotwords,        \
	  (const struct sherpa_recognizer *, const char *))                    \
	F(void, DestroyOnlineStream, (const struct sherpa_stream *))           \
	F(void, OnlineStreamAcceptWaveform,                                    \
	  (const struct sherpa_stream *, int32_t, const float *, int32_t))     \
	F(void, OnlineStreamInputFinished, (const struct sherpa_stream *))     \
	F(int32_t, IsOnlineStreamReady,                                        \
	  (const struct sherpa_recognizer *, const struct sherpa_stream *))    \
	F(void, DecodeMultipleOnlineStreams,                                   \
	  (const struct sherpa_recognizer *, const struct sherpa_stream **,    \
	   int32_t))                                                           \
	F(const char *, GetOnlineStreamResultAsJson,                           \
	  (const struct sherpa_recognizer *, const struct sherpa_stream *))    \
	F(void, DestroyOnlineStreamResultJson, (const char *))

struct sherpa_api {
#define SHERPA_MEMBER(result, name, args) result(*name) args;
	SHERPA_FUNCTIONS(SHERPA_MEMBER)
#undef SHERPA_MEMBER
};

/** Load the library and check its version. It stays loaded.
 * @param folder Where it is; "" or NULL: where the system looks
 * @param error Receives what is wrong and what to do (size bytes)
 * @return 0, -ENOENT (not there), -ELIBBAD (another version, a function is
 * missing) */
int sherpa_api_load(struct sherpa_api *api, const char *folder, char *error,
		    size_t size);

#endif
