/** @file slot.c  Values of slots, contract in slot.h */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script/slot.h"

static const char *const TYPES[] = {
	[YH_SLOT_AMOUNT] = "amount", [YH_SLOT_DATE] = "date",
	[YH_SLOT_TIME] = "time",     [YH_SLOT_TERM] = "term",
	[YH_SLOT_YES_NO] = "yes_no", [YH_SLOT_CHOICE] = "choice",
	[YH_SLOT_PHONE] = "phone",   [YH_SLOT_TEXT] = "text",
};

int yh_slot_type(const char *name)
{
	for (size_t i = 0; i < sizeof(TYPES) / sizeof(TYPES[0]); i++)
		if (!strcmp(TYPES[i], name))
			return (int)i;

	return -1;
}

static bool in_range(const struct yh_slot *slot, double v)
{
	return (slot->min == 0 || v >= slot->min) &&
	       (slot->max == 0 || v <= slot->max);
}

static bool says_any(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strstr(text, *words))
			return true;

	return false;
}

/* ---- each type ---- */

static bool fill_amount(const struct yh_slot *slot, const struct yh_heard *h,
			char *value)
{
	static const char *const MONEY[] = {"块", "元", "万", NULL};
	int64_t cents;

	if (!h->asked && !says_any(h->text, MONEY))
		return false;
	if (!yh_find_amount(h->text, &cents) ||
	    !in_range(slot, (double)cents / 100))
		return false;
	snprintf(value, YH_SLOT_VALUE, "%lld.%02d", (long long)(cents / 100),
		 (int)(cents % 100));

	return true;
}

static bool fill_term(const struct yh_slot *slot, const struct yh_heard *h,
		      char *value)
{
	static const char *const TERMS[] = {"期", "个月", "年", NULL};
	unsigned months;

	if (!h->asked && !says_any(h->text, TERMS))
		return false;
	if (!yh_find_term(h->text, &months) || !in_range(slot, months))
		return false;
	snprintf(value, YH_SLOT_VALUE, "%u", months);

	return true;
}

static bool fill_yes_no(const struct yh_heard *h, char *value)
{
	bool yes = !strcmp(h->intent, "affirm");

	if (!h->asked || (!yes && strcmp(h->intent, "deny") != 0 &&
			  strcmp(h->intent, "refuse") != 0))
		return false;
	snprintf(value, YH_SLOT_VALUE, "%s", yes ? "yes" : "no");

	return true;
}

/* 不要保本的: the choice is named to be refused. */
static bool is_negated(const char *text, const char *at)
{
	static const char *const NOT[] = {"不要", "不是", "不想",
					  "不选", "别",	  "不"};

	for (size_t i = 0; i < sizeof(NOT) / sizeof(NOT[0]); i++) {
		size_t n = strlen(NOT[i]);

		if ((size_t)(at - text) >= n && !memcmp(at - n, NOT[i], n))
			return true;
	}

	return false;
}

/* The longest example that was said wins: 非保本 before 保本. */
static bool fill_choice(const struct yh_slot *slot, const struct yh_heard *h,
			char *value)
{
	size_t best = 0;

	for (unsigned i = 0; i < slot->choices.n; i++) {
		const struct yh_intent *c = &slot->choices.list[i];

		for (unsigned k = 0; k < c->n_examples; k++) {
			const char *at = strstr(h->text, c->examples[k]);
			size_t n = strlen(c->examples[k]);

			if (!at || n <= best || is_negated(h->text, at))
				continue;
			best = n;
			snprintf(value, YH_SLOT_VALUE, "%s", c->id);
		}
	}

	return best > 0;
}

static bool fill_date(const struct yh_heard *h, char *value)
{
	struct yh_day d;

	if (!yh_find_date(h->text, h->today, &d))
		return false;
	snprintf(value, YH_SLOT_VALUE, "%04d-%02d-%02d", d.year, d.month,
		 d.day);

	return true;
}

static bool fill_time(const struct yh_heard *h, char *value)
{
	unsigned minute;

	if (!yh_find_time(h->text, &minute))
		return false;
	snprintf(value, YH_SLOT_VALUE, "%02u:%02u", minute / 60, minute % 60);

	return true;
}

static bool fill_text(const struct yh_heard *h, char *value)
{
	size_t n = strlen(h->text);

	if (!h->asked || !n)
		return false;
	if (n >= YH_SLOT_VALUE) { /* cut between characters */
		n = YH_SLOT_VALUE - 1;
		while (n && ((unsigned char)h->text[n] & 0xc0) == 0x80)
			n--;
	}
	memcpy(value, h->text, n);
	value[n] = '\0';

	return true;
}

bool yh_slot_fill(const struct yh_slot *slot, const struct yh_heard *heard,
		  char value[YH_SLOT_VALUE])
{
	switch (slot->type) {
	case YH_SLOT_AMOUNT:
		return fill_amount(slot, heard, value);
	case YH_SLOT_DATE:
		return fill_date(heard, value);
	case YH_SLOT_TIME:
		return fill_time(heard, value);
	case YH_SLOT_TERM:
		return fill_term(slot, heard, value);
	case YH_SLOT_YES_NO:
		return fill_yes_no(heard, value);
	case YH_SLOT_CHOICE:
		return fill_choice(slot, heard, value);
	case YH_SLOT_PHONE:
		return yh_find_digits(heard->text, 7, value, YH_SLOT_VALUE);
	case YH_SLOT_TEXT:
		return fill_text(heard, value);
	}

	return false;
}

/* ---- showing ---- */

static const char *choice_name(const struct yh_slot *slot, const char *value)
{
	for (unsigned i = 0; i < slot->choices.n; i++)
		if (!strcmp(slot->choices.list[i].id, value))
			return slot->choices.list[i].examples[0];

	return value;
}

void yh_slot_show(const struct yh_slot *slot, const char *value, char *out,
		  size_t size)
{
	int month, day, year;

	snprintf(out, size, "%s", value);
	if (slot->type == YH_SLOT_AMOUNT) {
		char *dot = strstr(out, ".00");

		if (dot)
			*dot = '\0';
	} else if (slot->type == YH_SLOT_DATE &&
		   sscanf(value, "%d-%d-%d", &year, &month, &day) == 3) {
		snprintf(out, size, "%d月%d日", month, day);
	} else if (slot->type == YH_SLOT_CHOICE) {
		snprintf(out, size, "%s", choice_name(slot, value));
	} else if (slot->type == YH_SLOT_YES_NO) {
		snprintf(out, size, "%s",
			 strcmp(value, "yes") ? "不需要" : "需要");
	}
}
