/** @file test_sherpa_tts.c  Mirrors services/tts-gateway/sherpa_tts.c,
 * engine_sherpa.c: folders of models, a missing library. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <criterion/criterion.h>

#include "../../model_folder.h"
#include "engine_sherpa.h"
#include "sherpa_tts.h"

static struct sherpa_tts_files f;

TestSuite(sherpa_tts, .init = make_dir, .fini = remove_dir);

Test(sherpa_tts, a_vits_is_a_model_with_tokens_and_a_lexicon)
{
	put("model.onnx");
	put("model.int8.onnx");
	put("tokens.txt");
	put("lexicon.txt");
	cr_assert_eq(sherpa_tts_find(&f, dir, error, sizeof(error)), 0);
	cr_expect_eq(f.kind, SHERPA_VITS);
	cr_expect(ends(f.model, "model.int8.onnx"), "%s", f.model);
	cr_expect(ends(f.lexicon, "/lexicon.txt"));
	cr_expect_str_empty(f.data_dir);
}

Test(sherpa_tts, a_vocoder_makes_it_a_matcha)
{
	put("model-steps-3.onnx");
	put("vocos-22khz-univ.onnx");
	put("tokens.txt");
	put("lexicon.txt");
	cr_assert_eq(sherpa_tts_find(&f, dir, error, sizeof(error)), 0);
	cr_expect_eq(f.kind, SHERPA_MATCHA);
	cr_expect(ends(f.model, "model-steps-3.onnx"), "%s", f.model);
	cr_expect(ends(f.vocoder, "vocos-22khz-univ.onnx"));
}

Test(sherpa_tts, voices_make_it_a_kokoro_with_its_lexicons)
{
	put("model.onnx");
	put("voices.bin");
	put("tokens.txt");
	put("lexicon-us-en.txt");
	put("lexicon-zh.txt");
	cr_assert_eq(sherpa_tts_find(&f, dir, error, sizeof(error)), 0);
	cr_expect_eq(f.kind, SHERPA_KOKORO);
	cr_expect(strstr(f.lexicon, "lexicon-us-en.txt,"));
	cr_expect(ends(f.lexicon, "lexicon-zh.txt"), "%s", f.lexicon);
}

Test(sherpa_tts, what_is_missing_is_said_file_by_file)
{
	cr_expect_eq(sherpa_tts_find(&f, dir, error, sizeof(error)), -ENOENT);
	cr_expect(strstr(error, "missing tokens.txt, *.onnx, lexicon.txt or "
				"espeak-ng-data; `make model-info`"),
		  "%s", error);
	put("model.onnx");
	put("tokens.txt");
	cr_expect_eq(sherpa_tts_find(&f, dir, error, sizeof(error)), -ENOENT);
	cr_expect(strstr(error, "missing lexicon.txt or"), "%s", error);
	cr_expect_eq(sherpa_tts_find(&f, "/nonexistent", error, sizeof(error)),
		     -ENOENT);
}

Test(sherpa_tts, a_missing_library_is_said_so)
{
	const struct tts_sherpa_conf conf = {dir, "/nonexistent", 1};
	struct tts_local local;

	put("model.onnx");
	put("tokens.txt");
	put("lexicon.txt");
	cr_expect_eq(tts_sherpa_open(&local, &conf, error, sizeof(error)),
		     -ENOENT);
	cr_expect(strstr(error, "make sherpa"), "%s", error);
}
