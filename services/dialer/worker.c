/** @file worker.c  A worker's thread and its legs, see media_priv.h */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "media_priv.h"
#include "metrics.h"

enum {
	SLOT_US = 1000,
	CATCH_UP = 200, /* slots made good at most; then time is skipped */
	METRICS_US = 1000000,
	NEWS_MAX = 65536, /* of a worker, on their way or to be used again */
};

/* ---- the beat: a worker's thread -------------------------------------------
 */

static void publish(struct dial_worker *w)
{
	const struct dial_counts *c = &w->counts;

	atomic_store_explicit(&w->sent, c->sent, memory_order_relaxed);
	atomic_store_explicit(&w->late, c->late, memory_order_relaxed);
	atomic_store_explicit(&w->failed, c->failed, memory_order_relaxed);
	atomic_store_explicit(&w->received, c->received, memory_order_relaxed);
}

static void tell_metrics(struct dial_worker *w, uint64_t now_us)
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

static void beat_slot(struct dial_worker *w, const struct dial_slot *s)
{
	uint64_t now = yh_now_us();

	dial_scratch_time(w->scratch, now);
	for (struct dial_shared *p = s->shared; p; p = p->next) {
		p->due_us = w->due_us;
		dial_shared_receive(p, w->scratch, &w->counts, now);
	}
	for (struct dial_leg *leg = s->legs; leg; leg = leg->next) {
		uint32_t sent = leg->stream.sent;

		dial_leg_prefetch(leg->next ? leg->next->next : NULL);
		dial_leg_prefetch_frames(leg->next);
		dial_leg_beat(leg, w->scratch, now);
		if (leg->stream.shared)
			continue;
		now = yh_now_us();
		if (now > w->due_us + DIAL_LATE_US && leg->stream.sent > sent) {
			leg->stream.sent_late++;
			w->counts.late++;
		}
	}
	for (struct dial_shared *p = s->shared; p; p = p->next)
		dial_shared_flush(p);
}

static void end_legs(struct dial_worker *w, struct dial_slot *s)
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

static void set_timer(struct dial_worker *w, bool on)
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

static void next_slot(struct dial_worker *w)
{
	struct dial_slot *s = &w->slots[w->slot = (w->slot + 1) % DIAL_SLOTS];

	w->due_us += SLOT_US;
	beat_slot(w, s);
	if (w->n_closing)
		end_legs(w, s);
}

static void beat(struct dial_worker *w)
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

/* The slot of a port, which it is given with its first call. */
static struct dial_slot *slot_of(struct dial_worker *w, struct dial_shared *p)
{
	struct dial_slot *s = &w->slots[p->slot];
	struct dial_shared **at = &s->shared;

	while (*at && *at != p)
		at = &(*at)->next;
	*at = p;

	return s;
}

static struct dial_slot *emptiest(struct dial_worker *w)
{
	struct dial_slot *s = &w->slots[(w->slot + 1) % DIAL_SLOTS];

	for (unsigned i = 0; i < DIAL_SLOTS; i++) {
		if (w->slots[i].n < s->n)
			s = &w->slots[i];
	}

	return s;
}

static void add_leg(struct dial_worker *w, struct dial_leg *leg)
{
	struct dial_slot *s = leg->stream.shared
				      ? slot_of(w, leg->stream.shared)
				      : emptiest(w);

	leg->next = s->legs;
	s->legs = leg;
	s->n++;
	if (!w->n_legs++)
		set_timer(w, true);
}

/* Once a millisecond for all the news: waking costs as much as a packet. */
static void wake_loop(struct dial_worker *w)
{
	if (w->told_loop)
		yh_inbox_wake(w->media->news);
	w->told_loop = false;
}

static void read_letters(struct dial_worker *w)
{
	struct dial_letter *l;

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

static void end_all(struct dial_worker *w)
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
	struct dial_worker *w = arg;
	struct yh_stack_item *item = yh_stack_pop(&w->spare, &w->returned);
	struct dial_news *n = (struct dial_news *)item;

	if (!n && w->n_news < NEWS_MAX)
		n = yh_zalloc(sizeof(*n));
	if (n && !item) {
		n->home = w;
		w->n_news++;
	}
	__builtin_prefetch(w->spare, 1); /* the loop had it last */

	return n;
}

static int tell_loop(void *arg, struct dial_news *news)
{
	struct dial_worker *w = arg;
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
static void sleep_until_woken(struct dial_worker *w)
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
	struct dial_worker *w = arg;
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

/* ---- its life: the loop's thread --------------------------------------------
 */

int dial_worker_start(struct dial_worker *w, struct dial_media *m)
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
	err = yh_queue_init(&w->orders, DIAL_INBOX);
	if (!err)
		err = -pthread_create(&w->thread, NULL, run, w);
	if (!err)
		pthread_setname_np(w->thread, DIAL_MEDIA_THREAD);

	return err;
}

void dial_worker_wake(struct dial_worker *w)
{
	const uint64_t one = 1;

	if (atomic_load(&w->asleep))
		(void)!write(w->wake, &one, sizeof(one));
}

void dial_worker_end(struct dial_worker *w)
{
	atomic_store(&w->quitting, true);
	dial_worker_wake(w);
	pthread_join(w->thread, NULL);
	yh_queue_fini(&w->orders);
	close(w->timer);
	close(w->wake);
	dial_scratch_destroy(w->scratch);
}
