#include "server.h"

#include "call.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum {
	HASH = 1024,	/* of transactions and sessions */
	FDS_A_CALL = 2, /* RTP and RTCP */
	FDS_BESIDE = 64,
	BURST_MAX = 5,	/* frames made up for after a stall */
	STOP_MS = 3000, /* for BYEs to be answered */
	PORT_TRIES = 10,
};

/* The number that was dialled, without country code. */
struct dialled {
	char raw[40];
	const char *number;
};

static void take_number(const struct sip_msg *msg, struct dialled *to)
{
	const struct pl *user =
		pl_isset(&msg->uri.user) ? &msg->uri.user : &msg->to.uri.user;

	if (pl_strcpy(user, to->raw, sizeof(to->raw)))
		to->raw[0] = 0;
	to->number = car_number_national(to->raw);
}

/* @param code of an immediate refusal, 0: none */
static void log_invite(struct car_server *s, const struct sip_msg *msg,
		       const struct car_persona *p, const struct dialled *to,
		       int code)
{
	char id[128], from[80];
	struct car_who who = {id, to->number, p ? p->name : NULL};

	(void)pl_strcpy(&msg->callid, id, sizeof(id));
	re_snprintf(from, sizeof(from), "%r", &msg->from.uri.user);
	s->count.invites++;
	car_truth_event(s->truth, car_now_ms(), "invite", &who, "{s:s,s:s}",
			"dialled", to->raw, "from", from);
	if (!code)
		return;
	s->count.rejected++;
	car_truth_event(s->truth, car_now_ms(), "reject", &who, "{s:i}", "code",
			code);
}

/* Unanswered INVITEs come again; libre keeps no transaction for them. */
static bool ignored_before(struct car_server *s, const struct sip_msg *msg)
{
	const unsigned size = sizeof(s->ignored) / sizeof(*s->ignored);

	for (unsigned i = 0; i < size; i++) {
		if (!pl_strcmp(&msg->callid, s->ignored[i]))
			return true;
	}
	(void)pl_strcpy(&msg->callid, s->ignored[s->n_ignored++ % size],
			sizeof(s->ignored[0]));
	return false;
}

static void refuse(struct car_server *s, const struct sip_msg *msg,
		   uint16_t code, const char *reason, const char *headers)
{
	(void)sip_treplyf(NULL, NULL, s->sip, msg, false, code, reason,
			  "%sContent-Length: 0\r\n\r\n", headers);
}

/* A call that could not be opened: its log ends with the refusal. */
static void refuse_for(struct car_server *s, const struct sip_msg *msg, int rc)
{
	int code = rc == -ENOTSUP ? 488 : rc == -EBADMSG ? 400 : 503;
	char id[128];
	struct car_who who = {.call = id};

	if (code == 488)
		refuse(s, msg, 488, "Not Acceptable Here", "");
	else if (code == 400)
		refuse(s, msg, 400, "Bad SDP", "");
	else
		refuse(s, msg, 503, "No Channel", "Retry-After: 5\r\n");
	(void)pl_strcpy(&msg->callid, id, sizeof(id));
	s->count.rejected++;
	car_truth_event(s->truth, car_now_ms(), "reject", &who, "{s:i}", "code",
			code);
}

static void on_invite(const struct sip_msg *msg, void *arg)
{
	struct car_server *s = arg;
	struct dialled to;

	take_number(msg, &to);
	const struct car_persona *p = car_cast_find(s->cast, to.number);
	if (p && p->kind == CAR_IGNORE) {
		if (!ignored_before(s, msg))
			log_invite(s, msg, p, &to, 0);
	} else if (s->down == CAR_DOWN_503 || s->stopping ||
		   s->count.calls >= s->opt->max_calls) {
		log_invite(s, msg, p, &to, 503);
		refuse(s, msg, 503, "Service Unavailable",
		       "Retry-After: 5\r\n");
	} else if (sip_msg_hdr(msg, SIP_HDR_REQUIRE)) {
		log_invite(s, msg, p, &to, 420);
		refuse(s, msg, 420, "Bad Extension", "");
	} else if (!p) {
		log_invite(s, msg, p, &to, 404);
		refuse(s, msg, 404, "Not Found", "Reason: Q.850;cause=1\r\n");
	} else {
		log_invite(s, msg, p, &to, 0);
		int rc = car_call_open(s, msg, p, to.number);
		if (rc)
			refuse_for(s, msg, rc);
	}
}

/* Before libre's sessions see a request: OPTIONS, and a trunk that is dead. */
static bool on_request(const struct sip_msg *msg, void *arg)
{
	struct car_server *s = arg;

	if (s->down == CAR_DOWN_SILENT) {
		if (!pl_strcmp(&msg->met, "INVITE") &&
		    !pl_isset(&msg->to.tag) && !ignored_before(s, msg)) {
			struct dialled to;
			take_number(msg, &to);
			log_invite(s, msg, NULL, &to, 0);
		}
		return true;
	}
	if (pl_strcmp(&msg->met, "OPTIONS"))
		return false;
	s->count.options++;
	if (s->down == CAR_DOWN_503)
		refuse(s, msg, 503, "Service Unavailable",
		       "Retry-After: 5\r\n");
	else
		refuse(s, msg, 200, "OK",
		       "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, INFO\r\n"
		       "Accept: application/sdp\r\n");
	return true;
}

/* ---- the tick -------------------------------------------------------------
 */

