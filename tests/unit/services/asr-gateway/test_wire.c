/** @file test_wire.c  The protocols of recognition servers, message by message.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "upsample.h"
#include "wire.h"

static struct asr_wire w;
static char text[ASR_TEXT_MAX];

static int take(const struct asr_wire_protocol *p, const char *message)
{
	int what = p->take(&w, message, strlen(message));

	asr_wire_text(&w, text);

	return what;
}

Test(wire_funasr, hello_is_what_the_server_needs)
{
	static const char *const words[] = {"分期", "<amount>", "\"引号\""};
	const struct asr_wire_setup setup = {8000, {words, 3}};
	char *hello = asr_wire_funasr.hello(&setup);

	cr_expect_str_eq(
		hello,
		"{\"mode\":\"2pass\",\"wav_name\":\"call\",\"wav_format\":"
		"\"pcm\",\"is_speaking\":true,\"chunk_size\":[5,10,5],"
		"\"audio_fs\":8000,\"hotwords\":\"{\\\"分期\\\":20,"
		"\\\"\\\\\\\"引号\\\\\\\"\\\":20}\",\"itn\":true}");
	yh_free(hello);
	cr_expect_str_eq(asr_wire_funasr.end, "{\"is_speaking\":false}");
}

Test(wire_funasr, the_offline_text_replaces_the_increments)
{
	const struct asr_wire_protocol *p = &asr_wire_funasr;

	cr_expect_eq(take(p, "{\"mode\":\"2pass-online\",\"text\":\"您好\","
			     "\"is_final\":false}"),
		     ASR_WIRE_PARTIAL);
	take(p, "{\"mode\":\"2pass-online\",\"text\":\"我向\"}");
	cr_expect_str_eq(text, "您好我向");
	take(p, "{\"mode\":\"2pass-offline\",\"text\":\"你好，我想\"}");
	cr_expect_str_eq(text, "你好，我想");
	take(p, "{\"mode\":\"2pass-online\",\"text\":\"分期\"}");
	cr_expect_str_eq(text, "你好，我想分期");
}

Test(wire_funasr, only_is_final_after_the_end_is_the_last)
{
	const struct asr_wire_protocol *p = &asr_wire_funasr;

	cr_expect_eq(take(p, "{\"text\":\"\",\"is_final\":true}"),
		     ASR_WIRE_NOTHING);
	w.ended = true;
	cr_expect_eq(take(p, "{\"mode\":\"2pass-online\",\"text\":\"好\","
			     "\"is_final\":false}"),
		     ASR_WIRE_PARTIAL);
	cr_expect_eq(take(p, "{\"mode\":\"2pass-offline\",\"text\":\"好的\","
			     "\"is_final\":false}"),
		     ASR_WIRE_PERHAPS_LAST);
	cr_expect_eq(take(p, "{\"text\":\"\",\"is_final\":true}"),
		     ASR_WIRE_LAST);
	cr_expect_str_eq(text, "好的");
}

Test(wire_funasr, what_is_not_the_protocol_is_an_error)
{
	static const char *const bad[] = {
		"",
		"{",
		"[]",
		"7",
		"{\"mode\":\"2pass-online\"}",
		"{\"text\":7}",
		"{\"text\":\"x\",\"mode\":\"other\"}"};

	for (size_t i = 0; i < YH_ARRAY_LEN(bad); i++)
		cr_expect_eq(take(&asr_wire_funasr, bad[i]), -EPROTO, "%s",
			     bad[i]);
}

Test(wire_vosk, hello_and_end_are_spelt_as_the_server_compares_them)
{
	const struct asr_wire_setup setup = {8000, {NULL, 0}};
	char *hello = asr_wire_vosk.hello(&setup);

	cr_expect_str_eq(hello, "{\"config\":{\"sample_rate\":8000,\"words\":"
				"true,\"max_alternatives\":0}}");
	yh_free(hello);
	cr_expect_str_eq(asr_wire_vosk.end, "{\"eof\" : 1}");
}

Test(wire_vosk, the_last_result_is_known_by_counting)
{
	const struct asr_wire_protocol *p = &asr_wire_vosk;

	w.sent = 2;
	take(p, "{\"partial\":\"你 好\"}");
	cr_expect_str_eq(text, "你好");
	w.ended = true;
	cr_expect_eq(take(p, "{\"text\":\"你 好\",\"result\":[{\"conf\":0.9},"
			     "{\"conf\":0.7}]}"),
		     ASR_WIRE_PARTIAL, "the answer to the second frame");
	cr_expect_eq(take(p, "{\"text\":\"再 见\"}"), ASR_WIRE_LAST);
	cr_expect_str_eq(text, "你好再见");
	cr_expect_float_eq(asr_wire_confidence(&w), 0.8, 1e-6);
}

Test(wire_sherpa, segments_add_up_and_done_ends)
{
	const struct asr_wire_protocol *p = &asr_wire_sherpa;

	take(p, "{\"text\":\"我就\",\"is_final\":false,\"is_eof\":false}");
	take(p, "{\"text\":\"我就是\",\"ys_probs\":[0,0],\"is_final\":true}");
	take(p, "{\"text\":\"再说\",\"is_final\":false}");
	cr_expect_str_eq(text, "我就是再说");
	cr_expect_eq(take(p, "Done!"), -EPROTO, "nobody asked for the end");
	w.ended = true;
	cr_expect_eq(take(p, "Done!"), ASR_WIRE_LAST);
	cr_expect_float_eq(asr_wire_confidence(&w), 1, 1e-6);
}

Test(wire, spaces_stay_between_latin_words_only)
{
	char to[ASR_TEXT_MAX] = "";

	asr_wire_add(to, "你 好 my name 是 li");
	cr_expect_str_eq(to, "你好my name是li");
}

Test(wire, a_text_too_long_is_cut_between_characters)
{
	char to[ASR_TEXT_MAX] = "";

	for (int i = 0; i < 400; i++)
		asr_wire_add(to, "汉");
	cr_expect_eq(strlen(to), (ASR_TEXT_MAX - 1) / 3 * 3);
}

Test(wire, no_text_has_no_confidence)
{
	cr_expect_eq(asr_wire_confidence(&w), 0);
}

Test(upsample, a_tone_stays_and_no_image_of_it_comes)
{
	enum { N = 800 };
	static int16_t in[N], out[2 * N];
	struct asr_upsample u = {0};
	const double pi = 3.14159265358979323846, f = 1000;
	double power = 0, error = 0;

	for (int i = 0; i < N; i++)
		in[i] = (int16_t)(10000 * sin(2 * pi * f * i / 8000));
	asr_upsample(&u, in, N / 2, out);
	asr_upsample(&u, in + N / 2, N / 2, out + N);
	for (int i = 100; i < 2 * N; i++) {
		double want = 10000 * sin(2 * pi * f * (i - 16) / 16000);

		power += want * want;
		error += (out[i] - want) * (out[i] - want);
	}
	cr_expect_lt(10 * log10(error / power), -45, "%.1f dB",
		     10 * log10(error / power));
}
