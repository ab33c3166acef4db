/** @file phones.c  Mandarin phones, contract in phones.h */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <espeak-ng/speak_lib.h>

#include "base/mem.h"
#include "phones.h"

enum { NAME_MAX_BYTES = 64 };

struct syllable {
	char initial[NAME_MAX_BYTES], final[NAME_MAX_BYTES];
	char *out;
	size_t size, len;
	bool full; /* out was too small */
};

static const char *rename_char(char c, char buf[3])
{
	static const char *const names[] = {
		['.'] = "r", [';'] = "j", ['@'] = "e0",
		['['] = "q", ['-'] = "d", ['&'] = "y",
		[':'] = "l", ['~'] = "n", ['^'] = "v",
	};

	if (isdigit((unsigned char)c) || strchr("',|%=_ ", c))
		return "";
	if ((unsigned char)c < YH_ARRAY_LEN(names) && names[(unsigned char)c])
		return names[(unsigned char)c];
	buf[0] = isupper((unsigned char)c) ? 'u' : c;
	buf[1] = isupper((unsigned char)c) ? (char)tolower(c) : '\0';
	buf[2] = '\0';

	return buf;
}

static void rename_symbol(const char *symbol, char *out)
{
	size_t n = 0;
	char buf[3];

	for (; *symbol && n + 3 < NAME_MAX_BYTES; symbol++) {
		const char *r = rename_char(*symbol, buf);

		n += (size_t)snprintf(out + n, NAME_MAX_BYTES - n, "%s", r);
	}
	out[n] = '\0';
}

static void emit(struct syllable *s, const char *phone)
{
	int n;

	if (!phone[0])
		return;
	n = snprintf(s->out + s->len, s->size - s->len, "%s%s",
		     s->len ? " " : "", phone);
	if (n < 0 || (size_t)n >= s->size - s->len)
		s->full = true;
	else
		s->len += (size_t)n;
}

static void flush(struct syllable *s)
{
	char final[NAME_MAX_BYTES];

	rename_symbol(s->final, final);
	emit(s, s->initial);
	emit(s, final);
	s->initial[0] = s->final[0] = '\0';
}

static bool is_vowel(const char *symbol)
{
	symbol += strspn(symbol, "',%=");

	return *symbol && strchr("aeiouyAEIOUY@V&", *symbol);
}

static bool has_digit(const char *s)
{
	return s[strcspn(s, "0123456789")] != '\0';
}

static bool is_one_of(const char *symbol, const char *const list[])
{
	for (; *list; list++) {
		if (!strcmp(symbol, *list))
			return true;
	}

	return false;
}

static void add(struct syllable *s, const char *symbol)
{
	static const char *const glides[] = {"w", "j", NULL};
	static const char *const codas[] = {"n", "N", "w", "j", "r", NULL};
	bool vowel = is_vowel(symbol);
	size_t n = strlen(s->final);

	if (vowel && has_digit(s->final) && has_digit(symbol)) {
		flush(s);
		snprintf(s->final, sizeof(s->final), "%s", symbol);
	} else if (!n && !vowel && !is_one_of(symbol, glides)) {
		emit(s, s->initial);
		rename_symbol(symbol, s->initial);
	} else if (n && !vowel && !is_one_of(symbol, codas)) {
		flush(s);
		rename_symbol(symbol, s->initial);
	} else {
		snprintf(s->final + n, sizeof(s->final) - n, "%s", symbol);
	}
}

/* The next word of text up to one of `stops`; NULL at the end. */
static const char *next_word(const char **text, const char *stops, char *word,
			     size_t size)
{
	size_t n;

	*text += strspn(*text, stops);
	n = strcspn(*text, stops);
	if (!n)
		return NULL;
	snprintf(word, size, "%.*s", (int)n, *text);
	*text += n;

	return word;
}

int asr_phones_parse(const char *espeak, char *out, size_t size)
{
	struct syllable s = {.out = out, .size = size};
	char syllable[256], symbol[NAME_MAX_BYTES];

	out[0] = '\0';
	while (next_word(&espeak, " |\n\t", syllable, sizeof(syllable))) {
		const char *at = syllable;

		while (next_word(&at, "_", symbol, sizeof(symbol))) {
			if (symbol[strspn(symbol, "', |")])
				add(&s, symbol);
		}
		flush(&s);
	}

	return s.full ? -ENOSPC : 0;
}

int asr_phones_open(void)
{
	static bool open;

	if (open)
		return 0;
	if (espeak_Initialize(AUDIO_OUTPUT_RETRIEVAL, 0, NULL,
			      espeakINITIALIZE_DONT_EXIT) < 0 ||
	    espeak_SetVoiceByName("cmn-latn-pinyin") != EE_OK)
		return -ENOENT;
	open = true;

	return 0;
}

int asr_phones_of(const char *text, char *out, size_t size)
{
	enum { SEPARATOR = '_' << 8 };
	char names[4096];
	size_t n = 0;
	const void *at = text;

	names[0] = '\0';
	while (at && n < sizeof(names)) {
		const char *part =
			espeak_TextToPhonemes(&at, espeakCHARS_UTF8, SEPARATOR);

		n += (size_t)snprintf(names + n, sizeof(names) - n, "%s ",
				      part ? part : "");
	}
	if (n >= sizeof(names))
		return -ENOSPC;
	if (asr_phones_parse(names, out, size))
		return -ENOSPC;

	return out[0] ? 0 : -EINVAL;
}
