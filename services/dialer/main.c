/** @file main.c  dialer: settings, wiring, commands, drain */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "call.h"
#include "metrics.h"
#include "rpc/rpc.h"
#include "shared.h"
#include "agents.h"
#include "transfer.h"
#include "work.h"

enum {
	BYE_BEFORE_MS = 3000, /* of the drain's deadline: calls are cut */
	BEAT_MS = 20,	      /* of calls' waits and retries */
};

static const struct yh_conf_key keys[] = {
	YH_SVC_CONF_KEYS(struct dial_conf),
	YH_CONF_STRING(struct dial_conf, sip_listen, "127.0.0.1:0",
		       "Address of SIP, UDP and TCP; port 0 = a free one"),
	YH_CONF_STRING(struct dial_conf, sip_tls_listen, "",
		       "Address of SIP over TLS; empty: none"),
	YH_CONF_STRING(struct dial_conf, sip_tls_dir, "",
		       "Folder with agent.pem (certificate and key) and "
		       "cafile.pem (who is trusted)"),
	YH_CONF_STRING(struct dial_conf, trunks_file, "",
		       "YAML file of the trunks; empty: one trunk, of the "
		       "three settings that follow"),
	YH_CONF_STRING(struct dial_conf, trunk_addr, "127.0.0.1:5060",
		       "The bank's SBC, HOST[:PORT]"),
	YH_CONF_STRING(struct dial_conf, trunk_name, "trunk",
		       "Its name in the console and in records"),
	YH_CONF_STRING(struct dial_conf, caller_ids, "",
		       "Numbers contracted for the trunk, comma between"),
	YH_CONF_STRING(struct dial_conf, outcomes_file,
		       "build/share/outcomes.yaml",
		       "YAML table: what SIP codes, Q.850 causes and "
		       "announcements mean"),
	YH_CONF_STRING(struct dial_conf, agent_hosts, "",
		       "HOST[:PORT] that a transfer may dial beside the "
		       "trunk, comma between"),
	YH_CONF_STRING(struct dial_conf, rtp_addr, "",
		       "IPv4 address of RTP; empty: that of sip_listen"),
	YH_CONF_UINT(struct dial_conf, rtp_min, "20000", 1024, 65534,
		     "First RTP port"),
	YH_CONF_UINT(struct dial_conf, rtp_max, "29999", 1025, 65535,
		     "Last RTP port; a call takes one of two"),
	YH_CONF_UINT(struct dial_conf, calls_per_port, "1", 1,
		     DIAL_SHARED_CALLS,
		     "Calls that share an RTP port; over 1 their far ends must "
		     "send from where their SDP says"),
	YH_CONF_UINT(struct dial_conf, media_workers, "0", 0, DIAL_WORKERS_MAX,
		     "Threads for RTP; 0 = one less than CPUs, at least 1"),
	YH_CONF_UINT(struct dial_conf, media_realtime, "1", 0, 1,
		     "Run them before others (SCHED_FIFO) where allowed"),
	YH_CONF_STRING(struct dial_conf, announcements,
		       "build/share/progress/announcements.txt",
		       "Fingerprints of networks' announcements (yinhuctl "
		       "progress learn); empty: none"),
	YH_CONF_UINT(struct dial_conf, media_cpu_percent, "80", 10, 100,
		     "No new calls while a media core is busier than this [%]"),
	YH_CONF_STRING(struct dial_conf, recordings_dir, "recordings",
		       "Folder of the recordings; made if missing"),
	YH_CONF_STRING(struct dial_conf, aigc_producer, "Yinhu",
		       "Who answers for the bot's speech, by name or code, in "
		       "the label of each recording"),
	YH_CONF_UINT(struct dial_conf, max_calls, "200", 1, 5000,
		     "Most calls at once"),
	YH_CONF_UINT(struct dial_conf, inspected_bridges, "50", 0, 5000,
		     "Most human agents whose speech is recognised and "
		     "inspected at a time; 0 = none"),
	YH_CONF_UINT(struct dial_conf, cps, "20", 1, 1000,
		     "Most new calls a second"),
	YH_CONF_UINT(struct dial_conf, options_ms, "5000", 0, 600000,
		     "The trunk is asked (OPTIONS) as often; 0 = never [ms]"),
	YH_CONF_UINT(struct dial_conf, options_timeout_ms, "2000", 200, 32000,
		     "Without an answer for so long it is down [ms]"),
	YH_CONF_UINT(struct dial_conf, max_call_ms, "300000", 10000, 590000,
		     "Longest call [ms]"),
	YH_CONF_UINT(struct dial_conf, no_dialog_ms, "15000", 1000, 120000,
		     "A call nobody gives commands for ends after this [ms]"),
	YH_CONF_UINT(struct dial_conf, no_rtp_ms, "30000", 0, 600000,
		     "A call without RTP and RTCP ends after this; 0 = never "
		     "[ms]"),
	YH_CONF_UINT(struct dial_conf, pause_ms, "120", 60, 400,
		     "Silence after which is asked what was understood [ms]"),
	YH_CONF_UINT(struct dial_conf, endpoint_early_ms, "240", 100, 2000,
		     "Silence that ends a whole answer [ms]"),
	YH_CONF_UINT(struct dial_conf, endpoint_ms, "440", 100, 2000,
		     "Silence that ends what nothing is known of [ms]"),
	YH_CONF_UINT(struct dial_conf, endpoint_late_ms, "900", 100, 5000,
		     "Silence that ends what seems to go on [ms]"),
	YH_CONF_UINT(struct dial_conf, vad_start_ms, "100", 20, 500,
		     "Voice that begins it [ms]"),
	YH_CONF_UINT(struct dial_conf, barge_in_ms, "160", 60, 1000,
		     "Voice that stops a prompt [ms]"),
	YH_CONF_STRING(struct dial_conf, barge_in_detector, "sentence",
		       "What stops a prompt: sentence, or energy (any voice "
		       "for barge_in_ms)"),
	YH_CONF_UINT(struct dial_conf, vad_floor_db, "48", 20, 80,
		     "Nothing softer is voice, dB below full scale"),
	YH_CONF_UINT(struct dial_conf, vad_margin_db, "12", 3, 40,
		     "Voice is so much above the line's noise [dB]"),
};

