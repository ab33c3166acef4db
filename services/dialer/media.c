/** @file media.c  The loop's side of calls' media, contract in media.h */
#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include "base/mem.h"
#include "media_priv.h"
#include "metrics.h"

/* ---- life ------------------------------------------------------------------
 */

static void free_items(struct yh_stack_item *list, struct yh_stack *s)
{
	struct yh_stack_item *item;

	while ((item = yh_stack_pop(&list, s)))
		yh_free(item);
}

static unsigned count_workers(const struct dial_media_conf *conf)
{
	unsigned n = conf->workers;
	cpu_set_t set;

	if (!n && !sched_getaffinity(0, sizeof(set), &set))
		n = (unsigned)CPU_COUNT(&set) - 1;
	if (!n)
		n = 1;

	return n < DIAL_WORKERS_MAX ? n : DIAL_WORKERS_MAX;
}

static void on_news(void *arg, void *item)
{
	struct dial_media *m = arg;
	struct dial_news *news = item;
	struct dial_worker *home = news->home;

	m->cb(m->arg, news);
	if (news->kind == DIAL_NEWS_GONE) {
		if (news->leg->stream.shared)
			news->leg->stream.shared->n_calls--;
		dial_leg_destroy(news->leg);
		m->n_legs--;
	}
	if (home)
		yh_stack_push(&home->returned, &news->item);
	else
		yh_free(news);
}

static void drop_news(void *item)
{
	struct dial_news *news = item;

	if (news->kind == DIAL_NEWS_GONE)
		dial_leg_destroy(news->leg);
	yh_free(news);
}

/* The writer's thread. */
static void on_written(void *arg, uint32_t id, int err,
		       const struct yh_wav_made *made)
{
	struct dial_media *m = arg;
	struct dial_news *n = yh_zalloc(sizeof(*n));

	if (!n)
		return;
	n->kind = DIAL_NEWS_RECORDED;
	n->id = id;
	n->err = err;
	n->made = *made;
	if (yh_inbox_put(m->news, n)) {
		yh_metric_add(&dial_m_news_lost, 1);
		yh_free(n);
	}
}

static int open_all(struct dial_media *m, uv_loop_t *loop,
		    const struct dial_media_conf *conf)
{
	unsigned n = count_workers(conf);
	int err = dial_ports_init(&m->ports, conf->bind_addr, conf->port_min,
				  conf->port_max);

	if (!err)
		err = yh_inbox_open(&m->news, loop, DIAL_INBOX, on_news, m);
	if (!err)
		err = dial_writer_open(&m->writer, conf->producer, on_written,
				       m);
	while (!err && m->n_workers < n) {
		err = dial_worker_start(&m->workers[m->n_workers], m);
		m->n_workers += !err;
	}

	return err;
}

int dial_media_open(struct dial_media **out, uv_loop_t *loop,
		    const struct dial_media_conf *conf, dial_news_cb *cb,
		    void *arg)
{
	struct dial_media *m;
	int err;

	if (!out || !loop || !conf || !cb)
		return -EINVAL;
	m = yh_zalloc(sizeof(*m));
	if (!m)
		return -ENOMEM;
	m->conf = *conf;
	m->cb = cb;
	m->arg = arg;
	err = open_all(m, loop, conf);
	if (err)
		dial_media_close(m);
	else
		*out = m;

	return err;
}

void dial_media_close(struct dial_media *m)
{
	if (!m)
		return;
	for (unsigned i = 0; i < m->n_workers; i++)
		dial_worker_end(&m->workers[i]);
	dial_writer_close(m->writer);
	yh_inbox_close(m->news, drop_news);
	for (unsigned i = 0; i < m->n_workers; i++) {
		struct dial_worker *w = &m->workers[i];

		free_items(w->spare, &w->returned);
		while (w->n_shared)
			dial_shared_destroy(w->shared[--w->n_shared]);
	}
	free_items(m->spare, &m->used);
	yh_free(m);
}

/* ---- legs: the loop's thread -----------------------------------------------
 */

static int post(struct dial_worker *w, struct dial_leg *leg,
		const struct dial_order *order)
{
	struct dial_media *m = w->media;
	struct dial_letter *l =
		(struct dial_letter *)yh_stack_pop(&m->spare, &m->used);
	int err;

	if (!l)
		l = yh_zalloc(sizeof(*l));
	if (!l)
		return -ENOMEM;
	l->leg = leg;
	l->add = !order;
	if (order)
		l->order = *order;
	err = yh_queue_put(&w->orders, l);
	if (err)
		yh_stack_push(&m->used, &l->item);
	else
		dial_worker_wake(w);

	return err;
}

/* A leg that finds out that its callee talks tells all that came before at
 * once. What is allocated then stays; better now than in the worker. */
