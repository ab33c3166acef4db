/** @file text.c  Normalisation, contract in text.h. Pure. */
#include "text.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "pack.h"

/* One code point. @return its bytes, or 1 with *cp = 0 if it is not UTF-8
 * (RFC 3629: shortest form, no surrogates, up to U+10FFFF) */
static size_t decode(const unsigned char *s, uint32_t *cp)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t n = s[0] < 0x80 ? 1 : s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	uint32_t c;

	*cp = n == 1 ? s[0] : 0;
	if (n == 1 || s[0] < 0xc2 || s[0] > 0xf4)
		return 1;
	c = s[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 1;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 1;
	*cp = c;

	return n;
}

static uint32_t half_width(uint32_t cp)
{
	if (cp >= 0xff01 && cp <= 0xff5e)
		cp -= 0xfee0;
	if (cp >= 'A' && cp <= 'Z')
		cp += 'a' - 'A';

	return cp;
}

/* @return ';' or '?' (sentence), ',' (clause), 0 */
static char mark_of(uint32_t cp)
{
	if (cp == '?')
		return '?';
	if (cp == 0x3002 || cp == '\n' || cp == '!' || cp == ';' || cp == '.')
		return ';';
	if (cp == ',' || cp == ':' || cp == 0x2026)
		return ',';

	return 0;
}

