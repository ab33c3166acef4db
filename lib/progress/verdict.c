/** @file verdict.c  Witnesses become a verdict, contract in verdict.h */
#include <string.h>

#include "base/mem.h"
#include "progress/verdict.h"

static const struct {
	const char *name;
	enum yh_progress_kind kind;
} classes[] = {
#define YH_PROGRESS_CLASS(symbol, name, kind, zh, en)                          \
	{name, YH_PROGRESS_KIND_##kind},
#include "progress/classes.def"
#undef YH_PROGRESS_CLASS
};

const char *yh_progress_name(enum yh_progress_class class)
{
	return classes[class < YH_PROGRESS_CLASSES ? class : 0].name;
}

enum yh_progress_kind yh_progress_kind(enum yh_progress_class class)
{
	return classes[class < YH_PROGRESS_CLASSES ? class : 0].kind;
}

bool yh_progress_is_machine(enum yh_progress_class class)
{
	enum yh_progress_kind kind = yh_progress_kind(class);

	return kind >= YH_PROGRESS_KIND_REFUSED &&
	       kind <= YH_PROGRESS_KIND_MACHINE;
}

const char *yh_witness_name(enum yh_progress_witness witness)
{
	static const char *const names[] = {"tone",  "print", "sound", "rhythm",
					    "words", "sip",   "q850"};

	return witness < YH_WITNESSES ? names[witness] : "";
}

enum yh_progress_class yh_progress_class_of(const char *name)
{
	unsigned i = 0;

	while (i < YH_PROGRESS_CLASSES && strcmp(classes[i].name, name))
		i++;

	return (enum yh_progress_class)i;
}

/* ---- Dempster's rule --------------------------------------------------------
 */

struct belief {
	float of[YH_PROGRESS_CLASSES];
	float open; /* mass of what nobody has said */
};

/* With a simple support function: the rest of its mass stays open. */
static void combine(struct belief *b, const struct yh_evidence *e)
{
	float kept = 1 - e->support, sum = 0;
	float won = b->of[e->class] + b->open * e->support;

	for (unsigned i = 0; i < YH_PROGRESS_CLASSES; i++)
		b->of[i] *= kept;
	b->of[e->class] = won;
	b->open *= kept;
	for (unsigned i = 0; i < YH_PROGRESS_CLASSES; i++)
		sum += b->of[i];
	sum += b->open;
	for (unsigned i = 0; i < YH_PROGRESS_CLASSES; i++)
		b->of[i] /= sum;
	b->open /= sum;
}

/* Does `later` come after what `e` says? A person is no reason to doubt an
 * announcement. */
static bool follows(const struct yh_evidence *later,
		    const struct yh_evidence *e)
{
	enum yh_progress_kind a = yh_progress_kind(e->class);
	enum yh_progress_kind b = yh_progress_kind(later->class);

	if (a == YH_PROGRESS_KIND_RINGING)
		return b > a;

	return a == YH_PROGRESS_KIND_REFUSED && b > a &&
	       b != YH_PROGRESS_KIND_PERSON;
}

static bool is_over(const struct yh_evidence *e,
		    const struct yh_evidence evidence[YH_WITNESSES])
{
	for (unsigned i = 0; i < YH_WITNESSES; i++) {
		if (evidence[i].support >= YH_PROGRESS_FLOOR &&
		    evidence[i].support + 0.15f >= e->support &&
		    follows(&evidence[i], e))
			return true;
	}

	return false;
}

struct yh_progress_verdict
yh_progress_fuse(const struct yh_evidence evidence[YH_WITNESSES])
{
	struct yh_progress_verdict v = {.class = YH_PROGRESS_UNSURE};
	struct belief b = {.open = 1};
	unsigned best = 0;
	float most = 0;

	for (unsigned i = 0; i < YH_WITNESSES; i++) {
		if (evidence[i].support > 0 && evidence[i].support < 1 &&
		    !is_over(&evidence[i], evidence))
			combine(&b, &evidence[i]);
	}
	for (unsigned i = 1; i < YH_PROGRESS_CLASSES; i++) {
		if (b.of[i] > b.of[best])
			best = i;
	}
	if (b.of[best] < YH_PROGRESS_FLOOR)
		return v;
	v.class = (enum yh_progress_class)best;
	v.confidence = b.of[best];
	for (unsigned i = 0; i < YH_WITNESSES; i++) {
		if (evidence[i].class == v.class &&
		    evidence[i].support > most) {
			most = evidence[i].support;
			v.by = (enum yh_progress_witness)i;
		}
	}

	return v;
}

/* ---- what the network says --------------------------------------------------
 */

struct row {
	uint32_t code;
	enum yh_progress_class class;
	float support;
};

/* Carriers send 480, 404 and 487 for anything: those alone decide nothing
 * against an announcement. RFC 3261 section 21, RFC 3398 section 8.2.6.1. */
static const struct row sip_rows[] = {
	{404, YH_PROGRESS_VACANT_NUMBER, 0.55f},
	{408, YH_PROGRESS_NO_ANSWER, 0.5f},
	{410, YH_PROGRESS_CHANGED_NUMBER, 0.6f},
	{484, YH_PROGRESS_VACANT_NUMBER, 0.6f},
	{486, YH_PROGRESS_LINE_BUSY, 0.6f},
	{600, YH_PROGRESS_LINE_BUSY, 0.6f},
	{604, YH_PROGRESS_VACANT_NUMBER, 0.6f},
};

/* ITU-T Q.850 (10/2018) table 1. */
static const struct row q850_rows[] = {
	{1, YH_PROGRESS_VACANT_NUMBER, 0.7f},
	{17, YH_PROGRESS_LINE_BUSY, 0.7f},
	{18, YH_PROGRESS_NO_ANSWER, 0.5f},
	{19, YH_PROGRESS_NO_ANSWER, 0.7f},
	{20, YH_PROGRESS_POWER_OFF, 0.55f},
	{22, YH_PROGRESS_CHANGED_NUMBER, 0.7f},
	{27, YH_PROGRESS_LINE_FAULT, 0.5f},
	{28, YH_PROGRESS_VACANT_NUMBER, 0.6f},
	{38, YH_PROGRESS_LINE_FAULT, 0.6f},
	{55, YH_PROGRESS_RESTRICTED, 0.6f},
};

static struct yh_evidence find(const struct row *rows, size_t n, uint32_t code)
{
	for (size_t i = 0; i < n; i++) {
		if (rows[i].code == code)
			return (struct yh_evidence){rows[i].class,
						    rows[i].support};
	}

	return (struct yh_evidence){0};
}

struct yh_evidence yh_progress_of_sip(uint32_t code)
{
	return find(sip_rows, YH_ARRAY_LEN(sip_rows), code);
}

struct yh_evidence yh_progress_of_q850(uint32_t cause)
{
	return find(q850_rows, YH_ARRAY_LEN(q850_rows), cause);
}