static int reserve_news(struct dial_worker *w, unsigned legs)
{
	while (w->n_reserved < legs * DIAL_NEWS_A_LEG) {
		struct dial_news *n = yh_zalloc(sizeof(*n));

		if (!n)
			return -ENOMEM;
		memset(n, 0, sizeof(*n)); /* its pages now */
		n->home = w;
		yh_stack_push(&w->returned, &n->item);
		w->n_reserved++;
	}

	return 0;
}

/* ---- ports -----------------------------------------------------------------
 */

static unsigned slot_with_fewest(const struct dial_worker *w)
{
	unsigned calls[DIAL_SLOTS] = {0}, slot = 0;

	for (unsigned i = 0; i < w->n_shared; i++)
		calls[w->shared[i]->slot] += w->shared[i]->n_calls;
	for (unsigned i = 1; i < DIAL_SLOTS; i++) {
		if (calls[i] < calls[slot])
			slot = i;
	}

	return slot;
}

static int open_shared(struct dial_media *m, struct dial_worker *w,
		       unsigned slot, struct dial_shared **out)
{
	struct dial_port_pair ports;
	int err = w->n_shared < DIAL_SHARED_MAX
			  ? dial_ports_take(&m->ports, &ports)
			  : -EADDRINUSE;

	if (err)
		return err;
	err = dial_shared_create(out, slot, &ports);
	if (err)
		dial_port_pair_close(&ports);
	else
		w->shared[w->n_shared++] = *out;

	return err;
}

/* A share of a port, in the slot that has the fewest. */
static int share(struct dial_media *m, struct dial_worker *w,
		 struct dial_shared **out)
{
	unsigned slot = slot_with_fewest(w);

	for (unsigned i = 0; i < w->n_shared; i++) {
		struct dial_shared *p = w->shared[i];

		if (p->slot == slot && p->n_calls < m->conf.calls_per_port) {
			*out = p;
			return 0;
		}
	}

	return open_shared(m, w, slot, out);
}

/* ---- a leg -----------------------------------------------------------------
 */

static struct dial_worker *with_fewest(struct dial_media *m)
{
	struct dial_worker *w = &m->workers[0];

	for (unsigned i = 1; i < m->n_workers; i++) {
		if (m->workers[i].load < w->load)
			w = &m->workers[i];
	}

	return w;
}

static int create_leg(struct dial_media *m, struct dial_worker *w, uint32_t id,
		      bool own_port, struct dial_leg **leg)
{
	struct dial_shared *shared = NULL;
	struct dial_port_pair ports;
	int err = own_port ? dial_ports_take(&m->ports, &ports)
			   : share(m, w, &shared);

	if (err)
		return err;
	err = dial_leg_create(leg, &w->env, id,
			      shared ? &shared->ports : &ports, shared);
	if (err && !shared)
		dial_port_pair_close(&ports);

	return err;
}

int dial_media_add(struct dial_media *m, uint32_t id,
		   const struct dial_leg *beside, struct dial_leg **out,
		   uint16_t *port)
{
	struct dial_worker *w =
		beside ? &m->workers[beside->worker] : with_fewest(m);
	struct dial_leg *leg;
	int err = dial_writer_reserve(m->writer, m->n_legs + 1);

	if (!err)
		err = reserve_news(w, w->load + 1);
	if (!err)
		err = create_leg(m, w, id, beside || m->conf.calls_per_port < 2,
				 &leg);
	if (err)
		return err;
	leg->worker = (unsigned)(w - m->workers);
	err = post(w, leg, NULL);
	if (err) {
		dial_leg_destroy(leg);
		return err;
	}
	w->load++;
	m->n_legs++;
	if (leg->stream.shared)
		leg->stream.shared->n_calls++;
	*out = leg;
	*port = leg->stream.ports.port;

	return 0;
}

int dial_media_order(struct dial_media *m, struct dial_leg *leg,
		     const struct dial_order *order)
{
	struct dial_worker *w = &m->workers[leg->worker];
	int err = post(w, leg, order);

	if (!err && order->kind == DIAL_ORDER_CLOSE)
		w->load--;

	return err;
}

struct dial_media_counts dial_media_counts(struct dial_media *m)
{
	struct dial_media_counts all = {0};

	for (unsigned i = 0; i < m->n_workers; i++) {
		struct dial_worker *w = &m->workers[i];
		unsigned busy = atomic_load(&w->busy_permille);

		all.sent += atomic_load(&w->sent);
		all.late += atomic_load(&w->late);
		all.failed += atomic_load(&w->failed);
		all.received += atomic_load(&w->received);
		if (busy > all.busy_permille)
			all.busy_permille = busy;
	}

	return all;
}

unsigned dial_media_ports(const struct dial_media *m)
{
	unsigned pairs = dial_ports_count(&m->ports);

	return m->conf.calls_per_port > 1 ? pairs * m->conf.calls_per_port
					  : pairs;
}
