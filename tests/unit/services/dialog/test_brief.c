/** @file test_brief.c  Mirrors services/dialog/brief.c */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "brief.h"
#include "text/utf8.h"

static Yinhu__V1__DialogSession *session(void)
{
	Yinhu__V1__DialogSession *s = yh_zalloc(sizeof(*s));

	yinhu__v1__dialog_session__init(s);
	s->state = yh_strdup("offer");

	return s;
}

static void finish(Yinhu__V1__DialogSession *s)
{
	yinhu__v1__dialog_session__free_unpacked(s, NULL);
}

static bool is_whole(const char *text)
{
	const char *p = text;
	uint32_t c;

	while ((c = yh_utf8_next(&p))) {
		if (c == 0xfffd)
			return false;
	}

	return true;
}

Test(brief, the_last_lines_are_kept)
{
	Yinhu__V1__DialogSession *s = session();
	char text[32];

	for (int i = 0; i < DLG_LINES_MAX + 5; i++) {
		snprintf(text, sizeof(text), "line %d", i);
		cr_assert_eq(dlg_brief_line(s, i % 2 ? "bot" : "callee", text),
			     0);
	}
	cr_assert_eq(dlg_brief_line(s, "bot", ""), 0);
	cr_assert_eq(s->n_lines, DLG_LINES_MAX);
	cr_expect_str_eq(s->lines[0], "bot: line 5");
	cr_expect_str_eq(s->lines[DLG_LINES_MAX - 1], "callee: line 44");
	finish(s);
}

Test(brief, a_long_line_is_cut_between_characters)
{
	Yinhu__V1__DialogSession *s = session();
	char text[1500] = "";

	for (int i = 0; i < 400; i++)
		strcat(text, "好");
	cr_assert_eq(dlg_brief_line(s, "callee", text), 0);
	cr_expect_lt(strlen(s->lines[0]), 600);
	cr_expect_gt(strlen(s->lines[0]), 590);
	cr_expect(is_whole(s->lines[0]));
	finish(s);
}

Test(brief, a_summary_says_who_where_what_and_the_last_words)
{
	Yinhu__V1__DialogSession *s = session();
	Yinhu__V1__DialogSession__SlotsEntry *e = yh_zalloc(sizeof(*e));
	char out[DLG_SUMMARY_MAX];

	yinhu__v1__dialog_session__slots_entry__init(e);
	e->key = yh_strdup("term");
	e->value = yh_strdup("12");
	s->slots = yh_calloc(1, sizeof(*s->slots));
	s->slots[s->n_slots++] = e;
	s->verified = true;
	s->emotion = yh_strdup("angry");
	cr_assert_eq(dlg_brief_line(s, "callee", "我要找人工"), 0);
	cr_assert_eq(dlg_brief_line(s, "bot", "请稍等"), 0);
	dlg_brief_summary(s, out, sizeof(out));
	cr_expect_str_eq(out, "已核实本人；谈到 offer；已知 term=12；情绪 "
			      "angry；客户最后说：我要找人工");
	finish(s);
}

Test(brief, a_summary_without_room_ends_in_a_whole_character)
{
	Yinhu__V1__DialogSession *s = session();
	char out[DLG_SUMMARY_MAX];

	cr_assert_eq(dlg_brief_line(s, "callee", "我不要机器人我要找人工"), 0);
	for (size_t size = 1; size < 120; size++) {
		dlg_brief_summary(s, out, size);
		cr_assert_lt(strlen(out), size);
		cr_assert(is_whole(out), "%zu: %s", size, out);
	}
	finish(s);
}
