/** @file endpoint.c  When has the callee ended?, contract in endpoint.h */
#include <stdbool.h>
#include <string.h>

#include "text/endpoint.h"
#include "text/numbers.h"
#include "text/utf8.h"

enum {
	MAX_TEXT = 512,
	/* Of eleven, said in groups: nobody pauses after ten, but one may have
	 * been missed. */
	ENOUGH_DIGITS = 10,
	MIN_ROW = 3, /* digits in a row that look dictated */
};

static bool ends_with(const char *text, size_t len, const char *tail)
{
	size_t n = strlen(tail);

	return len >= n && !memcmp(text + len - n, tail, n);
}

static bool ends_with_any(const char *text, size_t len,
			  const char *const *tails)
{
	for (; *tails; tails++)
		if (ends_with(text, len, *tails))
			return true;

	return false;
}

static bool has_any(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strstr(text, *words))
			return true;

	return false;
}

static bool is_any(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (!strcmp(text, *words))
			return true;

	return false;
}

/* Length without the particles at the end: 五百块吧 ends with 块. */
static size_t without_particles(const char *text)
{
	static const char *const PARTICLES[] = {
		"吧",	"啊",	"呀", "了",   "吗",   "呢",   "嘛",
		"左右", "就行", "行", "可以", "那天", "之前", NULL};
	size_t len = strlen(text);

	for (size_t i = 0; PARTICLES[i]; i++) {
		if (ends_with(text, len, PARTICLES[i])) {
			len -= strlen(PARTICLES[i]);
			i = (size_t)-1; /* from the first again */
		}
	}

	return len;
}

/* ---- what is dictated ---- */

static enum yh_turn judge_amount(const char *text, size_t len)
{
	static const char *const UNITS[] = {"块", "元", "圆", "钱",
					    "毛", "角", "分", NULL};
	int64_t cents;
	double number;

	if (yh_find_amount(text, &cents))
		return ends_with_any(text, len, UNITS) ? YH_TURN_WHOLE
						       : YH_TURN_OPEN;

	return yh_number_at(text, &number) ? YH_TURN_OPEN : YH_TURN_UNKNOWN;
}

/* 周三, 星期天: the last character alone says nothing. */
static bool ends_with_weekday(const char *text, size_t len)
{
	static const char *const DAYS[] = {"一", "二", "三", "四", "五",
					   "六", "日", "天", NULL};
	static const char *const WEEK[] = {"周", "星期", "礼拜", NULL};
	const size_t day = strlen("一");

	return len > day && ends_with_any(text, len, DAYS) &&
	       ends_with_any(text, len - day, WEEK);
}

static enum yh_turn judge_date(const char *text, size_t len)
{
	static const char *const ENDS[] = {"号", "日", "天", "后", "底",
					   "初", "末", "早", "晚", NULL};
	static const char *const PARTS[] = {"周",   "星期", "礼拜", "月", "号",
					    "下个", "本",   "今",   "明", NULL};
	const struct yh_day any = {2026, 1, 1};
	struct yh_day day;

	if (yh_find_date(text, any, &day) &&
	    (ends_with_any(text, len, ENDS) || ends_with_weekday(text, len)))
		return YH_TURN_WHOLE;

	return has_any(text, PARTS) ? YH_TURN_OPEN : YH_TURN_UNKNOWN;
}

static enum yh_turn judge_time(const char *text, size_t len)
{
	static const char *const ENDS[] = {"点", "半", "刻", "分",
					   "钟", "后", "前", NULL};
	static const char *const PARTS[] = {"上午", "下午", "晚上", "中午",
					    "早上", "点",   NULL};
	unsigned minute;

	if (yh_find_time(text, &minute) && ends_with_any(text, len, ENDS))
		return YH_TURN_WHOLE;

	return has_any(text, PARTS) ? YH_TURN_OPEN : YH_TURN_UNKNOWN;
}

static enum yh_turn judge_term(const char *text, size_t len)
{
	static const char *const ENDS[] = {"期", "月", "年", "半", NULL};
	unsigned months;

	if (!yh_find_term(text, &months))
		return YH_TURN_UNKNOWN;

	return ends_with_any(text, len, ENDS) ? YH_TURN_WHOLE : YH_TURN_OPEN;
}

static enum yh_turn judge_digits(const char *text)
{
	char row[32];

