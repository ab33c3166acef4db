/** @file media.c  Worker threads and their legs, contract in media.h */
#include <errno.h>
#include <pthread.h>
#include <poll.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "leg.h"
#include "loop/inbox.h"
#include "loop/queue.h"
#include "metrics.h"

enum {
	SLOT_US = 1000,
	CATCH_UP = 200, /* slots made good at most; then time is skipped */
	INBOX = 65536,
	METRICS_US = 1000000,
	NEWS_MAX = 65536, /* of a worker, on their way or to be used again */
};

struct slot {
	struct dial_leg *legs; /* list */
	unsigned n;
};

struct worker {
	struct dial_media *media;
	pthread_t thread;
	int timer, wake; /* timerfd; eventfd for one who sleeps */
	_Atomic bool asleep, quitting;
	struct yh_queue orders;
	struct dial_scratch *scratch;
	struct dial_counts counts, told;
	struct dial_leg_env env;
	struct slot slots[DIAL_SLOTS];
	unsigned n_legs, n_closing, slot;
	uint64_t due_us; /* of the slot that is being done */
	uint64_t metrics_us;
	struct yh_stack returned; /* news that the loop has read */
	struct yh_stack_item *spare;
	unsigned n_news;		/* allocated */
	bool told_loop;			/* and has not woken it */
	uint64_t busy_us, busy_told_us; /* in beats */
	/* For dial_media_counts, which any thread may ask. */
	_Atomic uint64_t sent, late, failed, received;
	_Atomic unsigned busy_permille;
	unsigned load; /* legs given to it; the loop thread's */
};

struct dial_media {
	struct dial_media_conf conf;
	struct dial_ports ports;
	struct dial_writer *writer;
	struct yh_inbox *news;
	dial_news_cb *cb;
	void *arg;
	struct yh_stack used; /* letters that workers have read */
	struct yh_stack_item *spare;
	unsigned n_legs;
	unsigned n_workers;
	struct worker workers[DIAL_WORKERS_MAX];
};

/* What travels to a worker. */
struct letter {
	struct yh_stack_item item;
	struct dial_leg *leg;
	bool add; /* else the order */
	struct dial_order order;
};

/* ---- the beat: a worker's thread -------------------------------------------
 */

static void publish(struct worker *w)
{
	const struct dial_counts *c = &w->counts;

	atomic_store_explicit(&w->sent, c->sent, memory_order_relaxed);
	atomic_store_explicit(&w->late, c->late, memory_order_relaxed);
	atomic_store_explicit(&w->failed, c->failed, memory_order_relaxed);
	atomic_store_explicit(&w->received, c->received, memory_order_relaxed);
}

static void tell_metrics(struct worker *w, uint64_t now_us)
{
	const struct dial_counts *c = &w->counts, *t = &w->told;
	uint64_t passed = now_us - w->metrics_us;

	if (passed)
		atomic_store(&w->busy_permille,
			     (unsigned)((w->busy_us - w->busy_told_us) * 1000 /
					passed));
	w->busy_told_us = w->busy_us;
	w->metrics_us = now_us;
	yh_metric_add(&dial_m_rtp_sent, (double)(c->sent - t->sent));
	yh_metric_add(&dial_m_rtp_late, (double)(c->late - t->late));
	yh_metric_add(&dial_m_rtp_received,
		      (double)(c->received - t->received));
	yh_metric_add(&dial_m_rtp_foreign, (double)(c->foreign - t->foreign));
	yh_metric_add(&dial_m_rtp_failed, (double)(c->failed - t->failed));
	yh_metric_add(&dial_m_srtp_failed,
		      (double)(c->srtp_failed - t->srtp_failed));
	w->told = *c;
}

static void beat_slot(struct worker *w, const struct slot *s)
{
	uint64_t now = yh_now_us();

	dial_scratch_time(w->scratch, now);
	for (struct dial_leg *leg = s->legs; leg; leg = leg->next) {
		uint32_t sent = leg->stream.sent;

		dial_leg_prefetch(leg->next);
		dial_leg_beat(leg, w->scratch, now);
		now = yh_now_us();
		if (now > w->due_us + DIAL_LATE_US && leg->stream.sent > sent) {
			leg->stream.sent_late++;
			w->counts.late++;
		}
	}
}

static void end_legs(struct worker *w, struct slot *s)
{
	struct dial_leg **at = &s->legs;

	while (*at) {
		struct dial_leg *leg = *at, *next = leg->next;

		if (leg->closing && dial_leg_finish(leg)) {
			*at = next;
			s->n--;
			w->n_legs--;
			w->n_closing--;
		} else {
			at = &leg->next;
		}
	}
}

