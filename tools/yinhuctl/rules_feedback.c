/**
 * @file rules_feedback.c  yinhuctl rules feedback: reviewers' verdicts as
 *                         sentences that the next model learns from.
 *
 * Of a turn that was rejected no sentence is meant so. Of one that was
 * confirmed one is: the one that the present model finds likeliest, as in
 * multiple-instance learning (Andrews et al. 2002, mi-SVM). A sentence with two
 * verdicts keeps the newer one.
 */
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../services/qa-inspector/inspect.h"
#include "base/mem.h"
#include "commands.h"
#include "crypto/crypto.h"
#include "rules_load.h"
#include "sealed_db.h"
#include "text/redact.h"
#include "yinhu/v1/campaign.pb-c.h"
#include "yinhu/v1/quality.pb-c.h"

enum { MOST = 20000, MAX_SENTENCES = 1000, MAX_SENTENCE = 1024 };
static const char somebody[] = "某某";

/* A finding with its verdict. */
struct verdict {
	const struct qa_rule *rule;
	bool broken;
	char *quote;	  /* without names and numbers */
	const char *kind; /* of the call */
	long long id;
};

struct feedback {
	struct qa_rules *rules;
	struct verdict *list; /* shape (n), the newest first */
	size_t n;
};

/* ---- in ------------------------------------------------------------------ */

/* The entry of the rule that learns, else its first. */
static const struct qa_rule *rule_of(const struct qa_rules *rules,
				     const char *id)
{
	const struct qa_rule *found = NULL;

	for (size_t i = 0; i < qa_rules_count(rules); i++) {
		const struct qa_rule *r = qa_rules_at(rules, i);

		if (!strcmp(r->id, id) && (!found || r->meaning))
			found = r;
		if (found && found->meaning)
			break;
	}

	return found;
}

/* @return Heap: text with somebody in place of a name */
static char *without(const char *text, const char *name)
{
	char *out = NULL;
	const char *at;
	size_t len;
	FILE *f = open_memstream(&out, &len);

	while (f && name[0] && (at = strstr(text, name))) {
		fprintf(f, "%.*s%s", (int)(at - text), text, somebody);
		text = at + strlen(name);
	}
	if (f) {
		fputs(text, f);
		fclose(f);
	}

	return out;
}

static char *quote_of(const Yinhu__V1__Finding *f,
		      const Yinhu__V1__AttemptLease *contact)
{
	const char *name = "";
	char *quote;

	for (size_t i = 0; i < contact->n_variables; i++) {
		if (!strcmp(contact->variables[i]->key, "name"))
			name = contact->variables[i]->value;
	}
	quote = without(f->quote, name);
	if (quote)
		yh_redact_all(quote);

	return quote;
}

static void *open_msg(const struct yc_db *db, const char *label,
		      const ProtobufCMessageDescriptor *d, const PGresult *res,
		      int row, int col)
{
	size_t n = 0;
	char *plain = yc_db_unseal(db, label, res, row, col, &n);
	void *msg =
		plain ? protobuf_c_message_unpack(d, NULL, n, (uint8_t *)plain)
		      : NULL;

	yh_wipe_free(plain, n);

	return msg;
}

/* Columns: id, rule, confirmed?, finding, contact's variables, campaign's kind.
 * What no rule in force knows, or has no words, is left out. */
static int take_row(struct feedback *fb, const struct yc_db *db,
		    const PGresult *res, int row)
{
	static const char *const kinds[] = {"service", "marketing", "service",
					    "collection"};
	Yinhu__V1__Finding *f = open_msg(
		db, "finding", &yinhu__v1__finding__descriptor, res, row, 3);
	Yinhu__V1__AttemptLease *contact =
		open_msg(db, "contact.variables",
			 &yinhu__v1__attempt_lease__descriptor, res, row, 4);
	struct verdict *v = &fb->list[fb->n];
	int err = f && contact ? 0 : -1;

	if (!err) {
		*v = (struct verdict){
			.rule = rule_of(fb->rules, PQgetvalue(res, row, 1)),
			.broken = PQgetvalue(res, row, 2)[0] == 't',
			.quote = quote_of(f, contact),
			.kind = kinds[atoi(PQgetvalue(res, row, 5)) & 3],
			.id = atoll(PQgetvalue(res, row, 0)),
		};
		if (v->rule && v->quote && v->quote[0])
			fb->n++;
		else
			free(v->quote);
	}
	if (f)
		yinhu__v1__finding__free_unpacked(f, NULL);
	if (contact)
		yinhu__v1__attempt_lease__free_unpacked(contact, NULL);

	return err;
}

