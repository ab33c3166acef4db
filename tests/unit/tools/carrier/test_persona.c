#include "persona.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

static int parse(const char *yaml, struct car_cast **cast, char *err)
{
	return car_cast_parse("p.yaml", (const uint8_t *)yaml, strlen(yaml),
			      cast, err, 256);
}

#define HEAD "personas:\n  - name: a\n    numbers: [\"1\"]\n"

Test(persona, a_file_that_breaks_a_rule_is_refused_with_its_line)
{
	static const struct {
		const char *yaml, *want;
	} rows[] = {
		{"", "p.yaml:1: the file is empty"},
		{"personas: [\n", "libyaml: did not find"},
		{HEAD "    kind: odd\n", "p.yaml:4: Invalid ENUM value: odd"},
		{HEAD "    kind: busy\n    ring_ms: soon\n", "p.yaml:5: "},
		{"personas:\n  - {name: a, kind: busy}\n", "numbers"},
		{HEAD "    kind: talk\n", "p.yaml:2: kind talk needs turns"},
		{HEAD "    kind: busy\n    turns: [{say: 好}]\n",
		 "p.yaml:2: turns are for kind talk only"},
		{HEAD "    turns:\n      - {say: 好}\n      - {after: noon, "
		      "say: 好}\n",
		 "p.yaml:6: after: 'noon'"},
		{HEAD "    turns:\n      - {after: prompt_start+x, say: 好}\n",
		 "p.yaml:5: after: 'prompt_start+x'"},
		{HEAD "    turns:\n      - {say: 好}\n      - {after: answer, "
		      "say: 好}\n",
		 "p.yaml:6: after: answer is for the first turn"},
		{HEAD "    turns: [{means: affirm}]\n",
		 "p.yaml:4: a turn says or presses something"},
		{HEAD "    turns: [{say: 好, press: '1'}]\n",
		 "p.yaml:4: say and press are two turns"},
		{HEAD "    turns: [{press: 1a}]\n",
		 "p.yaml:4: press: '1a' is not 0-9"},
		{HEAD "    kind: reject\n", "kind reject needs a code"},
		{HEAD "    kind: busy\n    code: 200\n", "code 200"},
		{HEAD "    kind: busy\n    voice: {speed: 20}\n",
		 "voice speed 20"},
		{HEAD "    kind: busy\n  - {name: b, kind: busy, numbers: "
		      "[\"1\"]}\n",
		 "p.yaml:5: number '1' is taken by 'a'"},
		{"personas:\n  - {name: a, kind: busy, numbers: [\"1x\"]}\n",
		 "number '1x'"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct car_cast *cast = NULL;
		char err[256] = "";
		cr_expect_eq(parse(rows[i].yaml, &cast, err), -EINVAL,
			     "row %zu", i);
		cr_expect_not_null(strstr(err, rows[i].want), "row %zu: %s", i,
				   err);
		cr_expect_null(cast);
	}
}

Test(persona, an_unknown_key_is_named)
{
	struct car_cast *cast = NULL;
	char err[256] = "";

	cr_expect_eq(parse(HEAD "    knid: busy\n", &cast, err), -EINVAL);
	cr_expect_not_null(strstr(err, "p.yaml:4: Unexpected key: knid"), "%s",
			   err);
}

Test(persona, turns_and_defaults_are_filled_in)
{
	struct car_cast *cast = NULL;
	char err[256];

	cr_assert_eq(parse("voice: {variant: f2, speed: 170}\n" HEAD
			   "    voice: {pitch: 30}\n"
			   "    turns:\n"
			   "      - {say: 我就是, means: is_self}\n"
			   "      - {after: prompt_start+1500, delay_ms: 50, "
			   "say: 好, hangup: true}\n",
			   &cast, err),
		     0, "%s", err);
	const struct car_persona *p = car_cast_find(cast, "1");
	cr_assert_not_null(p);
	cr_expect_eq(p->kind, CAR_TALK);
	cr_expect_eq(p->code, 200);
	cr_expect_str_eq(p->voice.name, "cmn-latn-pinyin+f2");
	cr_expect_eq(p->voice.speed_wpm, 170);
	cr_expect_eq(p->voice.pitch, 30);
	cr_expect_eq(p->n_turns, 2);
	cr_expect_eq(p->turns[0].when, CAR_ON_PROMPT_END);
	cr_expect_str_eq(p->turns[0].line.means, "is_self");
	cr_expect_eq(p->turns[1].when, CAR_ON_PROMPT_START);
	cr_expect_eq(p->turns[1].after_ms, 1500);
	cr_expect(p->turns[1].hangup);
	cr_expect_eq(p->when_asked_again.times, 1);
	cr_expect_eq(p->hang_over_ms, 700);
	car_cast_destroy(cast);
}

Test(persona, kinds_bring_their_code_and_announcement)
{
	struct car_cast *cast = NULL;
	char err[256];

	cr_assert_eq(parse("personas:\n"
			   "  - {name: v, kind: vacant, numbers: [\"1\"]}\n"
			   "  - {name: o, kind: powered_off, numbers: [\"2\"], "
			   "announce: \"\"}\n"
			   "  - {name: r, kind: reject, numbers: [\"3\"], "
			   "code: 484}\n",
			   &cast, err),
		     0, "%s", err);
	const struct car_persona *p = car_cast_find(cast, "1");
	cr_expect_eq(p->code, 404);
	cr_expect(p->early_media);
	cr_expect_not_null(p->announce.text);
	p = car_cast_find(cast, "2");
	cr_expect_eq(p->code, 480);
	cr_expect_not(p->early_media);
	p = car_cast_find(cast, "3");
	cr_expect_eq(p->code, 484);
	cr_expect_str_eq(p->reason, "Address Incomplete");
	car_cast_destroy(cast);
}

Test(persona, an_exact_number_beats_a_prefix_and_a_longer_one_a_shorter)
{
	static const struct {
		const char *number, *name;
	} rows[] = {
		{"19900000001", "exact"},     {"+8619900000001", "exact"},
		{"008619900000001", "exact"}, {"019900000001", "exact"},
		{"19900000002", "long"},      {"19911111111", "short"},
		{"13800000000", "rest"},
	};
	struct car_cast *cast = NULL;
	char err[256];

	cr_assert_eq(
		parse("personas:\n"
		      "  - {name: rest, kind: busy, numbers: [\"*\"]}\n"
		      "  - {name: short, kind: busy, numbers: [\"199*\"]}\n"
		      "  - {name: long, kind: busy, numbers: [\"1990*\"]}\n"
		      "  - {name: exact, kind: busy, numbers: "
		      "[\"19900000001\"]}\n",
		      &cast, err),
		0, "%s", err);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		cr_expect_str_eq(car_cast_find(cast, rows[i].number)->name,
				 rows[i].name, "%s", rows[i].number);
	car_cast_destroy(cast);
}