static void set_timer(struct worker *w, bool on)
{
	struct itimerspec spec = {0};

	if (on) {
		w->due_us = yh_now_us();
		spec.it_interval.tv_nsec = SLOT_US * 1000;
		spec.it_value.tv_sec = (time_t)(w->due_us / 1000000);
		spec.it_value.tv_nsec = (long)(w->due_us % 1000000) * 1000;
	}
	timerfd_settime(w->timer, TFD_TIMER_ABSTIME, &spec, NULL);
}

static void next_slot(struct worker *w)
{
	struct slot *s = &w->slots[w->slot = (w->slot + 1) % DIAL_SLOTS];

	w->due_us += SLOT_US;
	beat_slot(w, s);
	if (w->n_closing)
		end_legs(w, s);
}

static void beat(struct worker *w)
{
	uint64_t n = 0, skip, from = yh_now_us();

	if (read(w->timer, &n, sizeof(n)) != sizeof(n))
		return;
	skip = n > CATCH_UP ? n - CATCH_UP : 0;
	if (skip)
		yh_warn("rtp.stall", "ms=%llu", (unsigned long long)n);
	w->due_us += skip * SLOT_US;
	for (; n > skip; n--)
		next_slot(w);
	w->busy_us += yh_now_us() - from;
	publish(w);
	if (w->due_us > w->metrics_us + METRICS_US || !w->n_legs)
		tell_metrics(w, w->due_us);
	if (!w->n_legs)
		set_timer(w, false);
}

/* ---- orders: a worker's thread ---------------------------------------------
 */

static void add_leg(struct worker *w, struct dial_leg *leg)
{
	struct slot *s = &w->slots[(w->slot + 1) % DIAL_SLOTS];

	for (unsigned i = 0; i < DIAL_SLOTS; i++) {
		if (w->slots[i].n < s->n)
			s = &w->slots[i];
	}
	leg->next = s->legs;
	s->legs = leg;
	s->n++;
	if (!w->n_legs++)
		set_timer(w, true);
}

/* Once a millisecond for all the news: waking costs as much as a packet. */
static void wake_loop(struct worker *w)
{
	if (w->told_loop)
		yh_inbox_wake(w->media->news);
	w->told_loop = false;
}

static void read_letters(struct worker *w)
{
	struct letter *l;

	while ((l = yh_queue_take(&w->orders))) {
		if (l->add) {
			add_leg(w, l->leg);
		} else {
			dial_leg_order(l->leg, &l->order, yh_now_us());
			w->n_closing += l->order.kind == DIAL_ORDER_CLOSE;
		}
		yh_stack_push(&w->media->used, &l->item);
	}
}

static void end_all(struct worker *w)
{
	const struct dial_order close_it = {.kind = DIAL_ORDER_CLOSE};

	read_letters(w);
	for (unsigned i = 0; i < DIAL_SLOTS; i++) {
		struct dial_leg *next, *leg = w->slots[i].legs;

		for (; leg; leg = next) {
			next = leg->next;
			if (!leg->closing)
				dial_leg_order(leg, &close_it, yh_now_us());
			dial_leg_destroy(leg);
		}
	}
	tell_metrics(w, yh_now_us());
}

static struct dial_news *new_news(void *arg)
{
	struct worker *w = arg;
	struct yh_stack_item *item = yh_stack_pop(&w->spare, &w->returned);
	struct dial_news *n = (struct dial_news *)item;

	if (!n && w->n_news < NEWS_MAX)
		n = yh_zalloc(sizeof(*n));
	if (n && !item) {
		n->home = w;
		w->n_news++;
	}

	return n;
}

static int tell_loop(void *arg, struct dial_news *news)
{
	struct worker *w = arg;
	int err = yh_inbox_add(w->media->news, news);

	w->told_loop = true;
	if (err) {
		yh_metric_add(&dial_m_news_lost, 1);
		news->item.next = w->spare;
		w->spare = &news->item;
	}

	return err;
}

/* Nothing to do: until somebody brings an order. */
static void sleep_until_woken(struct worker *w)
{
	struct pollfd fd = {.fd = w->wake, .events = POLLIN};
	uint64_t n;

	atomic_store(&w->asleep, true);
	read_letters(w); /* one may have come before we said so */
	wake_loop(w);
	if (!w->n_legs && !atomic_load(&w->quitting))
		poll(&fd, 1, -1);
	atomic_store(&w->asleep, false);
	(void)!read(w->wake, &n, sizeof(n));
}

/* Orders are looked for at each millisecond. uv_async_t will not do: its
 * reader spins until the writer has run on, which never comes when the reader
 * is realtime, the writer is not, and they share a CPU. */
