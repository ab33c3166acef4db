/**
 * @file svc.h  What every service's main() shares: settings, logs, loop, bus,
 *              admin port (/healthz /readyz /metrics), drain on SIGTERM.
 *
 * Life cycle: load -> start -> READY -> SIGTERM or SIGINT -> drain -> stop ->
 * loop closed -> exit. Exit codes: 0 clean, 2 bad configuration, 3 runtime
 * failure, 4 a handle was left on the loop.
 *
 * At first the program starts itself again, once, for a heap on huge pages
 * (base/heap.h); the process stays the same.
 *
 * A service's main.c:
 *
 *   struct conf { struct yh_svc_conf common; uint32_t drain_ms; ... };
 *   static const struct yh_conf_key keys[] = {
 *           YH_SVC_CONF_KEYS(struct conf),
 *           YH_CONF_UINT(struct conf, x_ms, "100", 1, 1000, "..."),
 *   };
 *   int main(int argc, char *argv[])
 *   {
 *           static struct conf conf;
 *           static const struct yh_svc_def def = { .name = "dialer", ... };
 *           return yh_svc_main(&def, &conf, argc, argv);
 *   }
 */
#ifndef YH_SVC_H
#define YH_SVC_H

#include "bus/bus.h"
#include "conf/conf.h"
#include "metrics/metrics.h"

/** Settings of every service; first member of its own struct. */
struct yh_svc_conf {
	char *instance; /**< [A-Za-z0-9_-]; default <service>-<pid> */
	char *nats_url;
	char *redis_url;       /**< "redis://host:port" or "unix:/path" */
	char *pg_url;	       /**< libpq connection string or URI */
	char *admin_addr;      /**< "127.0.0.1:9100"; port 0 = a free one */
	char *admin_port_file; /**< The bound port is written here */
	char *log_level;
	uint32_t drain_ms; /**< Deadline of the drain [ms] */
};

#define YH_SVC_CONF_KEYS(s)                                                    \
	{"instance",                                                           \
	 YH_CONF_STR,                                                          \
	 offsetof(s, common.instance),                                         \
	 "",                                                                   \
	 0,                                                                    \
	 0,                                                                    \
	 "Name in subjects and records; empty: <service>-<random>"},           \
		{"nats_url",                                                   \
		 YH_CONF_STR,                                                  \
		 offsetof(s, common.nats_url),                                 \
		 "nats://127.0.0.1:4222",                                      \
		 0,                                                            \
		 0,                                                            \
		 "NATS server"},                                               \
		{"redis_url",                                                  \
		 YH_CONF_STR,                                                  \
		 offsetof(s, common.redis_url),                                \
		 "redis://127.0.0.1:6379",                                     \
		 0,                                                            \
		 0,                                                            \
		 "Redis, redis://host:port or unix:/path"},                    \
		{"pg_url",                                                     \
		 YH_CONF_STR,                                                  \
		 offsetof(s, common.pg_url),                                   \
		 "postgresql:///yinhu",                                        \
		 0,                                                            \
		 0,                                                            \
		 "PostgreSQL, a libpq connection string"},                     \
		{"admin_addr",                                                 \
		 YH_CONF_STR,                                                  \
		 offsetof(s, common.admin_addr),                               \
		 "127.0.0.1:9100",                                             \
		 0,                                                            \
		 0,                                                            \
		 "Address of /healthz, /readyz, /metrics"},                    \
		{"admin_port_file",                                            \
		 YH_CONF_STR,                                                  \
		 offsetof(s, common.admin_port_file),                          \
		 "",                                                           \
		 0,                                                            \
		 0,                                                            \
		 "File to write the bound admin port to"},                     \
		{"log_level",                                                  \
		 YH_CONF_STR,                                                  \
		 offsetof(s, common.log_level),                                \
		 "info",                                                       \
		 0,                                                            \
		 0,                                                            \
		 "debug, info, warn or error"},                                \
	{                                                                      \
		"drain_ms", YH_CONF_U32, offsetof(s, common.drain_ms),         \
			"10000", 100, 3600000,                                 \
			"How long work may go on after SIGTERM [ms]"           \
	}

struct yh_svc {
	uv_loop_t *loop;
	struct yh_bus *bus; /**< NULL when def->no_bus */
	const struct yh_svc_conf *conf;
	void *app; /**< The service's own; set by start */
};

struct yh_svc_def {
	const char *name;
	const char *text; /**< One line for --help */
	const struct yh_conf_key *keys;
	size_t n_keys;
	struct yh_metric *const *metrics;
	size_t n_metrics;
	/** Open everything. @param conf The service's struct. @return 0 or an
	 * error (logged, exit 3; stop is still called) */
	int (*start)(struct yh_svc *svc, const void *conf);
	/** NULL when ready; else why not ("postgres down"). May be NULL. */
	const char *(*ready)(struct yh_svc *svc);
	/** Take no new work. May be NULL. */
	void (*drain)(struct yh_svc *svc);
	/** Is all work done? May be NULL (= at once). */
	bool (*idle)(struct yh_svc *svc);
	/** Close every handle; tolerates a start that failed. The bus is closed
	 * after this. */
	void (*stop)(struct yh_svc *svc);
};

int yh_svc_main(const struct yh_svc_def *def, void *conf, int argc,
		char *argv[]);

/** Tell the port that was chosen, as a line of a file: written whole, then
 * renamed, so that a reader never sees half a number. A file that cannot be
 * written is logged. @param path "" for none */
void yh_svc_write_port(const char *path, uint16_t port);

#endif
