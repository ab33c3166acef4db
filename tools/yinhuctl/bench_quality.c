/**
 * @file bench_quality.c  yinhuctl bench quality: how fast the inspector is.
 *
 * The product's packs, and beside them generated ones up to 1,000 rules, over
 * the dialogs of an inspection file; one core, no service. Throughput: each
 * dialog once, median of the runs. Latency: each utterance as it comes, the
 * whole call so far judged anew, as the service does.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../services/qa-inspector/inspect.h"
#include "base/mem.h"
#include "commands.h"
#include "dialog_file.h"
#include "share.h"

enum { RULES = 1000, RUNS = 5, PATTERNS = 3 };

struct bench {
	struct qa_rules *rules;
	struct qa_dialog *dialogs;
	size_t n, turns;
	double *us; /* shape (turns): of each utterance */
};

/* ---- a bank's 950 rules -------------------------------------------------- */

static const char *const VOCABULARY[] = {
	"理财",	  "收益", "本金",     "风险",	"额度", "利率",	  "利息",
	"年化",	  "分期", "账单",     "还款",	"逾期", "贷款",	  "信用卡",
	"手续费", "网点", "客服",     "产品",	"购买", "存款",	  "保险",
	"基金",	  "办理", "手机银行", "验证码", "密码", "身份证", "卡号",
	"单位",	  "家人", "征信",     "投诉",	"人工", "登记",	  "协商",
	"优惠",	  "活动", "通知",     "合同",	"到期", "转账",	  "账户",
	"短信",	  "审批", "申请",     "推荐",	"保证", "承诺",	  "绝对",
	"一定"};

static const char *word(unsigned i)
{
	unsigned n = sizeof(VOCABULARY) / sizeof(VOCABULARY[0]);

	return VOCABULARY[i % n];
}

static void write_rule(FILE *f, unsigned i)
{
	fprintf(f,
		"  - id: B%04u\n    kind: not\n    severity: 3\n"
		"    scope: [marketing, wealth, loan, collection, service]\n"
		"    speaker: [bot, agent]\n    basis: bench\n"
		"    message: bench\n    patterns:\n",
		i);
	for (unsigned k = 0; k < PATTERNS; k++)
		fprintf(f, "      - '(%s|%s).{0,%u}(%s|%s).{0,4}(%s|%s)'\n",
			word(i + k), word(i * 7 + k), 4 + i % 5,
			word(i * 3 + k), word(i * 11 + 5), word(i / 5 + 3 * k),
			word(i * 13 + k));
}

/* @return The YAML, to be freed; NULL when out of memory */
static char *make_pack(unsigned first, unsigned n)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	fputs("pack: bench\nversion: 1\nrules:\n", f);
	for (unsigned i = 0; i < n; i++)
		write_rule(f, first + i);
	fclose(f);

	return text;
}

static int load_rules(struct bench *b)
{
	char own[4096], error[512] = "";
	const char *path = own;
	struct qa_pack_text pack = {0};
	const struct qa_rules_conf conf = {
		.paths = &path, .n_paths = 1, .texts = &pack, .n_texts = 1};
	int err;

	yc_share(own, sizeof(own), "rules");
	err = qa_rules_load(&b->rules, own, error, sizeof(error));
	if (!err)
		pack.source = make_pack(
			1, RULES - (unsigned)qa_rules_count(b->rules));
	qa_rules_destroy(b->rules);
	b->rules = NULL;
	if (!err)
		err = pack.source ? qa_rules_create(&b->rules, &conf, error,
						    sizeof(error))
				  : -ENOMEM;
	free((char *)pack.source);
	if (err)
		fprintf(stderr, "yinhuctl: %s\n", error);

	return err;
}

/* ---- dialogs ------------------------------------------------------------- */

static int add_dialog(void *arg, json_t *line, struct qa_dialog *d)
{
	struct bench *b = arg;
	struct qa_dialog *grown =
		yh_realloc(b->dialogs, (b->n + 1) * sizeof(*grown));

	(void)line;
	if (!grown) {
		qa_dialog_fini(d);
		return -ENOMEM;
	}
	b->dialogs = grown;
	b->dialogs[b->n++] = *d;
	b->turns += d->n_turns;

	return 0;
}

/* ---- measuring ----------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static int inspect(struct bench *b, const struct qa_dialog *d)
{
	struct qa_report r;
	int err = qa_inspect(b->rules, d, &r);

	if (!err)
		qa_report_fini(&r);

	return err;
}

/* Time on the processor [us]: what others do on the machine does not count. */
static double cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);

	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* @return Utterances a second, the median of the runs; 0: it failed */
static double throughput(struct bench *b)
{
	double rates[RUNS];

	for (unsigned run = 0; run < RUNS; run++) {
		double begin = cpu_us();

		for (size_t i = 0; i < b->n; i++) {
			if (inspect(b, &b->dialogs[i]))
				return 0;
		}
		rates[run] = (double)b->turns * 1e6 / (cpu_us() - begin);
	}
	qsort(rates, RUNS, sizeof(*rates), by_size);

	return rates[RUNS / 2];
}

static int latencies(struct bench *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		struct qa_dialog so_far = b->dialogs[i];

		so_far.ended = false;
		for (size_t k = 1; k <= b->dialogs[i].n_turns; k++) {
			double begin = cpu_us();

			so_far.n_turns = k;
			if (inspect(b, &so_far))
				return -1;
			b->us[n++] = cpu_us() - begin;
		}
	}
	qsort(b->us, n, sizeof(*b->us), by_size);

	return 0;
}

static int measure(struct bench *b)
{
	double rate;

	b->us = yh_calloc(b->turns + 1, sizeof(*b->us));
	if (!b->us || !b->turns)
		return -1;
	rate = throughput(b);
	if (rate <= 0 || latencies(b))
		return -1;
	printf("{\"name\": \"quality\", \"value\": %.0f, "
	       "\"unit\": \"utterances/s\", \"rules\": %zu, "
	       "\"dialogs\": %zu, \"utterances\": %zu, \"cores\": 1, "
	       "\"finding_p50_ms\": %.3f, \"finding_p99_ms\": %.3f, "
	       "\"finding_max_ms\": %.3f, \"conditions\": "
	       "\"pure code, no bus, processor time; generated rules beside "
	       "the product's; "
	       "a finding judges the whole call so far\"}\n",
	       rate, qa_rules_count(b->rules), b->n, b->turns,
	       b->us[b->turns / 2] / 1e3, b->us[b->turns * 99 / 100] / 1e3,
	       b->us[b->turns - 1] / 1e3);

	return 0;
}

int yc_bench_quality(int argc, char **argv)
{
	struct bench b = {0};
	int err;

	if (argc != 2 || argv[1][0] == '-')
		return YC_USAGE;
	err = load_rules(&b);
	if (!err)
		err = yc_dialog_file(argv[1], add_dialog, &b);
	if (!err)
		err = measure(&b);
	for (size_t i = 0; i < b.n; i++)
		qa_dialog_fini(&b.dialogs[i]);
	yh_free(b.dialogs);
	yh_free(b.us);
	qa_rules_destroy(b.rules);

	return err ? YC_FAILED : YC_OK;
}
