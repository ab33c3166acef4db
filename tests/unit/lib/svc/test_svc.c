/** @file test_svc.c  The shared main(): its start without a message bus */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "svc/svc.h"

static bool started;

static int start(struct yh_svc *svc, const void *conf)
{
	(void)svc;
	(void)conf;
	started = true;

	return 0;
}

static void stop(struct yh_svc *svc)
{
	(void)svc;
}

struct conf {
	struct yh_svc_conf common;
};

/* In a process of its own; nobody listens on port 1. */
static pid_t run(const char *port_file)
{
	static const struct yh_conf_key keys[] = {
		YH_SVC_CONF_KEYS(struct conf)};
	static const struct yh_svc_def def = {.name = "test",
					      .keys = keys,
					      .n_keys = 8,
					      .start = start,
					      .stop = stop};
	static struct conf conf;
	static char name[] = "test", *argv[] = {name, NULL};
	pid_t pid = fork();
	int code;

	if (pid)
		return pid;
	setenv("GLIBC_TUNABLES", "", 1); /* not this program once more */
	setenv("YH_NATS_URL", "nats://127.0.0.1:1", 1);
	setenv("YH_ADMIN_ADDR", "127.0.0.1:0", 1);
	setenv("YH_ADMIN_PORT_FILE", port_file, 1);
	code = yh_svc_main(&def, &conf, 1, argv);
	_exit(started ? 100 : code);
}

TestSuite(svc, .timeout = 30);

Test(svc, a_signal_ends_the_wait_for_the_message_bus)
{
	char path[] = "/tmp/yh-svc-XXXXXX";
	uint64_t at_ms;
	int status;
	pid_t pid;

	cr_assert(mkdtemp(path));
	cr_assert_eq(chdir(path), 0);
	pid = run("port");
	for (int i = 0; i < 1000 && access("port", R_OK); i++)
		usleep(10000);
	cr_assert_eq(access("port", R_OK), 0, "it waits for the bus");
	at_ms = yh_now_ms();
	kill(pid, SIGTERM);
	waitpid(pid, &status, 0);
	cr_expect_lt(yh_now_ms() - at_ms, 5000u);
	cr_expect(WIFEXITED(status));
	cr_expect_eq(WEXITSTATUS(status), 0);
	unlink("port");
	rmdir(path);
}
