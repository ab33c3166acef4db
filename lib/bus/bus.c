/** @file bus.c  Connection, subscriptions and messages, contract in bus.h */
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "bus/bus_priv.h"

enum {
	SETTLE_MS = 10000,
	CLOSE_MS = 2000,
	/* nats.c 3.4.1 may crash when a subscription is destroyed just as its
	 * message is read; long after its end nothing can arrive. */
	LINGER_MS = 2000,
};

/* ---- nats.c's threads ---------------------------------------------------- */

static void on_nats_msg(natsConnection *nc, natsSubscription *ns, natsMsg *nm,
			void *closure)
{
	struct yh_sub *sub = closure;
	struct yh_msg *msg = yh_zalloc(sizeof(*msg));

	(void)ns;
	if (msg) {
		*msg = (struct yh_msg){nm, sub, sub->bus, sub->stream};
		atomic_fetch_add(&sub->queued, 1);
		if (!yh_inbox_put(sub->bus->inbox, msg))
			return;
		atomic_fetch_sub(&sub->queued, 1);
		yh_free(msg);
	}

	atomic_fetch_add(&sub->bus->dropped, 1);
	yh_warn("bus.inbox_full", "stream=%d", sub->stream);
	if (sub->stream)
		natsConnection_PublishString(nc, natsMsg_GetReply(nm), "-NAK");
	natsMsg_Destroy(nm);
}

static void on_nats_sub_end(void *closure)
{
	struct yh_sub *sub = closure;
	struct yh_bus *bus = sub->bus;

	pthread_mutex_lock(&bus->lock);
	bus->live_subs--;
	atomic_store(&sub->ended, true);
	pthread_cond_broadcast(&bus->changed);
	pthread_mutex_unlock(&bus->lock);
}

static void on_nats_error(natsConnection *nc, natsSubscription *ns,
			  natsStatus s, void *closure)
{
	(void)nc;
	(void)ns;
	(void)closure;
	yh_warn("bus.error", "status=\"%s\"", natsStatus_GetText(s));
}

static void on_nats_down(natsConnection *nc, void *closure)
{
	struct yh_bus *bus = closure;

	(void)nc;
	if (!bus->closing)
		yh_warn("bus.down", "advice=\"is the NATS server up?\"");
}

/* The last call of all that nats.c makes for a connection. */
static void on_nats_closed(natsConnection *nc, void *closure)
{
	struct yh_bus *bus = closure;

	(void)nc;
	pthread_mutex_lock(&bus->lock);
	bus->nc_open = false;
	pthread_cond_broadcast(&bus->changed);
	pthread_mutex_unlock(&bus->lock);
}

static void on_nats_up(natsConnection *nc, void *closure)
{
	(void)nc;
	(void)closure;
	yh_info("bus.up", "again=true");
}

static int64_t reconnect_delay_ms(natsConnection *nc, int attempts, void *arg)
{
	(void)nc;
	(void)arg;

	return attempts < 10 ? 100 * (attempts < 1 ? 1 : attempts) : 1000;
}

/* ---- messages ------------------------------------------------------------ */

static void drop_msg(void *item)
{
	struct yh_msg *msg = item;

	atomic_fetch_sub(&msg->sub->queued, 1);
	if (msg->stream)
		yh_msg_nak(msg, 0);
	else
		yh_msg_free(msg);
}

static void on_inbox(void *arg, void *item)
{
	struct yh_msg *msg = item;
	struct yh_sub *sub = msg->sub;

	(void)arg;
	if (sub->closed) {
		drop_msg(msg);
		return;
	}
	atomic_fetch_sub(&sub->queued, 1);
	sub->cb(sub->arg, msg);
}

const char *yh_msg_subject(const struct yh_msg *msg)
{
	return natsMsg_GetSubject(msg->nm);
}

const uint8_t *yh_msg_data(const struct yh_msg *msg)
{
	return (const uint8_t *)natsMsg_GetData(msg->nm);
}

size_t yh_msg_len(const struct yh_msg *msg)
{
	return (size_t)natsMsg_GetDataLength(msg->nm);
}

bool yh_msg_wants_reply(const struct yh_msg *msg)
{
	return !msg->stream && natsMsg_GetReply(msg->nm);
}

void yh_msg_free(struct yh_msg *msg)
{
	if (!msg)
		return;
	natsMsg_Destroy(msg->nm);
	yh_free(msg);
}

/* ---- subscriptions ------------------------------------------------------- */

static void sub_free(struct yh_sub *sub)
{
	*sub->prev = sub->next;
	if (sub->next)
		sub->next->prev = sub->prev;
	natsSubscription_Destroy(sub->ns);
	yh_free(sub);
}

