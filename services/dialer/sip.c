/** @file sip.c  sofia-sip's thread and the loop's side, contract in sip.h */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "sip_priv.h"

/* ---- the thread
 */

static int start(struct dial_sip *s)
{
	s->root = su_root_create(s);
	if (!s->root)
		return -ENOMEM;
	su_root_threading(s->root, 0);
	s->nua = nua_create(
		s->root, dial_sip_on_event, s, NUTAG_URL(s->bind_url),
		NUTAG_RETRY_COUNT(0), /* never a second INVITE */
		NUTAG_MEDIA_ENABLE(0), NUTAG_AUTOACK(0),
		NUTAG_M_USERNAME("yinhu"),
		SIPTAG_ALLOW_STR("INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK"),
		SIPTAG_USER_AGENT_STR("Yinhu/" YH_VERSION), TAG_END());
	if (!s->nua)
		return -EADDRINUSE;
	s->timer = su_timer_create(su_root_task(s->root), 50);
	if (!s->timer || su_timer_set_for_ever(s->timer, dial_sip_on_timer, s))
		return -ENOMEM;
	if (!s->options_ms)
		dial_sip_tell_trunk(s, true, "not asked");

	return 0;
}

struct starting {
	struct dial_sip *sip;
	int err;
};

static void thread_main(void *arg)
{
	struct starting *starting = arg;
	struct dial_sip *s = starting->sip;
	int err;

	su_init();
	su_log_set_level(NULL, 0); /* it would print numbers */
	err = start(s);
	starting->err = err;
	uv_sem_post(&s->started);
	if (!err)
		su_root_run(s->root);
	if (s->timer)
		su_timer_destroy(s->timer);
	dial_sip_drop_all(s);
	if (s->nua)
		nua_destroy(s->nua);
	if (s->root)
		su_root_destroy(s->root);
	su_deinit();
}

/* ---- the loop's side
 * -------------------------------------------------------- */

static void on_inbox(void *arg, void *item)
{
	struct dial_sip *s = arg;

	s->cb(s->arg, item);
	yh_free(item);
}

static int set_addresses(struct dial_sip *s, const struct dial_sip_conf *conf)
{
	const char *colon = strrchr(conf->listen, ':');
	size_t n = colon ? (size_t)(colon - conf->listen) : 0;

	if (!n || n >= sizeof(s->addr) || !conf->trunk[0] ||
	    strlen(conf->trunk) >= sizeof(s->trunk) ||
	    strpbrk(conf->trunk, " <>@;?\"\r\n") || strlen(colon + 1) > 5 ||
	    strspn(colon + 1, "0123456789") != strlen(colon + 1))
		return -EINVAL;
	snprintf(s->media_addr, sizeof(s->media_addr), "%s", conf->media_addr);
	snprintf(s->trunk, sizeof(s->trunk), "%s", conf->trunk);
	snprintf(s->bind_url, sizeof(s->bind_url), "sip:%.*s:%s;transport=udp",
		 (int)n, conf->listen, atoi(colon + 1) ? colon + 1 : "*");
	snprintf(s->addr, sizeof(s->addr), "%.*s", (int)n, conf->listen);
	if (!strcmp(s->addr, "0.0.0.0"))
		snprintf(s->addr, sizeof(s->addr), "%s", s->media_addr);
	s->options_ms = conf->options_ms;
	s->options_timeout_ms = conf->options_timeout_ms;

	return 0;
}

static void dispose(struct dial_sip *s)
{
	yh_inbox_close(s->inbox, yh_free);
	uv_sem_destroy(&s->started);
	yh_free(s);
}

int dial_sip_open(struct dial_sip **out, uv_loop_t *loop,
		  const struct dial_sip_conf *conf, dial_sip_cb *cb, void *arg)
{
	struct starting starting = {0};
	struct dial_sip *s;
	int err;

	if (!out || !loop || !conf || !cb)
		return -EINVAL;
	s = yh_zalloc(sizeof(*s));
	if (!s)
		return -ENOMEM;
	starting.sip = s;
	s->cb = cb;
	s->arg = arg;
	uv_sem_init(&s->started, 0);
	err = set_addresses(s, conf);
	if (!err)
		err = yh_inbox_open(&s->inbox, loop, INBOX_MAX, on_inbox, s);
	if (!err)
		err = uv_thread_create(&s->thread, thread_main, &starting);
	if (err) {
		dispose(s);
		return err;
	}
	uv_sem_wait(&s->started);
	if (starting.err) {
		uv_thread_join(&s->thread);
		dispose(s);
		return starting.err;
	}
	*out = s;

	return 0;
}

static int post(struct dial_sip *s, const struct command *c)
{
	su_msg_r msg = SU_MSG_R_INIT;

	if (su_msg_create(msg, su_root_task(s->root), su_task_null,
			  dial_sip_on_command, sizeof(*c)))
		return -ENOMEM;
	*su_msg_data(msg) = *c;
	su_msg_data(msg)->sip = s;

	return su_msg_send(msg) ? -ENOMEM : 0;
}

void dial_sip_close(struct dial_sip *s)
{
	const struct command c = {.kind = CLOSE};

	if (!s)
		return;
	while (post(s, &c))
		uv_sleep(10);
	uv_thread_join(&s->thread);
	dispose(s);
}

static bool number_ok(const char *n)
{
	size_t len;

	if (*n == '+')
		n++;
	len = strlen(n);

	return len && len < NUMBER_MAX - 1 && strspn(n, "0123456789") == len;
}

int dial_sip_invite(struct dial_sip *s, const struct dial_sip_invite *inv)
{
	struct command c = {.kind = INVITE,
			    .id = inv->id,
			    .rtp_port = inv->rtp_port,
			    .session = inv->session};

	if (!inv->id || !number_ok(inv->number) || !number_ok(inv->caller))
		return -EINVAL;
	snprintf(c.number, sizeof(c.number), "%s", inv->number);
	snprintf(c.caller, sizeof(c.caller), "%s", inv->caller);

	return post(s, &c);
}

int dial_sip_hang_up(struct dial_sip *s, uint32_t id, uint32_t cause,
		     const char *text)
{
	struct command c = {.kind = HANG_UP, .id = id, .cause = cause};

	snprintf(c.text, sizeof(c.text), "%s", text);

	return post(s, &c);
}
