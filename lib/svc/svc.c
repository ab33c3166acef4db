/** @file svc.c  The shared main(), contract in svc.h */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/heap.h"
#include "base/log.h"
#include "base/mem.h"
#include "http/http.h"
#include "svc/svc.h"

enum { EXIT_CONF = 2, EXIT_RUN = 3, EXIT_LEAK = 4 };

enum {
	TICK_MS = 50,
	BUS_MS = 10000, /* how long we wait for NATS at the start */
};

struct host {
	const struct yh_svc_def *def;
	struct yh_svc svc;
	uv_loop_t loop;
	uv_signal_t term, intr;
	uv_timer_t tick;
	uint64_t drain_until; /* loop time [ms]; 0 = not draining */
	struct yh_http *admin;
	bool started, ready, closing;
	bool opened; /* open_all is over, well or not */
	int signals; /* handles that were opened */
};

/* ---- admin port ------------------------------------------------------------
 */

static const char *not_ready(struct host *h)
{
	if (!h->ready)
		return "starting";
	if (h->drain_until)
		return "draining";
	if (!yh_bus_is_up(h->svc.bus))
		return "message bus down";

	return h->def->ready ? h->def->ready(&h->svc) : NULL;
}

static void reply_metrics(struct host *h, struct yh_http_req *req)
{
	char *text = yh_metrics_render(h->def->metrics, h->def->n_metrics,
				       YH_VERSION);

	if (text)
		yh_http_reply(req, 200,
			      "text/plain; version=0.0.4; charset=utf-8", text,
			      strlen(text));
	else
		yh_http_reply(req, 500, "text/plain", "out of memory\n", 14);
	yh_free(text);
}

static void on_admin(void *arg, struct yh_http_req *req)
{
	struct host *h = arg;
	const char *path = yh_http_path(req);
	const char *why;
	char text[256];
	int n;

	if (!strcmp(path, "/metrics")) {
		reply_metrics(h, req);
	} else if (!strcmp(path, "/healthz")) {
		yh_http_reply(req, 200, "text/plain", "ok\n", 3);
	} else if (!strcmp(path, "/readyz")) {
		why = not_ready(h);
		n = snprintf(text, sizeof(text), "%s\n", why ? why : "ready");
		yh_http_reply(req, why ? 503 : 200, "text/plain", text,
			      (size_t)n);
	} else {
		yh_http_reply(req, 404, "text/plain", "not found\n", 10);
	}
}

void yh_svc_write_port(const char *path, uint16_t port)
{
	char *tmp = path[0] ? yh_asprintf("%s.tmp", path) : NULL;
	FILE *f = tmp ? fopen(tmp, "w") : NULL;

	if (!path[0])
		return;
	if (f) {
		fprintf(f, "%u\n", port);
		fclose(f);
	}
	if (!f || rename(tmp, path))
		yh_warn("svc.port_file", "path=%s err=not written", path);
	yh_free(tmp);
}

static int open_admin(struct host *h)
{
	const struct yh_svc_conf *c = h->svc.conf;
	const struct yh_http_conf conf = {.addr = c->admin_addr,
					  .max_body_bytes = 4096};
	int err = yh_http_open(&h->admin, &h->loop, &conf, on_admin, h);

	if (err) {
		yh_error("admin.listen", "addr=%s err=%s", c->admin_addr,
			 yh_err_text(err));
		return err;
	}
	yh_svc_write_port(c->admin_port_file, yh_http_port(h->admin));

	return 0;
}

/* ---- life cycle -------------------------------------------------------------
 */

static void close_all(struct host *h)
{
	if (h->closing)
		return;

	h->closing = true;
	if (h->started)
		h->def->stop(&h->svc);
	yh_http_close(h->admin);
	yh_bus_close(h->svc.bus);
	if (h->signals > 0)
		uv_close((uv_handle_t *)&h->term, NULL);
	if (h->signals > 1)
		uv_close((uv_handle_t *)&h->intr, NULL);
	uv_close((uv_handle_t *)&h->tick, NULL);
}

static void on_tick(uv_timer_t *t)
{
	struct host *h = t->data;
	bool idle;

	if (!h->drain_until || !h->opened)
		return;

	idle = !h->def->idle || h->def->idle(&h->svc);
	if (!idle && uv_now(&h->loop) < h->drain_until)
		return;
	yh_info("svc.stop", "drained=%s", idle ? "true" : "false");
	close_all(h);
}

static void on_signal(uv_signal_t *s, int signo)
{
	struct host *h = s->data;

	if (h->drain_until)
		return;

	yh_info("svc.drain", "signal=%d deadline_ms=%u", signo,
		h->svc.conf->drain_ms);
	h->drain_until = uv_now(&h->loop) + h->svc.conf->drain_ms;
	if (h->started && h->def->drain)
		h->def->drain(&h->svc);
}

static int open_signals(struct host *h)
{
	static const int signos[] = {SIGTERM, SIGINT};
	uv_signal_t *const handles[] = {&h->term, &h->intr};

	for (int i = 0; i < 2; i++) {
		int err = uv_signal_init(&h->loop, handles[i]);

		if (err)
			return err;
		h->signals++;
		handles[i]->data = h;
		err = uv_signal_start(handles[i], on_signal, signos[i]);
		if (err)
			return err;
	}

	return 0;
}

/* The loop goes on meanwhile: the admin port answers, a signal ends the wait.
 */