static void sub_unlisten(struct yh_sub *sub)
{
	if (natsSubscription_DrainTimeout(sub->ns, CLOSE_MS) != NATS_OK)
		natsSubscription_Unsubscribe(sub->ns);
}

int yh_bus_sub_open(struct yh_bus *bus, const char *subject, const char *queue,
		    bool stream, yh_msg_cb *cb, void *arg, struct yh_sub **out)
{
	struct yh_sub *sub = yh_zalloc(sizeof(*sub));
	natsStatus s;

	if (!sub)
		return -ENOMEM;

	sub->bus = bus;
	sub->cb = cb;
	sub->arg = arg;
	sub->stream = stream;
	if (queue)
		s = natsConnection_QueueSubscribe(&sub->ns, bus->nc, subject,
						  queue, on_nats_msg, sub);
	else
		s = natsConnection_Subscribe(&sub->ns, bus->nc, subject,
					     on_nats_msg, sub);
	if (s != NATS_OK) {
		yh_free(sub);
		return s == NATS_INVALID_SUBJECT ? -EINVAL : YH_ERR_BUS_DOWN;
	}

	pthread_mutex_lock(&bus->lock);
	bus->live_subs++;
	pthread_mutex_unlock(&bus->lock);
	natsSubscription_SetOnCompleteCB(sub->ns, on_nats_sub_end, sub);
	sub->next = bus->subs;
	sub->prev = &bus->subs;
	if (sub->next)
		sub->next->prev = &sub->next;
	bus->subs = sub;
	if (out)
		*out = sub;

	return 0;
}

int yh_bus_subscribe(struct yh_bus *bus, const char *subject, const char *queue,
		     yh_msg_cb *cb, void *arg, struct yh_sub **out)
{
	if (!bus || !subject || !cb)
		return -EINVAL;

	return yh_bus_sub_open(bus, subject, queue, false, cb, arg, out);
}

void yh_sub_close(struct yh_sub *sub)
{
	if (!sub || sub->closed)
		return;

	sub->closed = true;
	sub->bus->n_lingering++;
	sub_unlisten(sub);
	yh_bus_tick_start(sub->bus);
}

bool yh_bus_sweep(struct yh_bus *bus, uint64_t now_ms)
{
	struct yh_sub *next;

	if (!bus->n_lingering)
		return false;

	for (struct yh_sub *sub = bus->subs; sub; sub = next) {
		next = sub->next;
		if (!sub->closed || !atomic_load(&sub->ended))
			continue;
		if (!sub->linger_until_ms) {
			sub->linger_until_ms = now_ms + LINGER_MS;
		} else if (now_ms >= sub->linger_until_ms &&
			   !atomic_load(&sub->queued)) {
			bus->n_lingering--;
			sub_free(sub);
		}
	}

	return bus->n_lingering;
}

/* ---- connection ---------------------------------------------------------- */

static natsStatus make_options(natsOptions **out, struct yh_bus *bus,
			       const char *url, const char *name)
{
	natsOptions *o;
	natsStatus s = natsOptions_Create(&o);

	if (s != NATS_OK)
		return s;

	*out = o;
	s = natsOptions_SetURL(o, url);
	if (s == NATS_OK)
		s = natsOptions_SetName(o, name);
	if (s == NATS_OK)
		s = natsOptions_SetMaxReconnect(o, -1);
	if (s == NATS_OK)
		s = natsOptions_SetCustomReconnectDelay(o, reconnect_delay_ms,
							NULL);
	if (s == NATS_OK)
		s = natsOptions_SetTimeout(o, CLOSE_MS);
	if (s == NATS_OK)
		s = natsOptions_SetWriteDeadline(o, CLOSE_MS);
	if (s == NATS_OK)
		s = natsOptions_SetPingInterval(o, 5000);
	if (s == NATS_OK)
		s = natsOptions_SetErrorHandler(o, on_nats_error, bus);
	if (s == NATS_OK)
		s = natsOptions_SetDisconnectedCB(o, on_nats_down, bus);
	if (s == NATS_OK)
		s = natsOptions_SetReconnectedCB(o, on_nats_up, bus);
	if (s == NATS_OK)
		s = natsOptions_SetClosedCB(o, on_nats_closed, bus);

	return s;
}

static int connect_bus(struct yh_bus *bus, const char *url, const char *name)
{
	natsOptions *opts = NULL;
	natsStatus s = make_options(&opts, bus, url, name);

	if (s == NATS_OK)
		s = natsConnection_Connect(&bus->nc, opts);
	natsOptions_Destroy(opts);
	if (s == NATS_OK) {
		bus->nc_open = true;
		return 0;
	}

	return s == NATS_NO_MEMORY ? -ENOMEM : YH_ERR_BUS_DOWN;
}

