/**
 * @file stream.c  JetStream: ensure, store, consume.
 *
 * Storing is a request with the header Nats-Msg-Id, so that nothing of it
 * blocks. Consuming is a durable push consumer with a deliver group; its
 * deliver subject is subscribed to like any other.
 *
 * Source: docs.nats.io, "JetStream wire API", server 2.9.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "bus/bus_priv.h"

enum {
	START_MS = 10000,
	STORE_MS = 10000,
	TRY_MS = 2000,	/* wait for one answer */
	AGAIN_MS = 200, /* after a refusal or without a connection */
};

/* ---- store --------------------------------------------------------------- */

static void store_end(struct yh_bus *bus, struct wait *w, int err)
{
	yh_bus_wait_remove(bus, w);
	if (w->on_stored)
		w->on_stored(w->arg, err);
	yh_free(w);
}

/* Send once more and wait; what goes wrong is tried again. */
static void store_try(struct yh_bus *bus, struct wait *w, uint64_t now_ms)
{
	uint64_t due_ms = now_ms + AGAIN_MS;
	char reply[128];
	natsMsg *nm = NULL;
	natsStatus s;

	if (yh_bus_is_up(bus)) {
		yh_bus_wait_subject(bus, w, reply, sizeof(reply));
		s = natsMsg_Create(&nm, w->subject, reply,
				   (const char *)w->data, (int)w->len);
		if (s == NATS_OK)
			s = natsMsgHeader_Set(nm, "Nats-Msg-Id", w->msg_id);
		if (s == NATS_OK)
			s = natsConnection_PublishMsg(bus->nc, nm);
		if (s == NATS_OK)
			due_ms = now_ms + TRY_MS;
		natsMsg_Destroy(nm);
	}
	yh_bus_wait_move(bus, w,
			 due_ms < w->give_up_ms ? due_ms : w->give_up_ms);
}

void yh_bus_store_due(struct yh_bus *bus, struct wait *w, uint64_t now_ms)
{
	if (now_ms < w->give_up_ms) {
		store_try(bus, w, now_ms);
		return;
	}
	yh_warn("bus.store_timeout", "waiting=%u", bus->n_stores);
	store_end(bus, w, -ETIMEDOUT);
}

/* @param nm NULL: nobody listens, as when no stream has the subject yet */
void yh_bus_store_reply(struct yh_bus *bus, struct wait *w, natsMsg *nm)
{
	uint64_t again_ms = yh_now_ms() + AGAIN_MS;
	const char *data = nm ? natsMsg_GetData(nm) : NULL;
	size_t len = nm ? (size_t)natsMsg_GetDataLength(nm) : 0;

	if (data && memmem(data, len, "\"seq\"", 5) &&
	    !memmem(data, len, "\"error\"", 7)) {
		store_end(bus, w, 0);
		return;
	}
	yh_warn("bus.store_refused", "no_stream=%d", !nm);
	yh_bus_wait_move(bus, w,
			 again_ms < w->give_up_ms ? again_ms : w->give_up_ms);
}

int yh_stream_publish(struct yh_bus *bus, const char *subject,
		      const char *msg_id, const void *data, size_t len,
		      yh_stored_cb *cb, void *arg)
{
	size_t n_subject, n_id;
	struct wait *w;
	uint64_t now_ms;

	if (!bus || !subject || !msg_id || (!data && len) || len > INT32_MAX)
		return -EINVAL;
	if (bus->closing || bus->n_stores >= STORES_MAX)
		return YH_ERR_QUEUE_FULL;

	n_subject = strlen(subject) + 1;
	n_id = strlen(msg_id) + 1;
	w = yh_zalloc(sizeof(*w) + n_subject + n_id + len);
	if (!w)
		return -ENOMEM;

	w->subject = memcpy(w->room, subject, n_subject);
	w->msg_id = memcpy(w->room + n_subject, msg_id, n_id);
	w->data = (uint8_t *)w->room + n_subject + n_id;
	if (len)
		memcpy(w->data, data, len);
	w->len = len;
	w->is_store = true;
	w->on_stored = cb;
	w->arg = arg;
	now_ms = yh_now_ms();
	w->give_up_ms = now_ms + STORE_MS;
	if (yh_bus_wait_add(bus, w, w->give_up_ms)) {
		yh_free(w);
		return -ENOMEM;
	}
	store_try(bus, w, now_ms);

	return 0;
}

/* ---- consume ------------------------------------------------------------- */

static int js_open(jsCtx **js, struct yh_bus *bus)
{
	jsOptions opts;

	jsOptions_Init(&opts);
	opts.Wait = 2000;

	return natsConnection_JetStream(js, bus->nc, &opts) == NATS_OK
		       ? 0
		       : -ENOMEM;
}

static natsStatus add_stream(jsCtx *js, const char *name, const char *subjects,
			     uint64_t max_age_s)
{
	jsStreamConfig conf;
	jsErrCode code = 0;
	natsStatus s;

	jsStreamConfig_Init(&conf);
	conf.Name = name;
	conf.Subjects = &subjects;
	conf.SubjectsLen = 1;
	conf.Retention = js_LimitsPolicy;
	conf.Storage = js_FileStorage;
	conf.MaxAge = (int64_t)max_age_s * 1000000000;
	s = js_AddStream(NULL, js, &conf, NULL, &code);
	if (code != JSStreamNameExistErr)
		return s;

	/* Another age than before: the newer start wins. */
	return js_UpdateStream(NULL, js, &conf, NULL, &code);
}

