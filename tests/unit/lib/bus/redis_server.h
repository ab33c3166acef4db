/** @file redis_server.h  A real redis-server for one test, on a unix socket */
#ifndef YH_TEST_REDIS_SERVER_H
#define YH_TEST_REDIS_SERVER_H

#include "nats_server.h"
#include "calllog/feed.h"

struct redis_server {
	char dir[64];
	char url[96];
	pid_t pid;
};

static inline void redis_spawn(struct redis_server *s)
{
	char socket[96];
	int null;

	snprintf(socket, sizeof(socket), "%s/redis.sock", s->dir);
	s->pid = fork();
	if (s->pid)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	null = open("/dev/null", O_RDWR);
	dup2(null, 1);
	dup2(null, 2);
	execlp("redis-server", "redis-server", "--port", "0", "--unixsocket",
	       socket, "--dir", s->dir, "--save", "", NULL);
	_exit(127);
}

static inline void redis_start(struct redis_server *s)
{
	strcpy(s->dir, "/tmp/yh-redis-XXXXXX");
	cr_assert(mkdtemp(s->dir));
	snprintf(s->url, sizeof(s->url), "unix:%s/redis.sock", s->dir);
	redis_spawn(s);
}

static inline void redis_kill(struct redis_server *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
}

static inline void redis_stop(struct redis_server *s)
{
	char cmd[128];

	redis_kill(s);
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", s->dir);
	cr_assert(!system(cmd));
}

/* Turn the loop until the feed has its Redis. */
static inline void feed_wait_up(uv_loop_t *loop, const struct yh_feed *feed)
{
	for (int i = 0; i < 1000 && !yh_feed_is_up(feed); i++)
		loop_for(loop, 5);
	cr_assert(yh_feed_is_up(feed));
}

#endif
