/** @file test_aigc.c  Mirrors lib/audio/aigc.c */
#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

#include "audio/aigc.h"
#include "base/mem.h"

static uint8_t chunk[YH_AIGC_CHUNK_MAX];

Test(aigc, the_chunk_holds_the_seven_fields_as_json)
{
	static const struct {
		const char *key, *value;
	} rows[] = {
		{"Label", "1"},
		{"ContentProducer", "银湖银行"},
		{"ProduceID", "c-1"},
		{"ReservedCode1", ""},
		{"ContentPropagator", "银湖银行"}, /* the first is the maker */
		{"PropagateID", "c-1"},
		{"ReservedCode2", ""},
	};
	const struct yh_aigc label = {"银湖银行", "c-1"};
	size_t n = yh_aigc_chunk(&label, chunk),
	       len = chunk[4] + 256u * chunk[5];
	json_t *j = json_loadb((char *)chunk + 8, len, 0, NULL);

	cr_assert_arr_eq(chunk, "AIGC", 4);
	cr_assert_eq(n, 8 + len + (len & 1));
	cr_assert_eq(json_object_size(j), YH_ARRAY_LEN(rows));
	for (size_t i = 0; i < YH_ARRAY_LEN(rows); i++)
		cr_expect_str_eq(
			json_string_value(json_object_get(j, rows[i].key)),
			rows[i].value);
	json_decref(j);
}

Test(aigc, texts_that_would_break_it_are_refused)
{
	static const char *const rows[] = {"", "a\"b", "a\\b", "a\nb", "\x7f"};
	char longest[YH_AIGC_TEXT_MAX + 2];

	for (size_t i = 0; i < YH_ARRAY_LEN(rows); i++) {
		const struct yh_aigc label = {"p", rows[i]};

		cr_expect_eq(yh_aigc_chunk(&label, chunk), 0, "row %zu", i);
	}
	memset(longest, 'x', sizeof(longest));
	longest[YH_AIGC_TEXT_MAX] = '\0';
	cr_expect(yh_aigc_text_ok(longest));
	longest[YH_AIGC_TEXT_MAX] = 'x';
	longest[YH_AIGC_TEXT_MAX + 1] = '\0';
	cr_expect(!yh_aigc_text_ok(longest));
}

Test(aigc, only_a_whole_chunk_ahead_of_the_data_is_a_label)
{
	const struct yh_aigc label = {"p", "id"};
	uint8_t file[12 + YH_AIGC_CHUNK_MAX] = "RIFF....WAVE";
	size_t n = yh_aigc_chunk(&label, file + 12);

	cr_assert(yh_aigc_is_labelled(file, 12 + n));
	for (size_t cut = 0; cut < 12 + n - 1; cut++)
		cr_assert(!yh_aigc_is_labelled(file, cut), "%zu", cut);
	memcpy(file + 12, "data", 4);
	cr_assert(!yh_aigc_is_labelled(file, 12 + n));
	memcpy(file + 12, "AIGC", 4);
	*(char *)memmem(file, 12 + n, ":\"1\"", 4) = 'x';
	cr_assert(!yh_aigc_is_labelled(file, 12 + n));
}
