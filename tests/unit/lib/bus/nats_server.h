/**
 * @file nats_server.h  A real nats-server for one test: free port, JetStream
 *                      in a temporary folder. Header only.
 */
#ifndef YH_TEST_NATS_SERVER_H
#define YH_TEST_NATS_SERVER_H

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include "bus/bus.h"

struct nats_server {
	char dir[64];
	char url[64];
	int port;
	pid_t pid;
};

static inline pid_t nats_spawn(const char *dir, int port)
{
	char p[16];
	int null;
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	null = open("/dev/null", O_RDWR);
	dup2(null, 1);
	dup2(null, 2);
	snprintf(p, sizeof(p), "%d", port);
	execlp("nats-server", "nats-server", "-a", "127.0.0.1", "-p", p, "-js",
	       "-sd", dir, "--ports_file_dir", dir, NULL);
	_exit(127);
}

/* Wait for the ports file, which is written when the server listens. */
static inline int nats_read_port(const struct nats_server *s)
{
	char path[128], text[512] = "";
	const char *at;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/nats-server_%d.ports", s->dir, s->pid);
	for (int i = 0; i < 1000; i++) {
		f = fopen(path, "r");
		if (f) {
			n = fread(text, 1, sizeof(text) - 1, f);
			fclose(f);
			text[n] = '\0';
			at = strstr(text, "nats://127.0.0.1:");
			if (at && strchr(text, ']'))
				return atoi(at + 17);
		}
		usleep(10000);
	}

	return 0;
}

static inline void nats_start(struct nats_server *s)
{
	strcpy(s->dir, "/tmp/yh-nats-XXXXXX");
	cr_assert(mkdtemp(s->dir));
	s->pid = nats_spawn(s->dir, -1);
	s->port = nats_read_port(s);
	cr_assert(s->port, "nats-server did not start");
	snprintf(s->url, sizeof(s->url), "nats://127.0.0.1:%d", s->port);
}

static inline void nats_kill(struct nats_server *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
}

/* The same port and folder again, as after a crash. */
static inline void nats_restart(struct nats_server *s)
{
	s->pid = nats_spawn(s->dir, s->port);
	cr_assert(nats_read_port(s) == s->port);
}

static inline void nats_stop(struct nats_server *s)
{
	char cmd[128];

	nats_kill(s);
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", s->dir);
	cr_assert(!system(cmd));
}

/* Turn the loop until *n reaches want; false after max_ms. */
static inline bool loop_until(uv_loop_t *loop, const unsigned *n, unsigned want,
			      unsigned max_ms)
{
	uint64_t end = uv_hrtime() + (uint64_t)max_ms * 1000000;

	while (*n < want && uv_hrtime() < end) {
		uv_run(loop, UV_RUN_NOWAIT);
		usleep(500);
	}

	return *n >= want;
}

static inline void loop_for(uv_loop_t *loop, unsigned ms)
{
	unsigned never = 0;

	loop_until(loop, &never, 1, ms);
}

static inline int loop_finish(uv_loop_t *loop)
{
	uv_run(loop, UV_RUN_DEFAULT);

	return uv_loop_close(loop);
}

#endif