/* 呃 嗯 啊 呀 哦 哎 诶 噢 唉 欸 */
static bool is_filler(uint32_t cp)
{
	static const uint32_t fillers[] = {0x5443, 0x55ef, 0x554a, 0x5440,
					   0x54e6, 0x54ce, 0x8bf6, 0x5662,
					   0x5509, 0x6b38};

	for (size_t i = 0; i < YH_ARRAY_LEN(fillers); i++) {
		if (fillers[i] == cp)
			return true;
	}

	return false;
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static bool is_kept(uint32_t cp)
{
	if (is_filler(cp))
		return false;
	if (cp < 0x80)
		return is_digit((int)cp) || (cp >= 'a' && cp <= 'z') ||
		       cp == '%' || cp == '+' || cp == '*';

	/* Not: general punctuation, CJK marks, box and dingbats. */
	return !(cp < 0xa0 || (cp >= 0x2000 && cp <= 0x303f && cp != 0x3007));
}

static int digit_of(uint32_t cp)
{
	static const uint32_t digits[] = {0x96f6, 0x4e00, 0x4e8c, 0x4e09,
					  0x56db, 0x4e94, 0x516d, 0x4e03,
					  0x516b, 0x4e5d};

	if (cp >= '0' && cp <= '9')
		return (int)(cp - '0');
	if (cp == 0x3007)
		return 0; /* 〇 */
	if (cp == 0x5e7a)
		return 1; /* 幺 */
	for (int i = 0; i < 10; i++) {
		if (digits[i] == cp)
			return i;
	}

	return -1;
}

/* ---- what is misheard ---------------------------------------------------- */

struct qa_heard_table {
	/* By the last byte of the first character: few share one. */
	struct entry {
		const struct qa_heard *pair;
		struct entry *next;
	} * buckets[256], *entries;
};

static unsigned bucket_of(const char *s)
{
	return (unsigned char)(s[0] && s[1] ? s[2] : s[0]);
}

static int add_heard(struct qa_heard_table *t, size_t i,
		     const struct qa_heard *pair)
{
	struct entry **b = &t->buckets[bucket_of(pair->hear)];

	if (strlen(pair->mean) > strlen(pair->hear))
		return -EINVAL;
	t->entries[i] = (struct entry){pair, *b};
	*b = &t->entries[i];

	return 0;
}

int qa_heard_create(struct qa_heard_table **out, struct qa_pack *const *packs,
		    size_t n)
{
	struct qa_heard_table *t = yh_zalloc(sizeof(*t));
	size_t room = 1, used = 0;
	int err = 0;

	for (size_t i = 0; i < n; i++)
		room += packs[i]->n_heard;
	if (t)
		t->entries = yh_calloc(room, sizeof(*t->entries));
	if (!t || !t->entries) {
		qa_heard_destroy(t);
		return -ENOMEM;
	}
	for (size_t i = 0; i < n; i++) {
		for (unsigned k = 0; k < packs[i]->n_heard && !err; k++)
			err = add_heard(t, used++, &packs[i]->heard[k]);
	}
	if (err)
		qa_heard_destroy(t);
	else
		*out = t;

	return err;
}

void qa_heard_destroy(struct qa_heard_table *t)
{
	if (t)
		yh_free(t->entries);
	yh_free(t);
}

static const struct qa_heard *heard_at(const struct qa_heard_table *t,
				       const char *s)
{
	for (struct entry *e = t->buckets[bucket_of(s)]; e; e = e->next) {
		if (!strncmp(s, e->pair->hear, strlen(e->pair->hear)))
			return e->pair;
	}

	return NULL;
}

/* In place: what is meant is never longer. */
static void correct(char *text, const struct qa_heard_table *t)
{
	const struct qa_heard *pair;
	char *out = text;

	while (*text) {
		pair = heard_at(t, text);
		if (pair) {
			size_t n = strlen(pair->mean);

			memmove(out, pair->mean, n);
			out += n;
			text += strlen(pair->hear);
		} else {
			*out++ = *text++;
		}
	}
	*out = '\0';
}

/* ---- normalisation ------------------------------------------------------- */

/* Digits read one by one, three or more: to ASCII, in place. */
static void join_digits(char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	char *out = text;

	while (*s) {
		const unsigned char *p = s;
		char run[64];
		size_t n = 0, used;
		uint32_t cp;

		used = decode(p, &cp);
		while (digit_of(cp) >= 0 && n < sizeof(run)) {
			run[n++] = (char)('0' + digit_of(cp));
			p += used;
			used = decode(p, &cp);
		}
		if (n >= 3) {
			memmove(out, run, n);
			out += n;
			s = p;
			continue;
		}
		used = decode(s, &cp);
		memmove(out, s, used);
		out += used;
		s += used;
	}
	*out = '\0';
}

/* After another mark: a stronger one replaces a weaker one. */
static size_t put_mark(char *out, size_t n, char mark)
{
	if (!strchr(",;?", out[n - 1]))
		out[n++] = mark;
	else if (n > 1 && (out[n - 1] == ',' || mark == '?'))
		out[n - 1] = mark;

	return n;
}

char *qa_normalise(const char *text, const struct qa_heard_table *heard)
{
	const unsigned char *s = (const unsigned char *)text;
	char *out = yh_zalloc(strlen(text) + 3);
	size_t n = 0, used;
	uint32_t cp, raw;

	if (!out)
		return NULL;

	out[n++] = ';';
	for (; *s; s += used) {
		used = decode(s, &raw);
		cp = half_width(raw);
		/* A decimal point stays: 3.5% */
		if (cp == '.' && n && is_digit(out[n - 1]) && is_digit(s[1])) {
			out[n++] = '.';
		} else if (mark_of(cp)) {
			n = put_mark(out, n, mark_of(cp));
		} else if (is_kept(cp)) {
			if (cp < 0x80)
				out[n++] = (char)cp;
			else
				memcpy(out + n, s, used), n += used;
		}
	}
	n = put_mark(out, n, ';');
	out[n] = '\0';
	join_digits(out);
	if (heard)
		correct(out, heard);

	return out;
}

size_t qa_spoken_chars(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t n = 0, used;
	uint32_t cp;

	for (; *s; s += used) {
		used = decode(s, &cp);
		cp = half_width(cp);
		n += is_filler(cp) || (is_kept(cp) && cp != '*');
	}

	return n;
}

/* ---- numbers that are read out ------------------------------------------- */

enum { MAX_DIGITS = 32 };

struct number {
	unsigned digits[MAX_DIGITS];
	size_t n;
	bool paused; /* a comma stood inside */
};

static bool is_pause(uint32_t cp)
{
	return cp == ',' || cp == 0x3001 || cp == 0x2026;
}

static bool is_full(const struct number *x)
{
	if (x->n == 11)
		return x->digits[0] == 1 && x->digits[1] >= 3;

	return x->n >= 15 && x->n <= 19;
}

static bool ends_in(const char *text, const unsigned char *at, const char *word)
{
	size_t n = strlen(word);

	return (size_t)((const char *)at - text) >= n &&
	       !memcmp((const char *)at - n, word, n);
}

/* An order's number, said so just before it. */
static bool is_order(const char *text, const unsigned char *at)
{
	static const char *const words[] = {
		"工单号",   "订单号",	"流水号", "受理号",   "工单编号",
		"受理编号", "业务编号", "合同号", "合同编号", "登记编号"};

	for (size_t i = 0; i < YH_ARRAY_LEN(words); i++) {
		if (ends_in(text, at, words[i]))
			return true;
		for (const char *const *v =
			     (const char *const[]){"是", "为", ":", "：", NULL};
		     *v; v++) {
			if (ends_in(text, at, *v) &&
			    ends_in(text, at - strlen(*v), words[i]))
				return true;
		}
	}

	return false;
}

static bool begins_unit(const unsigned char *s)
{
	static const char *const units[] = {"元", "块", "万", "期",
					    "天", "个", "%",  "年"};

	for (size_t i = 0; i < YH_ARRAY_LEN(units); i++) {
		if (!strncmp((const char *)s, units[i], strlen(units[i])))
			return true;
	}

	return false;
}

bool qa_reads_out_number(const char *text)
{
	const unsigned char *s = (const unsigned char *)text, *begin = s;
	struct number x = {.n = 0};
	size_t used;
	uint32_t cp;

	for (;; s += used) {
		used = decode(s, &cp);
		cp = half_width(cp);
		if (cp && digit_of(cp) >= 0) {
			if (!x.n)
				begin = s;
			if (x.n < MAX_DIGITS)
				x.digits[x.n++] = (unsigned)digit_of(cp);
			continue;
		}
		if (cp == 'x' && x.n == 17) /* check digit of an identity */
			x.digits[x.n++] = 10;
		if (x.n && (cp == ' ' || cp == '-' || is_filler(cp)))
			continue;
		if (x.n && is_pause(cp)) {
			x.paused = true;
			continue;
		}
		if (is_full(&x) && !is_order(text, begin) &&
		    !(x.paused && begins_unit(s)))
			return true;
		x = (struct number){.n = 0};
		if (!*s)
			return false;
	}
}
