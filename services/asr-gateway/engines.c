/** @file engines.c  Pools, routes, dialects, contract in engines.h */
#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "engines.h"

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
	p->breaker = (struct asr_breaker_conf){.max_error = 2,
					       .slow_ms = UINT32_MAX};

	return 0;
}

static int embedded_only(struct asr_engines *e, struct asr_recognizer *rec)
{
	static const char *const none[1];
	int err;

	e->n = e->n_pools = 1;
	e->dialects = yh_zalloc(sizeof(*e->dialects));
	e->routes = yh_zalloc(sizeof(*e->routes));
	e->pools = yh_zalloc(sizeof(*e->pools));
	if (!e->dialects || !e->routes || !e->pools)
		return -ENOMEM;
	err = add_embedded(e, rec);
	e->dialects[0] = (struct asr_dialect){"mandarin", none, 0};
	e->routes[0].dialect = "mandarin";
	e->routes[0].rungs[ASR_EMBEDDED - 1] = &e->pools[0];

	return err;
}

int asr_engines_open(struct asr_engines **out, uv_loop_t *loop,
		     const char *file, struct asr_recognizer *embedded)
{
	struct asr_engines *e = yh_zalloc(sizeof(*e));
	int err;

	(void)loop;
	if (!e) {
		embedded->ops->destroy(embedded);
		return -ENOMEM;
	}
	err = file[0] ? YH_ERR_BAD_CONFIG : embedded_only(e, embedded);
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
	for (size_t i = 0; i < e->n_pools && e->pools; i++) {
		struct asr_pool *p = &e->pools[i];

		for (unsigned k = 0; k < p->n_ends; k++)
			p->ends[k].rec->ops->destroy(p->ends[k].rec);
		yh_free(p->ends);
	}
	yh_free(e->pools);
	yh_free(e->routes);
	yh_free(e->dialects);
	yh_free(e);
}
