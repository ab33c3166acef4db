/** @file engines.c  Pools, routes, dialects, contract in engines.h */
#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "engines.h"
#include "engines_conf.h"
#include "rec_sherpa.h"
#include "rec_ws.h"

/* The embedded engine has no breaker: it is what is left. */
static int add_embedded(struct asr_engines *e, struct asr_recognizer *rec)
{
	struct asr_pool *p = &e->pools[0];

	p->ends = yh_zalloc(sizeof(*p->ends));
	if (!p->ends) {
		rec->ops->destroy(rec);
		return -ENOMEM;
	}
	p->name = "embedded";
	p->n_ends = 1;
	p->ends[0].rec = rec;
	p->final_ms = 5000;
	p->max_streams = UINT32_MAX;
	p->breaker =
		(struct yh_breaker_conf){.max_error = 2, .slow_ms = UINT32_MAX};

	return 0;
}

static int allocate(struct asr_engines *e, size_t n_dialects, size_t n_pools,
		    struct asr_recognizer *embedded)
{
	e->dialects = yh_calloc(n_dialects, sizeof(*e->dialects));
	e->routes = yh_calloc(n_dialects, sizeof(*e->routes));
	e->pools = yh_calloc(n_pools + 1, sizeof(*e->pools));
	if (!e->dialects || !e->routes || !e->pools) {
		embedded->ops->destroy(embedded);
		return -ENOMEM;
	}
	e->n = n_dialects;
	e->n_pools = n_pools + 1;

	return add_embedded(e, embedded);
}

/* ---- pools --------------------------------------------------------------- */

static int open_sherpa(struct asr_recognizer **out, uv_loop_t *loop,
		       const struct asr_pool_config *c)
{
	const struct asr_rec_sherpa_conf conf = {
		.model_dir = c->model_dir,
		.library = c->library,
		.threads = c->threads,
	};
	char error[1024] = "";
	int err = asr_rec_sherpa_create(out, loop, &conf, error, sizeof(error));

	if (err)
		yh_error("asr.sherpa", "pool=%s msg=%s", c->name, error);

	return err;
}

static int open_server(struct asr_recognizer **out, uv_loop_t *loop,
		       const struct asr_pool_config *c, unsigned i)
{
	const struct asr_rec_ws_conf ws = {
		.url = c->urls[i],
		.ca_file = c->ca_file,
		.rate_hz = c->rate_hz,
		.connect_ms = c->connect_ms,
	};

	return asr_rec_ws_create(out, loop, asr_wire_find(c->engine), &ws);
}

static int open_pool(struct asr_pool *p, uv_loop_t *loop,
		     const struct asr_pool_config *c)
{
	unsigned n = c->n_urls ? c->n_urls : 1;
	int err = 0;

	p->name = c->name;
	p->final_ms = c->final_ms;
	p->max_streams = c->max_streams;
	p->breaker = (struct yh_breaker_conf){
		.max_error = (float)c->max_error_percent / 100.0f,
		.slow_ms = c->slow_ms,
		.min_asked = c->min_asked,
		.open_ms = c->open_ms,
		.max_open_ms = c->max_open_ms,
	};
	p->ends = yh_calloc(n, sizeof(*p->ends));
	if (!p->ends)
		return -ENOMEM;
	for (; p->n_ends < n && !err; p->n_ends += !err)
		err = c->n_urls ? open_server(&p->ends[p->n_ends].rec, loop, c,
					      p->n_ends)
				: open_sherpa(&p->ends[p->n_ends].rec, loop, c);
	if (err)
		yh_error("asr.pool", "pool=%s server=%u err=%s", c->name,
			 p->n_ends, yh_err_text(err));
	else
		yh_info("asr.pool", "pool=%s engine=%s servers=%u", c->name,
			c->engine, n);

	return err;
}

/* ---- dialects ------------------------------------------------------------ */

static struct asr_pool *pool_of(struct asr_engines *e, const char *name)
{
	int i = asr_config_pool(e->config, name);

	return i < 0 ? NULL : &e->pools[i + 1];
}

static void set_route(struct asr_engines *e, unsigned i)
{
	const struct asr_dialect_config *c = &e->config->dialects[i];
	struct asr_route *r = &e->routes[i];

	e->dialects[i] = (struct asr_dialect){
		.name = c->name,
		.regions = (const char *const *)c->regions,
		.n_regions = c->n_regions,
	};
	r->dialect = c->name;
	r->rungs[ASR_PRIMARY - 1] = pool_of(e, c->primary);
	r->rungs[ASR_SECONDARY - 1] = pool_of(e, c->secondary);
	if (!c->embedded || *c->embedded)
		r->rungs[ASR_EMBEDDED - 1] = &e->pools[0];
}

/* ---- life cycle ---------------------------------------------------------- */

static int embedded_alone(struct asr_engines *e,
			  struct asr_recognizer *embedded)
{
	int err = allocate(e, 1, 0, embedded);

	if (err)
		return err;
	e->dialects[0].name = e->routes[0].dialect = "mandarin";
	e->routes[0].rungs[ASR_EMBEDDED - 1] = &e->pools[0];

	return 0;
}

static int configured(struct asr_engines *e, uv_loop_t *loop, const char *file,
		      struct asr_recognizer *embedded)
{
	char error[512];
	int err = asr_config_load(&e->config, file, error, sizeof(error));

	if (err) {
		yh_error("asr.config", "msg=%s", error);
		embedded->ops->destroy(embedded);
		return err;
	}
	err = allocate(e, e->config->n_dialects, e->config->n_pools, embedded);
	for (unsigned i = 0; i < e->config->n_pools && !err; i++)
		err = open_pool(&e->pools[i + 1], loop, &e->config->pools[i]);
	for (unsigned i = 0; i < e->n && !err; i++)
		set_route(e, i);

	return err;
}

int asr_engines_open(struct asr_engines **out, uv_loop_t *loop,
		     const char *file, struct asr_recognizer *embedded)
{
	struct asr_engines *e = yh_zalloc(sizeof(*e));
	int err;

	if (!e) {
		embedded->ops->destroy(embedded);
		return -ENOMEM;
	}
	err = file[0] ? configured(e, loop, file, embedded)
		      : embedded_alone(e, embedded);
	if (err) {
		asr_engines_close(e);
		return err;
	}
	*out = e;

	return 0;
}

void asr_engines_close(struct asr_engines *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < e->n_pools; i++) {
		struct asr_pool *p = &e->pools[i];

		for (unsigned k = 0; k < p->n_ends; k++)
			p->ends[k].rec->ops->destroy(p->ends[k].rec);
		yh_free(p->ends);
	}
	yh_free(e->pools);
	yh_free(e->routes);
	yh_free(e->dialects);
	asr_config_free(e->config);
	yh_free(e);
}