static struct dial_app app;

/* ---- commands --------------------------------------------------------------
 */

static void reply(const struct yh_msg *msg, const struct dial_call *c)
{
	Yinhu__V1__CallCommandReply res = YINHU__V1__CALL_COMMAND_REPLY__INIT;
	uint8_t buf[32];

	res.unknown_call = !c;
	res.last_seq = c ? c->last_seq : 0;
	if (yh_msg_wants_reply(msg))
		(void)yh_bus_reply(
			app.svc->bus, msg, buf,
			yinhu__v1__call_command_reply__pack(&res, buf));
}

static void on_command(void *arg, struct yh_msg *msg)
{
	Yinhu__V1__CallCommand *cmd = yinhu__v1__call_command__unpack(
		NULL, yh_msg_len(msg), yh_msg_data(msg));
	struct dial_call *c = cmd ? dial_call_find(&app, cmd->call_id) : NULL;

	(void)arg;
	if (c && c->state >= DIAL_ENDING)
		c = NULL;
	if (!c)
		yh_metric_add(&dial_m_unknown_calls, 1);
	if (c && cmd->seq > c->last_seq) {
		c->last_seq = cmd->seq;
		reply(msg, c);
		dial_call_command(c, cmd);
	} else {
		reply(msg, c);
	}
	if (cmd)
		yinhu__v1__call_command__free_unpacked(cmd, NULL);
	yh_msg_free(msg);
}

/* ---- the beat and SIP ------------------------------------------------------
 */

static void on_beat(uv_timer_t *timer)
{
	uint64_t now_us = yh_now_us();
	struct dial_call *next;

	(void)timer;
	for (struct dial_call *c = app.calls; c; c = next) {
		next = c->next;
		dial_call_tick(c, now_us);
	}
	dial_transfer_tick(&app, now_us);
	dial_voice_tick(app.voice, now_us / 1000);
	dial_agents_tick(app.agents, now_us / 1000);
	dial_work_tick(app.work, now_us / 1000);
	if (app.cut_ms && now_us / 1000 >= app.cut_ms) {
		app.cut_ms = 0;
		for (struct dial_call *c = app.calls; c; c = c->next)
			dial_call_hang_up(c, "drain", true, "drain");
	}
}

static void on_news(void *arg, const struct dial_news *news)
{
	struct dial_call *c = dial_call_by_id(&app, news->id);

	(void)arg;
	if (c)
		dial_call_on_news(c, news);
	else
		(void)dial_transfer_on_news(&app, news);
}

static void on_trunk(const struct dial_sip_event *ev)
{
	struct dial_trunk *t = &app.trunks->list[ev->trunk];

	t->up = ev->up;
	snprintf(t->why, sizeof(t->why), "%s", ev->text);
	yh_metric_set_l(&dial_m_trunk_up, t->name, ev->up);
	yh_log(ev->up ? YH_INFO : YH_WARN, "trunk.state",
	       "trunk=%s up=%s reason=%s", t->name, ev->up ? "true" : "false",
	       ev->text);
}