int yh_stream_ensure(struct yh_bus *bus, const char *name, const char *subjects,
		     uint64_t max_age_s)
{
	uint64_t give_up_ms = yh_now_ms() + START_MS;
	natsStatus s = NATS_ERR;
	jsCtx *js = NULL;
	int err;

	if (!bus || !name || !subjects)
		return -EINVAL;
	err = js_open(&js, bus);
	if (err)
		return err;

	for (;;) {
		s = add_stream(js, name, subjects, max_age_s);
		if (s == NATS_OK || yh_now_ms() >= give_up_ms)
			break;
		nats_Sleep(200);
	}
	jsCtx_Destroy(js);
	if (s == NATS_OK)
		return 0;

	yh_error("bus.stream", "stream=%s status=\"%s\"", name,
		 natsStatus_GetText(s));
	return YH_ERR_BUS_DOWN;
}

static natsStatus add_consumer(jsCtx *js, const struct yh_consumer_conf *conf,
			       const char *deliver)
{
	jsConsumerConfig c;
	jsErrCode code = 0;

	jsConsumerConfig_Init(&c);
	c.Durable = conf->durable;
	c.FilterSubject = conf->filter;
	c.DeliverSubject = deliver;
	c.DeliverGroup = conf->durable;
	c.DeliverPolicy = js_DeliverAll;
	c.AckPolicy = js_AckExplicit;
	c.AckWait = (int64_t)conf->ack_wait_ms * 1000000;
	c.MaxAckPending = conf->max_ack_pending;
	c.MaxDeliver = -1;

	return js_AddConsumer(NULL, js, conf->stream, &c, NULL, &code);
}

int yh_stream_consume(struct yh_bus *bus, const struct yh_consumer_conf *conf,
		      yh_msg_cb *cb, void *arg, struct yh_sub **out)
{
	uint64_t give_up_ms = yh_now_ms() + START_MS;
	struct yh_sub *sub = NULL;
	natsStatus s;
	jsCtx *js = NULL;
	char deliver[200];
	int err;

	if (!bus || !cb || !conf || !conf->stream || !conf->durable ||
	    !conf->filter || !conf->ack_wait_ms || !conf->max_ack_pending)
		return -EINVAL;

	snprintf(deliver, sizeof(deliver), "yinhu.deliver.%s.%s", conf->stream,
		 conf->durable);
	err = js_open(&js, bus);
	if (err)
		return err;
	/* Listen first: a consumer without listeners would wait. */
	err = yh_bus_sub_open(bus, deliver, conf->durable, true, cb, arg, &sub);
	if (err)
		goto out;

	for (;;) {
		s = add_consumer(js, conf, deliver);
		if (s == NATS_OK || yh_now_ms() >= give_up_ms)
			break;
		nats_Sleep(200);
	}
	if (s != NATS_OK) {
		yh_error("bus.consumer", "durable=%s status=\"%s\"",
			 conf->durable, natsStatus_GetText(s));
		yh_sub_close(sub);
		err = YH_ERR_BUS_DOWN;
		goto out;
	}
	if (out)
		*out = sub;

out:
	jsCtx_Destroy(js);

	return err;
}

/* ---- acknowledge --------------------------------------------------------- */

/* Reply subjects: $JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.
 * <consumer seq>.<time>.<pending>, newer servers put domain and account hash
 * before the stream. */
uint64_t yh_msg_delivered(const struct yh_msg *msg)
{
	const char *reply = natsMsg_GetReply(msg->nm), *p = reply;
	size_t dots = 0, skip;

	if (!msg->stream || !reply || strncmp(reply, "$JS.ACK.", 8))
		return 0;

	for (const char *q = reply; *q; q++)
		dots += *q == '.';
	skip = dots == 8 ? 4 : 6;
	for (; skip && p; skip--) {
		p = strchr(p, '.');
		p = p ? p + 1 : NULL;
	}

	return p ? strtoull(p, NULL, 10) : 0;
}

static void answer(struct yh_msg *msg, const char *text)
{
	const char *reply = natsMsg_GetReply(msg->nm);

	/* Lost when the connection is down: the stream delivers it again. */
	if (msg->stream && reply && yh_bus_is_up(msg->bus))
		natsConnection_PublishString(msg->bus->nc, reply, text);
	yh_msg_free(msg);
}

void yh_msg_ack(struct yh_msg *msg)
{
	if (msg)
		answer(msg, "+ACK");
}

void yh_msg_nak(struct yh_msg *msg, unsigned delay_ms)
{
	char text[64] = "-NAK";

	if (!msg)
		return;
	if (delay_ms)
		snprintf(text, sizeof(text), "-NAK {\"delay\": %" PRIu64 "}",
			 (uint64_t)delay_ms * 1000000);
	answer(msg, text);
}