	if (!yh_find_digits(text, 1, row, sizeof(row)))
		return YH_TURN_UNKNOWN;

	return strlen(row) >= ENOUGH_DIGITS ? YH_TURN_WHOLE : YH_TURN_OPEN;
}

static enum yh_turn judge_value(enum yh_expect expect, const char *text)
{
	size_t len = without_particles(text);

	switch (expect) {
	case YH_EXPECT_AMOUNT:
		return judge_amount(text, len);
	case YH_EXPECT_DATE:
		return judge_date(text, len);
	case YH_EXPECT_TIME:
		return judge_time(text, len);
	case YH_EXPECT_TERM:
		return judge_term(text, len);
	case YH_EXPECT_DIGITS:
		return judge_digits(text);
	case YH_EXPECT_ANY:
	case YH_EXPECT_YES_NO:
	case YH_EXPECT_TEXT:
		break;
	}

	return YH_TURN_UNKNOWN;
}

/* ---- any sentence ---- */

static bool says_yes_or_no(const char *text)
{
	static const char *const WORDS[] = {
		"好",	"好的",	  "好啊", "行",	    "行啊", "可以", "对",
		"对的", "是",	  "是的", "嗯",	    "没错", "没有", "不",
		"不是", "不用",	  "不要", "不对",   "不行", "不好", "不了",
		"没",	"不需要", "要",	  "没问题", "同意", NULL};

	return is_any(text, WORDS);
}

static bool hangs(const char *text)
{
	static const char *const TAILS[] = {
		"然后", "就是", "那个",	  "这个",   "因为", "但是",
		"可是", "不过", "所以",	  "如果",   "要是", "还有",
		"或者", "比如", "的话",	  "我想",   "我要", "我是",
		"还是", "想问", "问一下", "就是说", "请问", NULL};

	return ends_with_any(text, strlen(text), TAILS);
}

static bool is_filler(const char *text)
{
	static const char *const FILLERS[] = {"嗯", "呃", "额", "啊",
					      "哦", "喂", NULL};

	return is_any(text, FILLERS);
}

/* Digits in a row where none were asked for: they are dictated all the same. */
static bool dictates(const char *text)
{
	char row[32];

	return yh_find_digits(text, MIN_ROW, row, sizeof(row)) &&
	       judge_digits(text) == YH_TURN_OPEN;
}

enum yh_turn yh_turn_judge(enum yh_expect expect, const char *text,
			   enum yh_phrase phrase)
{
	char said[MAX_TEXT];
	enum yh_turn value;

	yh_utf8_spoken(text, said, sizeof(said));
	if (!said[0])
		return YH_TURN_UNKNOWN;
	if (says_yes_or_no(said)) /* else: 好的, and then what was asked for */
		return expect == YH_EXPECT_YES_NO ? YH_TURN_WHOLE
						  : YH_TURN_UNKNOWN;
	if (is_filler(said))
		return YH_TURN_UNKNOWN;
	if (phrase == YH_PHRASE_WHOLE)
		return YH_TURN_WHOLE;
	value = judge_value(expect, said);
	if (value != YH_TURN_UNKNOWN)
		return value;

	return phrase == YH_PHRASE_BEGUN || hangs(said) || dictates(said)
		       ? YH_TURN_OPEN
		       : YH_TURN_UNKNOWN;
}

enum yh_phrase yh_phrase_find(char *const *list, size_t n, const char *spoken)
{
	const size_t len = strlen(spoken);
	bool begun = false;

	for (size_t i = 0; i < n && len; i++) {
		if (strncmp(list[i], spoken, len) != 0)
			continue;
		if (!list[i][len])
			return YH_PHRASE_WHOLE;
		begun = true;
	}

	return begun ? YH_PHRASE_BEGUN : YH_PHRASE_NONE;
}

uint32_t yh_endpoint_ms(const struct yh_endpoint_conf *conf,
			enum yh_expect expect, enum yh_turn turn)
{
	switch (turn) {
	case YH_TURN_WHOLE:
		return conf->early_ms;
	case YH_TURN_OPEN:
		return conf->late_ms;
	case YH_TURN_UNKNOWN:
		break;
	}

	/* They are said in groups; a number in pieces is worth nothing. */
	return expect == YH_EXPECT_DIGITS ? conf->late_ms : conf->usual_ms;
}