static void on_sip(void *arg, const struct dial_sip_event *ev)
{
	struct dial_call *c;

	(void)arg;
	if (ev->kind != DIAL_SIP_TRUNK) {
		c = dial_call_by_id(&app, ev->id);
		if (c)
			dial_call_on_sip(c, ev);
		else
			(void)dial_transfer_on_sip(&app, ev);
		return;
	}
	on_trunk(ev);
	dial_work_trunk(app.work);
}

/* ---- start -----------------------------------------------------------------
 */

static int load_trunks(const struct dial_conf *conf)
{
	const struct dial_trunk_defaults def = {.name = conf->trunk_name,
						.address = conf->trunk_addr,
						.caller_ids = conf->caller_ids,
						.cps = conf->cps,
						.channels = conf->max_calls,
						.options_ms = conf->options_ms};
	char error[512];
	int err = dial_trunks_load(&app.trunks, conf->trunks_file, &def, error,
				   sizeof(error));

	if (err)
		yh_error("dialer.trunks", "error=%s",
			 *error ? error : yh_err_text(err));
	for (unsigned i = 0; !err && i < app.trunks->n; i++)
		yh_metric_set_l(&dial_m_trunk_up, app.trunks->list[i].name, 0);

	return err;
}

static int load_outcomes(const struct dial_conf *conf)
{
	char error[512];
	int err = dial_outcomes_load(&app.outcomes, conf->outcomes_file, error,
				     sizeof(error));

	if (err)
		yh_error("dialer.outcomes", "error=%s", error);

	return err;
}

/* Our own address on the way to the trunk, for a socket bound to any. */
static void address_towards(const char *trunk, char *out, size_t size)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(5060)};
	socklen_t len = sizeof(a);
	char host[64];
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	snprintf(host, sizeof(host), "%.*s", (int)strcspn(trunk, ":"), trunk);
	if (inet_pton(AF_INET, host, &a.sin_addr) != 1)
		a.sin_addr.s_addr = htonl(0x08080808); /* the default route */
	if (fd >= 0 && !connect(fd, (struct sockaddr *)&a, sizeof(a)) &&
	    !getsockname(fd, (struct sockaddr *)&a, &len))
		inet_ntop(AF_INET, &a.sin_addr, out, (socklen_t)size);
	if (fd >= 0)
		close(fd);
}

static int make_dir(const char *path)
{
	if (mkdir(path, 0750) && errno != EEXIST)
		return -errno;

	return access(path, W_OK | X_OK) ? -errno : 0;
}

static int read_announcements(const char *path)
{
	char error[512];
	int err = path[0] ? yh_library_read(&app.announcements, path, error,
					    sizeof(error))
			  : 0;

	if (err)
		yh_error("dialer.announcements", "error=%s", error);
	else if (app.announcements)
		yh_info("dialer.announcements", "recordings=%zu",
			yh_library_count(app.announcements));

	return err;
}

static int open_media(const struct dial_conf *conf, char *addr, size_t size)
{
	const struct dial_media_conf media = {
		.bind_addr = addr,
		.port_min = (uint16_t)conf->rtp_min,
		.port_max = (uint16_t)conf->rtp_max,
		.calls_per_port = conf->calls_per_port,
		.workers = conf->media_workers,
		.max_calls = conf->max_calls,
		.realtime = conf->media_realtime,
		.no_rtp_ms = conf->no_rtp_ms,
		.announcements = app.announcements,
		.vad = {.start_ms = conf->vad_start_ms,
			.end_ms = conf->endpoint_ms,
			.floor_dbov = -(float)conf->vad_floor_db,
			.margin_db = (float)conf->vad_margin_db,
			.max_ms = 20000},
		.producer = conf->aigc_producer,
		.barge = dial_barge_find(conf->barge_in_detector),
		.talk = {.barge_ms = conf->barge_in_ms,
			 .judged = true,
			 .lost_ms = conf->no_dialog_ms,
			 .pause_ms = conf->pause_ms / 20 * 20,
			 .endpoint = {.early_ms = conf->endpoint_early_ms,
				      .usual_ms = conf->endpoint_ms,
				      .late_ms = conf->endpoint_late_ms}},
	};

	if (!media.barge) {
		yh_error("dialer.start", "barge_in_detector=%s must_be=%s",
			 conf->barge_in_detector, "sentence or energy");
		return -EINVAL;
	}
	snprintf(addr, size, "%s", conf->rtp_addr);
	if (!addr[0])
		snprintf(addr, size, "%.*s",
			 (int)strcspn(conf->sip_listen, ":"), conf->sip_listen);
	if (!strcmp(addr, "0.0.0.0"))
		address_towards(app.trunks->list[0].address, addr, size);

	return dial_media_open(&app.media, app.svc->loop, &media, on_news,
			       NULL);
}