static int open_bus(struct host *h)
{
	uint64_t give_up_ms = yh_now_ms() + BUS_MS;

	for (;;) {
		int err = yh_bus_open(&h->svc.bus, &h->loop,
				      h->svc.conf->nats_url,
				      h->svc.conf->instance);

		if (err != YH_ERR_BUS_DOWN || yh_now_ms() >= give_up_ms)
			return err;
		uv_run(&h->loop, UV_RUN_ONCE);
		if (h->drain_until)
			return -ECANCELED;
	}
}

static bool given_up(const struct host *h, int err)
{
	return err == -ECANCELED && !h->started;
}

static int open_all(struct host *h, const void *conf)
{
	int err;

	uv_timer_init(&h->loop, &h->tick);
	h->tick.data = h;
	uv_timer_start(&h->tick, on_tick, TICK_MS, TICK_MS);
	err = open_signals(h);
	if (!err)
		err = open_admin(h);
	if (!err)
		err = open_bus(h);
	if (!err) {
		h->started = true;
		err = h->def->start(&h->svc, conf);
	}
	if (!err)
		err = yh_bus_settle(h->svc.bus);
	h->opened = true;
	if (given_up(h, err))
		yh_info("svc.stop", "reason=\"a signal before the start\"");
	else if (err)
		yh_error("svc.start", "err=%s", yh_err_text(err));
	else
		yh_info("svc.ready", "instance=%s version=%s",
			h->svc.conf->instance, YH_VERSION);
	h->ready = !err;

	return err;
}

/* ---- command line -----------------------------------------------------------
 */

static void usage(const struct yh_svc_def *def)
{
	printf("%s: %s\n\n"
	       "usage: %s [--config FILE] [--print-config] [--help] "
	       "[--version]\n\n"
	       "settings (in FILE as YAML, or as YH_<NAME> in the "
	       "environment):\n",
	       def->name, def->text, def->name);
	yh_conf_print_help(def->keys, def->n_keys);
}

/* @return -1 go on, else the exit code */
static int command_line(const struct yh_svc_def *def, int argc, char *argv[],
			const char **file, bool *print)
{
	static const struct option options[] = {
		{"config", required_argument, NULL, 'c'},
		{"print-config", no_argument, NULL, 'p'},
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'v'},
		{NULL, 0, NULL, 0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "c:phv", options, NULL)) != -1) {
		switch (c) {
		case 'c':
			*file = optarg;
			break;
		case 'p':
			*print = true;
			break;
		case 'h':
			usage(def);
			return 0;
		case 'v':
			printf("%s %s\n", def->name, YH_VERSION);
			return 0;
		default:
			fprintf(stderr, "%s --help says what there is\n",
				def->name);
			return EXIT_CONF;
		}
	}
	if (optind < argc) {
		fprintf(stderr,
			"%s: unexpected argument \"%s\"; %s --help says what "
			"there is\n",
			def->name, argv[optind], def->name);
		return EXIT_CONF;
	}

	return -1;
}

static int name_instance(struct yh_svc_conf *c, const char *service)
{
	unsigned id = 0;

	if (c->instance[0]) {
		if (strspn(c->instance,
			   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL"
			   "MNOPQRSTUVWXYZ0123456789_-") == strlen(c->instance))
			return 0;
		return YH_ERR_BAD_CONFIG;
	}
	if (getrandom(&id, sizeof(id), 0) != sizeof(id))
		id = (unsigned)getpid();
	yh_free(c->instance);
	c->instance = yh_asprintf("%s-%08x", service, id);

	return c->instance ? 0 : -ENOMEM;
}

static int load(const struct yh_svc_def *def, void *conf, const char *file)
{
	struct yh_svc_conf *common = conf;
	char error[1024];
	int err = yh_conf_load(def->keys, def->n_keys, file, conf, error,
			       sizeof(error));

	if (!err && name_instance(common, def->name))
		err = YH_ERR_BAD_CONFIG,
		snprintf(error, sizeof(error),
			 "instance is \"%s\", allowed is [A-Za-z0-9_-]",
			 common->instance);
	if (!err && yh_log_init(def->name, common->log_level))
		err = YH_ERR_BAD_CONFIG,
		snprintf(error, sizeof(error),
			 "log_level is \"%s\", allowed is debug, info, warn or "
			 "error",
			 common->log_level);
	if (err)
		fprintf(stderr, "%s: configuration: %s\n", def->name, error);

	return err;
}

static int run(const struct yh_svc_def *def, void *conf)
{
	static struct host h;
	int err, left;

	h.def = def;
	h.svc.conf = conf;
	h.svc.loop = &h.loop;
	signal(SIGPIPE, SIG_IGN);
	if (uv_loop_init(&h.loop))
		return EXIT_RUN;

	err = open_all(&h, conf);
	if (err)
		close_all(&h);
	uv_run(&h.loop, UV_RUN_DEFAULT);
	left = uv_loop_close(&h.loop);
	if (left)
		yh_error("svc.loop", "err=%s", uv_strerror(left));

	if (given_up(&h, err))
		err = 0;

	return err ? EXIT_RUN : left ? EXIT_LEAK : EXIT_SUCCESS;
}

int yh_svc_main(const struct yh_svc_def *def, void *conf, int argc,
		char *argv[])
{
	const char *file = NULL;
	bool print = false;
	int code;

	yh_heap_huge(argv);
	code = command_line(def, argc, argv, &file, &print);
	if (code >= 0)
		return code;
	if (load(def, conf, file)) {
		yh_conf_fini(def->keys, def->n_keys, conf);
		return EXIT_CONF;
	}
	if (print) {
		yh_conf_print(def->keys, def->n_keys, conf);
		code = EXIT_SUCCESS;
	} else {
		code = run(def, conf);
	}
	yh_conf_fini(def->keys, def->n_keys, conf);

	return code;
}
