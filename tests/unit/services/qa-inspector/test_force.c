/**
 * @file test_force.c  Mirrors services/qa-inspector/force.c: packs are
 *                     published while it runs; campaign is played.
 */
#include "../../lib/bus/nats_server.h"
#include "base/mem.h"
#include "force.h"
#include "rpc/rpc.h"
#include "yinhu/v1/script.pb-c.h"

#define PACK(id)                                                               \
	"pack: own\nversion: '0'\nrules:\n  - id: " id "\n    kind: not\n"     \
	"    severity: 3\n    scope: [marketing]\n    speaker: [bot]\n"        \
	"    basis: house\n    message: said\n    patterns: ['河马']\n"

static const char *const files[] = {"services/qa-inspector/rules/base.yaml"};
static struct nats_server nats;
static uv_loop_t loop;
static struct yh_bus *bus;
static struct yh_rpc_server *server;
static struct qa_force *force;
static struct qa_rules *rules;
static unsigned n_rounds, n_rules;

/* ---- campaign ---- */

static struct {
	Yinhu__V1__ScriptService_Service rpc;
	const char *name, *source; /* NULL: nothing is in force */
	unsigned n_lists, n_gets;
} campaign;

static void list(Yinhu__V1__ScriptService_Service *s,
		 const Yinhu__V1__ListScriptsRequest *in,
		 Yinhu__V1__ListScriptsResponse_Closure closure, void *data)
{
	Yinhu__V1__ListScriptsResponse out =
		YINHU__V1__LIST_SCRIPTS_RESPONSE__INIT;
	Yinhu__V1__Script one = YINHU__V1__SCRIPT__INIT;
	Yinhu__V1__Script *all[] = {&one};

	(void)s;
	cr_assert_str_eq(in->collection, "packs");
	cr_assert(in->in_force);
	one.name = (char *)campaign.name;
	one.sha256 = (char *)"00";
	out.scripts = all;
	out.n_scripts = campaign.name != NULL;
	campaign.n_lists++;
	closure(&out, data);
}

static void get(Yinhu__V1__ScriptService_Service *s,
		const Yinhu__V1__GetScriptRequest *in,
		Yinhu__V1__Script_Closure closure, void *data)
{
	Yinhu__V1__Script one = YINHU__V1__SCRIPT__INIT;

	(void)s;
	campaign.n_gets++;
	if (!campaign.source || strcmp(in->name, campaign.name) != 0) {
		yh_rpc_fail((ProtobufCClosure)closure, data, YH_DATA_LOSS,
			    "it is not what was approved");
		return;
	}
	one.name = (char *)campaign.name;
	one.source = (char *)campaign.source;
	closure(&one, data);
}

/* ---- the world ---- */

static void on_rules(void *arg, struct qa_rules *now)
{
	(void)arg;
	n_rounds++;
	if (!now)
		return;
	qa_rules_destroy(rules);
	rules = now;
	n_rules++;
}

static void serve(void)
{
	yinhu__v1__script_service__init(&campaign.rpc, NULL);
	campaign.rpc.list_scripts = list;
	campaign.rpc.get_script = get;
	cr_assert_eq(yh_rpc_serve(&server, bus, &campaign.rpc.base), 0);
}

static void setup(void)
{
	const struct qa_force_conf conf = {
		.paths = files, .n_paths = 1, .every_ms = 50};

	nats_start(&nats);
	uv_loop_init(&loop);
	cr_assert_eq(yh_bus_open(&bus, &loop, nats.url, "force"), 0);
	serve();
	cr_assert_eq(qa_force_open(&force, bus, &loop, &conf, on_rules, NULL),
		     0);
}

static void finish(void)
{
	qa_force_close(force);
	yh_rpc_server_close(server);
	yh_bus_close(bus);
	cr_assert_eq(loop_finish(&loop), 0);
	qa_rules_destroy(rules);
	nats_stop(&nats);
}

TestSuite(force, .init = setup, .timeout = 30);

Test(force, what_is_published_is_loaded_and_what_is_withdrawn_goes)
{
	cr_assert(loop_until(&loop, &n_rounds, 1, 5000));
	cr_assert_eq(n_rules, 0); /* nothing is in force */
	campaign.name = "packs/own@3";
	campaign.source = PACK("B01");
	cr_assert(loop_until(&loop, &n_rules, 1, 5000));
	cr_assert(qa_rules_have(rules, "own@3"));
	cr_assert_eq(qa_force_packs(force)->n, 1);
	campaign.name = NULL;
	cr_assert(loop_until(&loop, &n_rules, 2, 5000));
	cr_assert(!qa_rules_have(rules, "own@3"));
	cr_assert_eq(campaign.n_gets, 1);
	finish();
}

Test(force, the_same_list_is_loaded_once)
{
	unsigned lists;

	campaign.name = "packs/own@3";
	campaign.source = PACK("B01");
	cr_assert(loop_until(&loop, &n_rules, 1, 5000));
	lists = campaign.n_lists + 3;
	cr_assert(loop_until(&loop, &campaign.n_lists, lists, 5000));
	cr_assert_eq(campaign.n_gets, 1);
	cr_assert_eq(n_rules, 1);
	finish();
}

Test(force, what_does_not_compile_leaves_the_rules_as_they_are)
{
	unsigned lists;

	campaign.name = "packs/own@1";
	campaign.source = PACK("B01");
	cr_assert(loop_until(&loop, &n_rules, 1, 5000));
	campaign.name = "packs/own@2";
	campaign.source = "pack: own\nversion: '0'\nrules: 3\n";
	lists = campaign.n_lists + 4;
	cr_assert(loop_until(&loop, &campaign.n_lists, lists, 5000));
	cr_assert_eq(campaign.n_gets, 2); /* it does not get better */
	cr_assert(qa_rules_have(rules, "own@1"));
	campaign.name = "packs/own@3";
	campaign.source = PACK("B02");
	cr_assert(loop_until(&loop, &n_rules, 2, 5000));
	cr_assert(qa_rules_have(rules, "own@3"));
	finish();
}

Test(force, what_is_not_what_was_approved_is_asked_for_again_and_not_loaded)
{
	campaign.name = "packs/own@1";
	cr_assert(loop_until(&loop, &campaign.n_gets, 2, 5000));
	cr_assert_eq(n_rules, 0);
	cr_assert_eq(n_rounds, 1);
	campaign.source = PACK("B01");
	cr_assert(loop_until(&loop, &n_rules, 1, 5000));
	finish();
}

Test(force, without_campaign_the_first_round_ends_all_the_same)
{
	yh_rpc_server_close(server);
	server = NULL;
	cr_assert(loop_until(&loop, &n_rounds, 1, 10000));
	cr_assert_eq(n_rules, 0);
	serve();
	campaign.name = "packs/own@1";
	campaign.source = PACK("B01");
	cr_assert(loop_until(&loop, &n_rules, 1, 5000));
	finish();
}