static void tick_calls(struct car_server *s)
{
	int64_t now_ms = car_now_ms();
	struct le *le = s->calls.head;

	while (le) {
		struct car_call *call = car_call_of(le);
		le = le->next; /* the call may be gone after its tick */
		car_call_tick(call, now_ms);
	}
}

static void on_tick(int flags, void *arg)
{
	struct car_server *s = arg;
	uint64_t n = 0;

	(void)flags;
	if (read(s->tick_fd, &n, sizeof(n)) != sizeof(n))
		return;
	if (s->down != CAR_DOWN_SILENT) {
		for (uint64_t i = 0; i < n && i < BURST_MAX; i++)
			tick_calls(s);
	}
	if (s->stopping && car_now_ms() >= s->stop_by_ms) {
		sip_close(s->sip, true);
		re_cancel();
	}
}

/* ---- signals --------------------------------------------------------------
 */

static void set_down(struct car_server *s, enum car_down down)
{
	static const char *const words[] = {"up", "503", "silent"};

	s->down = down;
	car_truth_event(s->truth, car_now_ms(), "trunk", NULL, "{s:s}", "state",
			words[down]);
}

static void stop(struct car_server *s)
{
	if (s->stopping)
		return;
	s->stopping = true;
	s->stop_by_ms = car_now_ms() + STOP_MS;
	while (s->calls.head)
		car_call_shut(car_call_of(s->calls.head), "shutdown");
	s->sock = mem_deref(s->sock);
	sip_close(s->sip, false); /* on_closed() once the BYEs are answered */
}

static void on_closed(void *arg)
{
	(void)arg;
	re_cancel();
}

static void on_signal(int flags, void *arg)
{
	struct car_server *s = arg;
	struct signalfd_siginfo info;

	(void)flags;
	if (read(s->signal_fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGUSR1)
		set_down(s, s->opt->down_mode);
	else if (info.ssi_signo == SIGUSR2)
		set_down(s, CAR_UP);
	else
		stop(s);
}

void car_server_block_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGUSR1);
	sigaddset(set, SIGUSR2);
	sigprocmask(SIG_BLOCK, set, NULL);
}

static int open_signals(struct car_server *s)
{
	sigset_t set;

	car_server_block_signals(&set);
	s->signal_fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (s->signal_fd < 0)
		return -errno;
	return -fd_listen(s->signal_fd, FD_READ, on_signal, s);
}

static int open_tick(struct car_server *s)
{
	const struct timespec every = {.tv_nsec = 20000000};
	struct itimerspec spec = {.it_interval = every, .it_value = every};

	s->tick_fd =
		timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (s->tick_fd < 0 || timerfd_settime(s->tick_fd, 0, &spec, NULL))
		return -errno;
	return -fd_listen(s->tick_fd, FD_READ, on_tick, s);
}

/* ---- opening --------------------------------------------------------------
 */

static int want_fds(unsigned calls)
{
	rlim_t need = (rlim_t)calls * FDS_A_CALL + FDS_BESIDE;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return -errno;
	if (limit.rlim_cur < need) {
		if (limit.rlim_max < need)
			return -EMFILE;
		limit.rlim_cur = need;
		if (setrlimit(RLIMIT_NOFILE, &limit))
			return -errno;
	}
	return -fd_setsize((int)need);
}

static int bind_both(struct car_server *s)
{
	struct sa tcp;
	int err = sip_transp_add(s->sip, SIP_TRANSP_UDP, &s->laddr);

	if (!err)
		err = sip_transp_laddr(s->sip, &tcp, SIP_TRANSP_UDP, NULL);
	if (!err)
		err = sip_transp_add(s->sip, SIP_TRANSP_TCP, &tcp);
	if (!err)
		s->laddr = tcp;
	return err;
}

/* A free UDP port need not be free for TCP: then take another. */
static int bind_transports(struct car_server *s)
{
	bool any_port = sa_port(&s->laddr) == 0;
	int err = bind_both(s);

	for (int i = 1; err == EADDRINUSE && any_port && i < PORT_TRIES; i++) {
		sip_transp_flush(s->sip);
		err = bind_both(s);
	}
	return -err;
}

int car_server_init(struct car_server *s, const struct car_options *opt,
		    const struct car_cast *cast, struct car_truth *truth)
{
	s->opt = opt;
	s->cast = cast;
	s->truth = truth;
	s->tick_fd = s->signal_fd = -1;
	s->down = opt->start_down ? opt->down_mode : CAR_UP;
	list_init(&s->calls);
	if (sa_decode(&s->laddr, opt->listen, strlen(opt->listen)) ||
	    sa_is_any(&s->laddr))
		return -EINVAL;
	int rc = want_fds(opt->max_calls);
	if (!rc)
		rc = -sip_alloc(&s->sip, NULL, HASH, HASH, HASH,
				"yinhu-carrier", on_closed, s);
	if (!rc)
		rc = bind_transports(s);
	if (!rc)
		rc = -sip_listen(&s->gate, s->sip, true, on_request, s);
	if (!rc)
		rc = -sipsess_listen(&s->sock, s->sip, HASH, on_invite, s);
	if (!rc)
		rc = open_signals(s);
	if (!rc)
		rc = open_tick(s);
	return rc;
}

static void close_fd(int fd)
{
	if (fd >= 0) {
		fd_close(fd);
		close(fd);
	}
}

void car_server_fini(struct car_server *s)
{
	list_flush(&s->calls);
	close_fd(s->tick_fd);
	close_fd(s->signal_fd);
	s->gate = mem_deref(s->gate);
	s->sock = mem_deref(s->sock);
	s->sip = mem_deref(s->sip);
}
