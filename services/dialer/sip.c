/** @file sip.c  sofia-sip's thread and the loop's side, contract in sip.h */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "sip_priv.h"

#define METHODS "INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, UPDATE, NOTIFY"

/* ---- the thread ------------------------------------------------------------
 */

static int start(struct dial_sip *s)
{
	s->root = su_root_create(s);
	if (!s->root || dial_sip_make_parser(&s->parser))
		return -ENOMEM;
	su_root_threading(s->root, 0);
	s->nua = nua_create(
		s->root, dial_sip_on_event, s, NUTAG_URL(s->bind_url),
		TAG_IF(s->tls_url[0], NUTAG_SIPS_URL(s->tls_url)),
		TAG_IF(s->tls_dir[0], NUTAG_CERTIFICATE_DIR(s->tls_dir)),
		TAG_IF(s->tls_dir[0],
		       TPTAG_TLS_VERIFY_POLICY(TPTLS_VERIFY_INCOMING |
					       TPTLS_VERIFY_SUBJECTS_OUT)),
		NUTAG_SIP_PARSER(s->parser.messages), NUTAG_MEDIA_ENABLE(0),
		NUTAG_AUTOACK(0),
		/* What may be dialled again is decided in sip_legs.c alone. */
		NUTAG_AUTO302(0), NUTAG_AUTO305(0), NUTAG_MAX_RETRY_AFTER(0),
		NUTAG_M_USERNAME("yinhu"), SIPTAG_ALLOW_STR(METHODS),
		NUTAG_APPL_METHOD("UPDATE"),
		SIPTAG_SUPPORTED_STR("100rel, timer"), NUTAG_EARLY_MEDIA(1),
		NUTAG_SESSION_TIMER(SESSION_EXPIRES_S), NUTAG_MIN_SE(MIN_SE_S),
		NUTAG_SESSION_REFRESHER(nua_local_refresher),
		SIPTAG_USER_AGENT_STR("Yinhu/" YH_VERSION), TAG_END());
	if (!s->nua)
		return -EADDRINUSE;
	s->timer = su_timer_create(su_root_task(s->root), 50);
	if (!s->timer || su_timer_set_for_ever(s->timer, dial_sip_on_timer, s))
		return -ENOMEM;
	dial_sip_open_lines(s);

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
	if (!err) {
		su_root_run(s->root);
		uv_sem_wait(&s->let_go);
	}
	if (s->timer)
		su_timer_destroy(s->timer);
	dial_sip_drop_all(s);
	if (s->nua)
		nua_destroy(s->nua);
	if (s->root)
		su_root_destroy(s->root);
	free(s->parser.messages);
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

/* "ADDR:PORT" as sofia wants it. @param addr Receives the address */
static int set_url(const char *listen, const char *scheme, char url[URL_MAX],
		   char addr[64])
{
	const char *colon = strrchr(listen, ':');
	size_t n = colon ? (size_t)(colon - listen) : 0;

	if (!n || n >= 64 || strlen(colon + 1) > 5 ||
	    strspn(colon + 1, "0123456789") != strlen(colon + 1))
		return -EINVAL;
	snprintf(addr, 64, "%.*s", (int)n, listen);
	snprintf(url, URL_MAX, "%s:%s:%s", scheme, addr,
		 atoi(colon + 1) ? colon + 1 : "*");

	return 0;
}

static void set_lines(struct dial_sip *s, const struct dial_trunks *trunks)
{
	static const char *const suffixes[] = {"", ";transport=tcp",
					       ";transport=tls"};

	s->n_lines = trunks->n;
	for (unsigned i = 0; i < trunks->n; i++) {
		struct line *l = &s->lines[i];

		l->trunk = &trunks->list[i];
		l->index = i;
		snprintf(l->uri, sizeof(l->uri), "%s%s", l->trunk->address,
			 suffixes[l->trunk->transport]);
	}
}

static int set_addresses(struct dial_sip *s, const struct dial_sip_conf *conf)
{
	char ignored[64];

	if (set_url(conf->listen, "sip", s->bind_url, s->addr) ||
	    (conf->tls_listen[0] &&
	     set_url(conf->tls_listen, "sips", s->tls_url, ignored)) ||
	    strlen(conf->tls_dir) >= sizeof(s->tls_dir) ||
	    (conf->tls_listen[0] && !conf->tls_dir[0]))
		return -EINVAL;
	for (unsigned i = 0; i < conf->trunks->n; i++) {
		if (conf->trunks->list[i].transport == DIAL_TLS &&
		    !conf->tls_listen[0])
			return -EINVAL;
	}
	snprintf(s->media_addr, sizeof(s->media_addr), "%s", conf->media_addr);
	snprintf(s->tls_dir, sizeof(s->tls_dir), "%s", conf->tls_dir);
	if (!strcmp(s->addr, "0.0.0.0"))
		snprintf(s->addr, sizeof(s->addr), "%s", s->media_addr);
	s->options_timeout_ms = conf->options_timeout_ms;
	set_lines(s, conf->trunks);

	return 0;
}

static void dispose(struct dial_sip *s)
{
	yh_inbox_close(s->inbox, yh_free);
	uv_sem_destroy(&s->started);
	uv_sem_destroy(&s->let_go);
	yh_free(s);
}

int dial_sip_open(struct dial_sip **out, uv_loop_t *loop,
		  const struct dial_sip_conf *conf, dial_sip_cb *cb, void *arg)
{
	struct starting starting = {0};
	struct dial_sip *s;
	int err;

	if (!out || !loop || !conf || !cb || !conf->trunks)
		return -EINVAL;
	s = yh_zalloc(sizeof(*s));
	if (!s)
		return -ENOMEM;
	starting.sip = s;
	s->cb = cb;
	s->arg = arg;
	uv_sem_init(&s->started, 0);
	uv_sem_init(&s->let_go, 0);
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
	/* su_msg_send() wakes the root after the message is queued: the thread
	 * may have taken it by then, and must not be through yet. */
	uv_sem_post(&s->let_go);
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
			    .trunk = inv->trunk,
			    .rtp_port = inv->rtp_port,
			    .session = inv->session,
			    .srtp = inv->srtp};
	bool direct = inv->target && inv->target[0];
	int err;

	if (!inv->id || inv->trunk >= s->n_lines || !number_ok(inv->caller) ||
	    (direct ? strlen(inv->target) >= TARGET_MAX
		    : !number_ok(inv->number)))
		return -EINVAL;
	if (inv->headers && !(c.headers = yh_strdup(inv->headers)))
		return -ENOMEM;
	if (direct)
		snprintf(c.target, sizeof(c.target), "%s", inv->target);
	memcpy(c.srtp_key, inv->srtp_key, sizeof(c.srtp_key));
	snprintf(c.number, sizeof(c.number), "%s", inv->number);
	snprintf(c.caller, sizeof(c.caller), "%s", inv->caller);
	err = post(s, &c);
	if (err)
		yh_free(c.headers);

	return err;
}

int dial_sip_refer(struct dial_sip *s, uint32_t id, const char *to, uint32_t as)
{
	struct command c = {.kind = REFER, .id = id, .session = as};
	bool direct = !strncmp(to, "sip:", 4);

	if (strlen(to) >= sizeof(c.target) || (!direct && !number_ok(to)))
		return -EINVAL;
	snprintf(c.target, sizeof(c.target), "%s", to);

	return post(s, &c);
}

int dial_sip_hang_up(struct dial_sip *s, uint32_t id, uint32_t cause,
		     const char *text)
{
	struct command c = {.kind = HANG_UP, .id = id, .cause = cause};

	snprintf(c.text, sizeof(c.text), "%s", text);

	return post(s, &c);
}
