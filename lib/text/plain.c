/** @file plain.c  What is left of a sentence, contract in plain.h */
#include "text/plain.h"

#include <string.h>

#include "base/mem.h"
#include "text/utf8.h"

/* Words that say the same; longer ones first. "" = left out: who is polite,
 * hesitates or is surprised does not mean another thing. */
static const struct {
	const char *said, *plain;
} PLAIN[] = {
	{"什么玩意", "什么"}, {"啥子", "什么"},	  {"啥", "什么"},
	{"怎么样", "怎样"},   {"怎么", "怎"},	  {"如何", "怎"},
	{"咋", "怎"},	      {"可不可以", "能"}, {"能不能", "能"},
	{"可以", "能"},	      {"没有", "没"},	  {"木有", "没"},
	{"你们", "你"},	      {"您", "你"},	  {"我们", "我"},
	{"咱们", "我"},	      {"咱", "我"},	  {"俺", "我"},
	{"她", "他"},	      {"它", "他"},	  {"那个", ""},
	{"这个", ""},	      {"就是说", ""},	  {"一下", ""},
	{"请问", ""},	      {"麻烦", ""},	  {"现在", ""},
	{"已经", "已"},	      {"再也", "再"},	  {"不要", "别"},
	{"不用", "别"},	      {"啊", ""},	  {"呀", ""},
	{"吧", ""},	      {"呢", ""},	  {"嘛", ""},
	{"哦", ""},	      {"哈", ""},	  {"啦", ""},
	{"哎", ""},	      {"嗯", ""},	  {"呃", ""},
	{"额", ""},	      {"喂", ""},	  {"哟", ""},
	{"儿", ""},	      {"的", ""},	  {"了", ""},
	{"就", ""},	      {"都", ""},	  {"也", ""},
	{"那", ""},	      {"哪里", "哪"},	  {"钱多少", "多少钱"},
};

static size_t next_len(const char *text)
{
	const char *next = text;

	yh_utf8_next(&next);

	return (size_t)(next - text);
}

/* @return Index of what stands there, -1 = nothing */
static int plain_at(const char *s)
{
	for (size_t i = 0; i < YH_ARRAY_LEN(PLAIN); i++)
		if (!strncmp(s, PLAIN[i].said, strlen(PLAIN[i].said)))
			return (int)i;

	return -1;
}

void yh_plain(const char *text, char *out, size_t size)
{
	size_t len = 0;

	while (*text) {
		int i = plain_at(text);
		const char *word = i < 0 ? text : PLAIN[i].plain;
		size_t n = i < 0 ? next_len(text) : strlen(word);

		if (len + n + 1 > size)
			break;
		memcpy(out + len, word, n);
		len += n;
		text += i < 0 ? n : strlen(PLAIN[i].said);
	}
	out[len] = '\0';
}