static void *run(void *arg)
{
	const struct sched_param first = {.sched_priority = 1};
	struct worker *w = arg;
	struct pollfd fd = {.fd = w->timer, .events = POLLIN};

	if (w->media->conf.realtime &&
	    pthread_setschedparam(pthread_self(), SCHED_FIFO, &first))
		yh_info("media.scheduling", "realtime=refused");
	while (!atomic_load(&w->quitting)) {
		if (!w->n_legs)
			sleep_until_woken(w);
		else if (poll(&fd, 1, -1) == 1)
			beat(w);
		read_letters(w);
		wake_loop(w);
	}
	end_all(w);

	return NULL;
}

/* ---- workers: the loop's thread --------------------------------------------
 */

static int start_worker(struct dial_media *m, struct worker *w)
{
	int err;

	w->media = m;
	w->env = (struct dial_leg_env){.conf = &m->conf,
				       .writer = m->writer,
				       .counts = &w->counts,
				       .news = new_news,
				       .tell = tell_loop,
				       .arg = w};
	w->scratch = dial_scratch_create();
	if (!w->scratch)
		return -ENOMEM;
	w->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	w->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (w->timer < 0 || w->wake < 0)
		return -errno;
	err = yh_queue_init(&w->orders, INBOX);
	if (!err)
		err = -pthread_create(&w->thread, NULL, run, w);
	if (!err)
		pthread_setname_np(w->thread, DIAL_MEDIA_THREAD);

	return err;
}

static void wake(struct worker *w)
{
	const uint64_t one = 1;

	if (atomic_load(&w->asleep))
		(void)!write(w->wake, &one, sizeof(one));
}

static void free_items(struct yh_stack_item *list, struct yh_stack *s)
{
	struct yh_stack_item *item;

	while ((item = yh_stack_pop(&list, s)))
		yh_free(item);
}

static void end_worker(struct worker *w)
{
	atomic_store(&w->quitting, true);
	wake(w);
	pthread_join(w->thread, NULL);
	yh_queue_fini(&w->orders);
	close(w->timer);
	close(w->wake);
	dial_scratch_destroy(w->scratch);
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
	struct worker *home = news->home;

	m->cb(m->arg, news);
	if (news->kind == DIAL_NEWS_GONE) {
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
		err = yh_inbox_open(&m->news, loop, INBOX, on_news, m);
	if (!err)
		err = dial_writer_open(&m->writer, conf->producer, on_written,
				       m);
	while (!err && m->n_workers < n) {
		err = start_worker(m, &m->workers[m->n_workers]);
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
		end_worker(&m->workers[i]);
	dial_writer_close(m->writer);
	yh_inbox_close(m->news, drop_news);
	for (unsigned i = 0; i < m->n_workers; i++)
		free_items(m->workers[i].spare, &m->workers[i].returned);
	free_items(m->spare, &m->used);
	yh_free(m);
}

/* ---- legs: the loop's thread -----------------------------------------------
 */

static int post(struct worker *w, struct dial_leg *leg,
		const struct dial_order *order)
{
	struct dial_media *m = w->media;
	struct letter *l = (struct letter *)yh_stack_pop(&m->spare, &m->used);
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
		wake(w);

	return err;
}

int dial_media_add(struct dial_media *m, uint32_t id,
		   const struct dial_leg *beside, struct dial_leg **out,
		   uint16_t *port)
{
	struct worker *w = &m->workers[0];
	struct dial_port_pair ports;
	struct dial_leg *leg;
	int err = dial_writer_reserve(m->writer, m->n_legs + 1);

	if (!err)
		err = dial_ports_take(&m->ports, &ports);
	if (err)
		return err;
	for (unsigned i = 1; i < m->n_workers; i++) {
		if (m->workers[i].load < w->load)
			w = &m->workers[i];
	}
	if (beside)
		w = &m->workers[beside->worker];
	err = dial_leg_create(&leg, &w->env, id, &ports);
	if (err) {
		dial_port_pair_close(&ports);
		return err;
	}
	leg->worker = (unsigned)(w - m->workers);
	err = post(w, leg, NULL);
	if (err) {
		dial_leg_destroy(leg);
		return err;
	}
	w->load++;
	m->n_legs++;
	*out = leg;
	*port = ports.port;

	return 0;
}

int dial_media_order(struct dial_media *m, struct dial_leg *leg,
		     const struct dial_order *order)
{
	struct worker *w = &m->workers[leg->worker];
	int err = post(w, leg, order);

	if (!err && order->kind == DIAL_ORDER_CLOSE)
		w->load--;

	return err;
}

struct dial_media_counts dial_media_counts(struct dial_media *m)
{
	struct dial_media_counts all = {0};

	for (unsigned i = 0; i < m->n_workers; i++) {
		struct worker *w = &m->workers[i];
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
	return dial_ports_count(&m->ports);
}