static const char verdicts_sql[] =
	"SELECT f.id, f.rule, f.state = 2, f.finding_enc, k.variables_enc, "
	"c.kind FROM findings f JOIN attempts a ON a.id = f.call_id "
	"JOIN contacts k ON k.id = a.contact_id "
	"JOIN campaigns c ON c.id = f.campaign_id "
	"WHERE f.state > 1 ORDER BY (SELECT max(v.id) FROM finding_verdicts v "
	" WHERE v.finding_id = f.id) DESC LIMIT $1::int";

static int read_all(struct feedback *fb, const char *url, const char *key_file,
		    const char *most)
{
	struct yc_db db;
	PGresult *res = NULL;
	int err = yc_db_open(&db, url, key_file);

	if (!err)
		res = yc_db_query(&db, verdicts_sql, 1, &most);
	if (res)
		fb->list =
			calloc((size_t)PQntuples(res) + 1, sizeof(*fb->list));
	err = fb->list ? 0 : -1;
	for (int i = 0; !err && i < PQntuples(res); i++)
		err = take_row(fb, &db, res, i);
	PQclear(res);
	yc_db_close(&db);

	return err;
}

/* ---- a pack -------------------------------------------------------------- */

struct sentences {
	char *list[MAX_SENTENCES];
	bool bad[MAX_SENTENCES];
	size_t n;
};

static void add(struct sentences *s, const char *text, size_t len, bool bad)
{
	char *copy;

	if (s->n == MAX_SENTENCES || len > MAX_SENTENCE)
		return;
	copy = strndup(text, len);
	for (size_t i = 0; copy && i < s->n; i++) {
		if (strcmp(s->list[i], copy))
			continue;
		free(copy); /* the newer verdict stands */
		return;
	}
	if (!copy)
		return;
	s->list[s->n] = copy;
	s->bad[s->n++] = bad;
}

/* The next sentence. @return its bytes, 0: there is none; *at behind it */
static size_t next_sentence(const char **at, const char **sentence)
{
	static const char *const ends[] = {"。", "！", "？", "；",
					   "!",	 "?",  ";",  "\n"};
	const char *p = *at;
	size_t mark = 0, n;

	*sentence = p;
	for (; *p && !mark; p += !mark) {
		for (size_t i = 0; i < YH_ARRAY_LEN(ends) && !mark; i++) {
			if (!strncmp(p, ends[i], strlen(ends[i])))
				mark = strlen(ends[i]);
		}
	}
	n = (size_t)(p - *sentence);
	*at = p + mark;

	return n || !mark ? n : next_sentence(at, sentence);
}

static float likeliness(const struct feedback *fb, const struct qa_rule *rule,
			const char *sentence, size_t len)
{
	float scores[QA_MAX_MEANINGS] = {0};
	char *copy = strndup(sentence, len);
	char *norm = copy ? qa_rules_normalise(fb->rules, copy) : NULL;

	if (norm && strlen(norm) > 2)
		qa_rules_means(fb->rules, norm + 1, strlen(norm) - 2, scores);
	free(copy);
	yh_free(norm);

	return rule->meaning_id ? scores[rule->meaning_id - 1] : 0;
}

static void learn_from(const struct feedback *fb, struct sentences *s,
		       const struct verdict *v)
{
	const char *at = v->quote, *sentence, *guilty = NULL;
	float most = -1, now;
	size_t n, len = 0;

	while ((n = next_sentence(&at, &sentence))) {
		if (!v->broken) {
			add(s, sentence, n, false);
			continue;
		}
		now = likeliness(fb, v->rule, sentence, n);
		if (now > most) {
			most = now;
			guilty = sentence;
			len = n;
		}
	}
	if (guilty)
		add(s, guilty, len, true);
}

static void print_list(const struct sentences *s, bool bad)
{
	const char *head = bad ? "    bad:\n" : "    good:\n";

	for (size_t i = 0; i < s->n; i++) {
		if (s->bad[i] != bad)
			continue;
		printf("%s      - '", head);
		for (const char *c = s->list[i]; *c; c++)
			printf(*c == '\'' ? "''" : "%c", *c);
		puts("'");
		head = "";
	}
}