int yh_bus_settle(struct yh_bus *bus)
{
	natsStatus s = natsConnection_FlushTimeout(bus->nc, SETTLE_MS);

	return s == NATS_OK ? 0 : yh_bus_err(s);
}

static void on_tick_closed(uv_handle_t *h)
{
	struct yh_bus *bus = h->data;

	pthread_cond_destroy(&bus->changed);
	pthread_mutex_destroy(&bus->lock);
	yh_free(bus);
}

/* Wait for nats.c's threads. @return false when they may still call. */
static bool wait_end(struct yh_bus *bus, bool conn, unsigned max_ms)
{
	struct timespec at;
	bool busy;
	int err = 0;

	clock_gettime(CLOCK_REALTIME, &at);
	at.tv_sec += max_ms / 1000;
	pthread_mutex_lock(&bus->lock);
	do {
		busy = bus->live_subs || (conn && bus->nc_open);
		if (busy)
			err = pthread_cond_timedwait(&bus->changed, &bus->lock,
						     &at);
	} while (busy && !err);
	pthread_mutex_unlock(&bus->lock);

	return !busy;
}

static void close_subs(struct yh_bus *bus)
{
	for (struct yh_sub *sub = bus->subs; sub; sub = sub->next) {
		if (!sub->closed)
			sub_unlisten(sub);
		sub->closed = true;
	}
	wait_end(bus, false, CLOSE_MS / 2);
}

void yh_bus_close(struct yh_bus *bus)
{
	if (!bus || bus->closing)
		return;

	bus->closing = true;
	yh_bus_waits_fini(bus);
	close_subs(bus);
	/* Gives stream messages back, so the connection must still be up. */
	yh_inbox_close(bus->inbox, drop_msg);
	if (yh_bus_is_up(bus))
		natsConnection_FlushTimeout(bus->nc, CLOSE_MS / 2);
	natsConnection_Close(bus->nc);
	if (!wait_end(bus, true, CLOSE_MS)) {
		/* Leaking is better than freeing under a running thread. */
		yh_error("bus.stuck", "subscriptions=%u", bus->live_subs);
		uv_close((uv_handle_t *)&bus->tick, NULL);
		return;
	}

	while (bus->subs)
		sub_free(bus->subs);
	natsConnection_Destroy(bus->nc);
	yh_free(bus->reply_prefix);
	uv_close((uv_handle_t *)&bus->tick, on_tick_closed);
}

int yh_bus_open(struct yh_bus **out, uv_loop_t *loop, const char *url,
		const char *name)
{
	struct yh_bus *bus;
	int err;

	if (!out || !loop || !url || !name)
		return -EINVAL;

	bus = yh_zalloc(sizeof(*bus));
	if (!bus)
		return -ENOMEM;

	bus->loop = loop;
	pthread_mutex_init(&bus->lock, NULL);
	pthread_cond_init(&bus->changed, NULL);
	uv_timer_init(loop, &bus->tick);
	bus->tick.data = bus;
	err = yh_inbox_open(&bus->inbox, loop, INBOX_MAX, on_inbox, bus);
	if (!err)
		err = connect_bus(bus, url, name);
	if (!err)
		err = yh_bus_waits_init(bus);
	if (!err) {
		*out = bus;
		return 0;
	}

	if (bus->nc) {
		yh_bus_close(bus);
	} else {
		yh_inbox_close(bus->inbox, NULL);
		uv_close((uv_handle_t *)&bus->tick, on_tick_closed);
	}

	return err;
}

bool yh_bus_is_up(const struct yh_bus *bus)
{
	return bus && bus->nc &&
	       natsConnection_Status(bus->nc) == NATS_CONN_STATUS_CONNECTED;
}

int yh_bus_err(natsStatus s)
{
	if (s == NATS_MAX_PAYLOAD)
		return -EMSGSIZE;

	return s == NATS_INVALID_SUBJECT ? -EINVAL : YH_ERR_BUS_DOWN;
}

int yh_bus_publish(struct yh_bus *bus, const char *subject, const void *data,
		   size_t len)
{
	natsStatus s;

	if (!bus || !subject || (!data && len) || len > INT32_MAX)
		return -EINVAL;
	if (!yh_bus_is_up(bus))
		return YH_ERR_BUS_DOWN;

	s = natsConnection_Publish(bus->nc, subject, data, (int)len);
	if (s == NATS_OK)
		return 0;

	return yh_bus_err(s);
}

int yh_bus_reply(struct yh_bus *bus, const struct yh_msg *msg, const void *data,
		 size_t len)
{
	if (!bus || !msg || !yh_msg_wants_reply(msg))
		return -EINVAL;

	return yh_bus_publish(bus, natsMsg_GetReply(msg->nm), data, len);
}
