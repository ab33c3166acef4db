/** @file brief.c  For the person who takes over, contract in brief.h */
#include "brief.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

enum { LINE_MAX_BYTES = 600 };
static const char callee[] = "callee: ";

int dlg_brief_line(Yinhu__V1__DialogSession *s, const char *who,
		   const char *text)
{
	char line[LINE_MAX_BYTES], *copy, **grown;
	size_t n;

	if (!text[0])
		return 0;
	n = (size_t)snprintf(line, sizeof(line), "%s: %s", who, text);
	if (n >= sizeof(line)) { /* cut between characters */
		n = sizeof(line) - 1;
		while (n && ((unsigned char)line[n] & 0xc0) == 0x80)
			n--;
		line[n] = '\0';
	}
	if (s->n_lines == DLG_LINES_MAX) {
		yh_free(s->lines[0]);
		memmove(s->lines, s->lines + 1,
			--s->n_lines * sizeof(*s->lines));
	}
	copy = yh_strdup(line);
	grown = yh_realloc(s->lines, (s->n_lines + 1) * sizeof(*grown));
	if (grown)
		s->lines = grown;
	if (!copy || !grown) {
		yh_free(copy);
		return -ENOMEM;
	}
	s->lines[s->n_lines++] = copy;

	return 0;
}

static const char *last_words(const Yinhu__V1__DialogSession *s)
{
	for (size_t i = s->n_lines; i--;) {
		if (!strncmp(s->lines[i], callee, strlen(callee)))
			return s->lines[i] + strlen(callee);
	}

	return "";
}

void dlg_brief_summary(const Yinhu__V1__DialogSession *s, char *out,
		       size_t size)
{
	size_t n = (size_t)snprintf(out, size, "%s；谈到 %s",
				    s->verified ? "已核实本人" : "未核实本人",
				    s->state);

	for (size_t i = 0; i < s->n_slots && n < size; i++)
		n += (size_t)snprintf(out + n, size - n, "%s%s=%s",
				      i ? "，" : "；已知 ", s->slots[i]->key,
				      s->slots[i]->value);
	if (n < size && s->emotion[0])
		n += (size_t)snprintf(out + n, size - n, "；情绪 %s",
				      s->emotion);
	if (n < size)
		snprintf(out + n, size - n, "；客户最后说：%s", last_words(s));
	/* Never half a character. */
	n = strlen(out);
	while (n && ((unsigned char)out[n - 1] & 0xc0) == 0x80)
		n--;
	if (n && (unsigned char)out[n - 1] >= 0xc0 && strlen(out) == size - 1)
		out[n - 1] = '\0';
}
