/** @file test_moment.c  Mirrors lib/text/moment.c */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "text/moment.h"
#include "text/numbers.h"

/* Saturday 2026-11-28, 14:00 */
static int64_t now(void)
{
	return yh_day_number((struct yh_day){2026, 11, 28}) * 86400 + 14 * 3600;
}

struct row {
	const char said[64], shown[64]; /* "": no time was named */
};

ParameterizedTestParameters(moment, is_found_and_said_again)
{
	static struct row rows[] = {
		{"晚上八点以后打", "今天晚上8点"},
		{"上午十点打吧", "明天上午10点"}, /* it has passed today */
		{"明天下午三点半", "明天下午3点半"},
		{"半小时后再打", "今天下午2点半"},
		{"过两个小时吧", "今天下午4点"},
		{"二十分钟后", "今天下午2点20分"},
		{"明天再说", "明天上午10点"},
		{"下午吧", "今天下午3点"},
		{"后天晚上", "后天晚上7点"},
		{"十二月三号下午", "12月3日下午3点"},
		{"在开会", ""},
		{"再看吧", ""},
		{"分十二期", ""},
	};

	return cr_make_param_array(struct row, rows,
				   sizeof(rows) / sizeof(rows[0]));
}

ParameterizedTest(struct row *r, moment, is_found_and_said_again)
{
	char shown[64] = "";
	int64_t at = 0;

	if (yh_find_moment(r->said, now(), &at))
		yh_show_moment(at, now(), shown, sizeof(shown));
	cr_expect_str_eq(shown, r->shown, "%s: %s", r->said, shown);
}

Test(moment, the_callee_s_clock_is_that_of_their_zone)
{
	cr_expect_eq(yh_zone_s("+08:00"), 8 * 3600);
	cr_expect_eq(yh_zone_s("-03:30"), -(3 * 3600 + 1800));
	cr_expect_eq(yh_zone_s("+06:00/+08:00"), 8 * 3600);
	cr_expect_eq(yh_zone_s(""), 8 * 3600);
	cr_expect_eq(yh_zone_s("+99:00"), 8 * 3600);
	cr_expect_eq(yh_zone_s("Asia/Shanghai"), 8 * 3600);
}