static int open_sip(const struct dial_conf *conf, const char *addr)
{
	const struct dial_sip_conf sip = {
		.listen = conf->sip_listen,
		.tls_listen = conf->sip_tls_listen,
		.tls_dir = conf->sip_tls_dir,
		.media_addr = addr,
		.trunks = app.trunks,
		.options_timeout_ms = conf->options_timeout_ms,
	};

	return dial_sip_open(&app.sip, app.svc->loop, &sip, on_sip, NULL);
}

static int fail(const char *what, int err)
{
	if (err)
		yh_error("dialer.start", "what=%s err=%s", what,
			 yh_err_text(err));

	return err;
}

static int check_producer(const struct dial_conf *conf)
{
	if (yh_aigc_text_ok(conf->aigc_producer))
		return 0;
	yh_error("dialer.conf",
		 "key=aigc_producer rule=\"1 to %d bytes, no control "
		 "character, quotation mark or backslash\"",
		 YH_AIGC_TEXT_MAX);

	return YH_ERR_BAD_CONFIG;
}

static int check_endpoint(const struct dial_conf *c)
{
	if (c->pause_ms < c->endpoint_early_ms &&
	    c->endpoint_early_ms <= c->endpoint_ms &&
	    c->endpoint_ms <= c->endpoint_late_ms)
		return 0;
	yh_error("dialer.endpoint",
		 "pause_ms=%u endpoint_early_ms=%u endpoint_ms=%u "
		 "endpoint_late_ms=%u msg=none may be below the one before it",
		 c->pause_ms, c->endpoint_early_ms, c->endpoint_ms,
		 c->endpoint_late_ms);

	return YH_ERR_BAD_CONFIG;
}

static int start(struct yh_svc *svc, const void *arg)
{
	const struct dial_conf *conf = arg;
	char addr[64], subject[128];
	int err;

	svc->app = &app;
	app.svc = svc;
	app.conf = conf;
	uv_timer_init(svc->loop, &app.beat);
	yh_metric_set(&dial_m_max_calls, conf->max_calls);
	err = check_endpoint(conf);
	if (!err)
		err = load_trunks(conf);
	if (!err)
		err = load_outcomes(conf);
	if (!err)
		err = fail("aigc_producer", check_producer(conf));
	if (!err)
		err = fail("recordings_dir", make_dir(conf->recordings_dir));
	if (!err)
		err = yh_stream_ensure(svc->bus, "CALLS", "yinhu.call.>", 0);
	if (!err)
		err = dial_voice_open(&app.voice, svc->bus);
	if (!err)
		err = dial_speech_open(&app.speech, svc->bus);
	if (!err)
		err = dial_agents_open(&app);
	if (!err)
		err = dial_work_open(&app);
	snprintf(subject, sizeof(subject), "yinhu.cmd.%s.*",
		 conf->common.instance);
	if (!err)
		err = yh_bus_subscribe(svc->bus, subject, NULL, on_command,
				       NULL, &app.commands);
	if (!err)
		err = read_announcements(conf->announcements);
	if (!err)
		err = fail("rtp", open_media(conf, addr, sizeof(addr)));
	if (!err)
		err = fail("sip", open_sip(conf, addr));
	if (!err)
		err = uv_timer_start(&app.beat, on_beat, BEAT_MS, BEAT_MS);

	return err;
}

static void drain(struct yh_svc *svc)
{
	uint32_t ms = svc->conf->drain_ms;

	app.draining = true;
	dial_agents_leave(app.agents);
	app.cut_ms =
		yh_now_ms() + (ms > BYE_BEFORE_MS ? ms - BYE_BEFORE_MS : 1);
}

static bool idle(struct yh_svc *svc)
{
	(void)svc;

	return !app.n_calls && !app.n_events && !app.transfers;
}

static void stop(struct yh_svc *svc)
{
	(void)svc;
	uv_close((uv_handle_t *)&app.beat, NULL);
	dial_sip_close(app.sip);
	dial_media_close(app.media); /* plays calls' sounds until here */
	dial_transfer_free_all(&app);
	while (app.calls)
		dial_call_free(app.calls);
	yh_sub_close(app.commands);
	dial_work_close(app.work);
	dial_agents_close(app.agents);
	dial_voice_close(app.voice);
	dial_speech_close(app.speech);
	dial_trunks_free(app.trunks);
	dial_outcomes_free(app.outcomes);
	yh_library_destroy(app.announcements);
}

int main(int argc, char *argv[])
{
	static struct dial_conf conf;
	static struct yh_svc_def def = {
		.name = "dialer",
		.text = "places calls and speaks in them",
		.keys = keys,
		.n_keys = YH_ARRAY_LEN(keys),
		.metrics = dial_m_table,
		.start = start,
		.drain = drain,
		.idle = idle,
		.stop = stop,
	};

	def.n_metrics = dial_m_count;

	return yh_svc_main(&def, &conf, argc, argv);
}
