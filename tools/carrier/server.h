/*
 * The carrier's SIP side: transports, who is called, the calls that are up,
 * the 20 ms tick, and the times when the trunk is down. libre's loop, one
 * thread.
 */
#ifndef CAR_SERVER_H
#define CAR_SERVER_H

#include "persona.h"
#include "re_api.h"
#include "truth.h"

#include <signal.h>

/** How a trunk fails. */
enum car_down {
	CAR_UP,
	CAR_DOWN_503,	 /* 503 to new calls and OPTIONS */
	CAR_DOWN_SILENT, /* nothing is answered, media stop */
};

struct car_options {
	const char *listen; /* "127.0.0.1:5060"; port 0: any free one */
	uint16_t rtp_min, rtp_max;
	unsigned max_calls;
	enum car_down down_mode; /* what SIGUSR1 brings */
	bool start_down;
};

struct car_counters {
	uint64_t invites, answered, rejected, cancelled, ended, options;
	unsigned calls, most_calls;
};

/** Shared with the calls; owned by the server. */
struct car_server {
	const struct car_options *opt;
	const struct car_cast *cast;
	struct car_truth *truth;
	struct sip *sip;
	struct sipsess_sock *sock;
	struct sip_lsnr *gate;
	struct sa laddr;
	struct list calls;
	struct car_counters count;
	enum car_down down;
	bool stopping;
	int64_t stop_by_ms;
	int tick_fd, signal_fd;
	char ignored[64][128]; /* Call-IDs let drop, to log each once */
	unsigned n_ignored;
};

/**
 * Bind and listen; re_main() serves from then on, until SIGTERM or SIGINT has
 * ended the calls. Call car_server_block_signals() before any thread starts.
 *
 * @param s      zeroed by the owner
 * @param opt    borrowed for the server's life, as are cast and truth
 * @return 0; -EINVAL for a bad address; -EADDRINUSE; -ENOMEM
 */
int car_server_init(struct car_server *s, const struct car_options *opt,
		    const struct car_cast *cast, struct car_truth *truth);
/**
 * Block the signals that the server reads from a descriptor. espeak-ng starts
 * threads of its own: they must inherit the mask.
 *
 * @param set  what was blocked
 */
void car_server_block_signals(sigset_t *set);

void car_server_fini(struct car_server *s);

#endif
