/** @file force.c  The rules in force, contract in force.h */
#include "force.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "loop/pool.h"
#include "qa_metrics.h"
#include "rpc/rpc.h"
#include "yinhu/v1/script.pb-c.h"

enum { RPC_MS = 3000 };

struct qa_force {
	ProtobufCService *scripts; /* client of ScriptService */
	struct yh_pool *pool;
	uv_timer_t timer;
	struct qa_force_conf conf;
	qa_force_cb *cb; /* NULL: closed */
	void *arg;
	unsigned holds; /* the timer's and the round's */
	bool busy;	/* a round is under way */
	bool known;	/* one has ended */
	struct qa_packs *now, *next;
	/* A set that does not compile, "" = none. */
	char failed[YH_SHA256_HEX];
	/* The worker's. */
	struct qa_rules *rules;
	char error[512];
	int err;
};

static void let_go(struct qa_force *f)
{
	if (--f->holds)
		return;
	protobuf_c_service_destroy(f->scripts);
	qa_packs_unref(f->now);
	yh_free(f);
}

/* @param why NULL: the list is as it was, or was loaded */
static void round_end(struct qa_force *f, const char *why)
{
	bool first = !f->known;

	qa_packs_unref(f->next);
	f->next = NULL;
	f->busy = false;
	if (f->cb) {
		f->known = true;
		yh_metric_set(&qa_m_packs_stale, why != NULL);
		if (why)
			yh_warn("qa.packs", "in_force=\"%zu\" error=\"%s\"",
				f->now->n, why);
		if (first)
			f->cb(f->arg, NULL);
	}
	let_go(f);
}

/* ---- compile --------------------------------------------------------------
 */

static void compile(void *arg, unsigned worker)
{
	struct qa_force *f = arg;
	const struct qa_rules_conf conf = {.paths = f->conf.paths,
					   .n_paths = f->conf.n_paths,
					   .key = f->conf.key,
					   .texts = f->next->list,
					   .n_texts = f->next->n};

	(void)worker;
	f->err = qa_rules_create(&f->rules, &conf, f->error, sizeof(f->error));
}

static void compiled(void *arg)
{
	struct qa_force *f = arg;
	struct qa_rules *rules = f->rules;

	f->rules = NULL;
	if (!f->cb) {
		qa_rules_destroy(rules);
		round_end(f, NULL);
		return;
	}
	if (f->err) {
		snprintf(f->failed, sizeof(f->failed), "%s", f->next->digest);
		round_end(f, f->error[0] ? f->error : yh_err_text(f->err));
		return;
	}
	qa_packs_unref(f->now);
	f->now = qa_packs_ref(f->next);
	f->known = true;
	yh_metric_add(&qa_m_reloads, 1);
	yh_info("qa.rules", "packs=\"%s\"", qa_rules_name(rules));
	f->cb(f->arg, rules);
	round_end(f, NULL);
}

/* ---- what is in force ------------------------------------------------------
 */

static void fetch(struct qa_force *f);

static void on_script(const Yinhu__V1__Script *script, void *arg)
{
	struct qa_force *f = arg;
	struct qa_pack_text *text = &f->next->list[qa_packs_missing(f->next)];

	if (script && f->cb)
		text->source = yh_strdup(script->source);
	if (f->cb && text->source)
		fetch(f);
	else
		round_end(f, script ? yh_err_text(-ENOMEM)
				    : yh_rpc_status()->message);
}

static void fetch(struct qa_force *f)
{
	Yinhu__V1__GetScriptRequest req = YINHU__V1__GET_SCRIPT_REQUEST__INIT;
	size_t i = qa_packs_missing(f->next);
	char name[160];

	if (i == f->next->n) {
		if (yh_pool_submit(f->pool, f, compile, compiled))
			round_end(f, yh_err_text(YH_ERR_QUEUE_FULL));
		return;
	}
	snprintf(name, sizeof(name), "packs/%s", f->next->list[i].label);
	req.name = name;
	yinhu__v1__script_service__get_script(f->scripts, &req, on_script, f);
}

static int read_list(struct qa_force *f,
		     const Yinhu__V1__ListScriptsResponse *in)
{
	int err = 0;

	f->next = qa_packs_create();
	if (!f->next)
		return -ENOMEM;
	for (size_t i = 0; i < in->n_scripts && !err; i++)
		err = qa_packs_add(f->next, in->scripts[i]->name,
				   in->scripts[i]->sha256);

	return err ? err : qa_packs_reuse(f->next, f->now);
}

static void on_list(const Yinhu__V1__ListScriptsResponse *in, void *arg)
{
	struct qa_force *f = arg;
	int err = in && f->cb ? read_list(f, in) : 0;

	if (!in || !f->cb)
		round_end(f, yh_rpc_status()->message);
	else if (err)
		round_end(f, yh_err_text(err));
	else if (!strcmp(f->next->digest, f->now->digest))
		round_end(f, NULL);
	else if (f->failed[0] && !strcmp(f->next->digest, f->failed))
		round_end(f, f->error);
	else
		fetch(f);
}

static void ask(uv_timer_t *t)
{
	struct qa_force *f = t->data;
	Yinhu__V1__ListScriptsRequest req =
		YINHU__V1__LIST_SCRIPTS_REQUEST__INIT;

	if (f->busy)
		return;
	f->busy = true;
	f->holds++;
	req.collection = (char *)"packs";
	req.in_force = true;
	req.page_size = QA_MAX_IN_FORCE + 1; /* more are told, not left out */
	yinhu__v1__script_service__list_scripts(f->scripts, &req, on_list, f);
}

/* ---- life cycle -------------------------------------------------------------
 */

int qa_force_open(struct qa_force **out, struct yh_bus *bus, uv_loop_t *loop,
		  const struct qa_force_conf *conf, qa_force_cb *cb, void *arg)
{
	const struct yh_pool_conf pool = {.threads = 1, .max_jobs = 1};
	struct qa_force *f = yh_zalloc(sizeof(*f));
	int err = -ENOMEM;

	if (!f)
		return err;
	f->conf = *conf;
	f->cb = cb;
	f->arg = arg;
	f->now = qa_packs_create();
	f->scripts = yh_rpc_client_create(
		bus, &yinhu__v1__script_service__descriptor, RPC_MS);
	if (f->now && f->scripts)
		err = yh_pool_open(&f->pool, loop, &pool);
	if (err) {
		if (f->scripts)
			protobuf_c_service_destroy(f->scripts);
		qa_packs_unref(f->now);
		yh_free(f);
		return err;
	}
	f->holds = 1;
	uv_timer_init(loop, &f->timer);
	f->timer.data = f;
	uv_timer_start(&f->timer, ask, 0, f->conf.every_ms);
	*out = f;

	return 0;
}

static void on_timer_closed(uv_handle_t *timer)
{
	let_go(timer->data);
}

void qa_force_close(struct qa_force *f)
{
	if (!f)
		return;
	f->cb = NULL;
	yh_pool_close(f->pool);
	uv_close((uv_handle_t *)&f->timer, on_timer_closed);
}

struct qa_packs *qa_force_packs(const struct qa_force *f)
{
	return f->now;
}

const struct qa_force_conf *qa_force_conf(const struct qa_force *f)
{
	return &f->conf;
}