static void print_meaning(const struct feedback *fb, const char *meaning)
{
	struct sentences s = {0};

	for (size_t i = 0; i < fb->n; i++) {
		const char *m = fb->list[i].rule->meaning;

		if (m && !strcmp(m, meaning))
			learn_from(fb, &s, &fb->list[i]);
	}
	if (s.n)
		printf("  - name: %s\n", meaning);
	print_list(&s, true);
	print_list(&s, false);
	for (size_t i = 0; i < s.n; i++)
		free(s.list[i]);
}

static bool is_first(const struct qa_rules *rules, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		const char *m = qa_rules_at(rules, i)->meaning;

		if (m && !strcmp(m, qa_rules_at(rules, at)->meaning))
			return false;
	}

	return true;
}

static void print_pack(const struct feedback *fb)
{
	long long newest = 0;

	for (size_t i = 0; i < fb->n; i++) {
		if (fb->list[i].id > newest)
			newest = fb->list[i].id;
	}
	printf("# What reviewers said of findings.\npack: bank-feedback\n"
	       "version: '%lld'\nmeanings:\n",
	       newest);
	for (size_t i = 0; i < qa_rules_count(fb->rules); i++) {
		const char *m = qa_rules_at(fb->rules, i)->meaning;

		if (m && is_first(fb->rules, i))
			print_meaning(fb, m);
	}
}

/* ---- dialogs ------------------------------------------------------------- */

/* The call's kind, where the rule holds for it, else one for which it does: a
 * product makes a marketing call one of wealth or loan. */
static const char *kind_of(const struct verdict *v)
{
	static const char *const all[] = {"wealth", "loan", "marketing",
					  "collection", "service"};
	const char *kind = v->kind;

	for (size_t i = 0;
	     i < YH_ARRAY_LEN(all) && !(qa_kind_of(kind) & v->rule->scope); i++)
		kind = all[i];

	return kind;
}

/* A sentence alone judges only rules that need nothing before it. */
static void print_dialogs(const struct feedback *fb)
{
	for (size_t i = 0; i < fb->n; i++) {
		const struct verdict *v = &fb->list[i];
		const struct qa_rule *r = v->rule;
		const char *who = r->speaker & QA_BOT	  ? "bot"
				  : r->speaker & QA_AGENT ? "agent"
							  : "callee";
		json_t *line;

		if (!qa_stands_alone(r))
			continue;
		line = json_pack("{s:o, s:s, s:[{s:s, s:f, s:f, s:s}], s:[s]}",
				 "id", json_sprintf("findings/%lld", v->id),
				 "kind", kind_of(v), "turns", "speaker", who,
				 "start", 0.0, "end", 5.0, "text", v->quote,
				 "judge", r->id);
		json_object_set_new(line, "expect",
				    v->broken ? json_pack("[s]", r->id)
					      : json_array());
		json_dumpf(line, stdout, JSON_COMPACT);
		putchar('\n');
		json_decref(line);
	}
}

int yc_rules_feedback(int argc, char **argv)
{
	static const struct option OPTIONS[] = {
		{"jsonl", no_argument, NULL, 'j'},
		{"most", required_argument, NULL, 'm'},
		{"key-file", required_argument, NULL, 'k'},
		{0}};
	const char *key_file = NULL, *most = "20000";
	struct feedback fb = {0};
	bool dialogs = false;
	int opt, err = -1;

	while ((opt = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
		if (opt == '?')
			return YC_USAGE;
		dialogs |= opt == 'j';
		key_file = opt == 'k' ? optarg : key_file;
		most = opt == 'm' ? optarg : most;
	}
	if (optind + 1 != argc || !key_file || atoi(most) <= 0 ||
	    atoi(most) > MOST)
		return YC_USAGE;
	fb.rules = yc_rules_load(NULL, 0);
	if (fb.rules)
		err = read_all(&fb, argv[optind], key_file, most);
	if (!err && dialogs)
		print_dialogs(&fb);
	else if (!err)
		print_pack(&fb);
	for (size_t i = 0; i < fb.n; i++)
		free(fb.list[i].quote);
	free(fb.list);
	qa_rules_destroy(fb.rules);

	return err ? YC_FAILED : YC_OK;
}
