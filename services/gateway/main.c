/** @file main.c  gateway: settings and life cycle (lib/svc) */
#include "base/log.h"
#include "base/mem.h"
#include "gw.h"
#include "svc/svc.h"

#include "metrics.h"

struct conf {
	struct yh_svc_conf common;
	char *listen, *port_file, *protoset, *web_root;
	uint32_t max_body_bytes, rpc_timeout_ms, max_in_flight;
};

static const struct yh_conf_key keys[] = {
	YH_SVC_CONF_KEYS(struct conf),
	YH_CONF_STRING(struct conf, listen, "127.0.0.1:8080",
		       "Address of the API and the console; port 0 = a free "
		       "one"),
	YH_CONF_STRING(struct conf, port_file, "",
		       "File to write the bound port to"),
	YH_CONF_STRING(struct conf, protoset, "build/share/yinhu.protoset",
		       "FileDescriptorSet with the google.api.http options"),
	YH_CONF_STRING(struct conf, web_root, "build/web",
		       "Folder of the built console; read at start"),
	YH_CONF_UINT(struct conf, max_body_bytes, "8323072", 1024, 67108864,
		     "Longest body of a request; less than the bus takes (8 "
		     "MiB) [bytes]"),
	YH_CONF_UINT(struct conf, rpc_timeout_ms, "30000", 1, 60000,
		     "How long a service may take [ms]"),
	YH_CONF_UINT(struct conf, max_in_flight, "512", 1, 65536,
		     "Most requests that wait for services; 429 beyond"),
};

static struct gw gw;

static int start(struct yh_svc *svc, const void *arg)
{
	const struct conf *c = arg;
	const struct gw_conf conf = {
		.listen = c->listen,
		.protoset = c->protoset,
		.web_root = c->web_root,
		.max_body_bytes = c->max_body_bytes,
		.rpc_timeout_ms = c->rpc_timeout_ms,
		.max_in_flight = c->max_in_flight,
	};
	int err = gw_open(&gw, svc->loop, svc->bus, &conf);

	if (err)
		return err;
	yh_info("http.listen", "port=%u", yh_http_port(gw.http));
	yh_svc_write_port(c->port_file, yh_http_port(gw.http));

	return 0;
}

static void drain(struct yh_svc *svc)
{
	(void)svc;
	gw_drain(&gw);
}

static bool idle(struct yh_svc *svc)
{
	(void)svc;

	return !gw.n_calls;
}

static void stop(struct yh_svc *svc)
{
	(void)svc;
	gw_close(&gw);
}

int main(int argc, char *argv[])
{
	static struct conf conf;
	const struct yh_svc_def def = {
		.name = "gateway",
		.text = "HTTP/JSON API in front of the services, and the "
			"console",
		.keys = keys,
		.n_keys = YH_ARRAY_LEN(keys),
		.metrics = gw_m_table,
		.n_metrics = gw_m_count,
		.start = start,
		.drain = drain,
		.idle = idle,
		.stop = stop,
	};

	return yh_svc_main(&def, &conf, argc, argv);
}
