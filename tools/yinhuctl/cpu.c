/** @file cpu.c  CPUs and threads that are measured, contract in cpu.h */
#include <sched.h>
#include <time.h>

#include "cpu.h"

static void *stay_awake(void *arg)
{
	const struct sched_param lowest = {0};
	struct yc_awake *a = arg;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(a->cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set) ||
	    pthread_setschedparam(pthread_self(), SCHED_IDLE, &lowest))
		return NULL;
	while (!atomic_load_explicit(&a->over, memory_order_relaxed)) {
#ifdef __x86_64__
		__builtin_ia32_pause();
#endif
	}

	return NULL;
}

void yc_awake_begin(struct yc_awake *a, unsigned cpu)
{
	a->cpu = cpu;
	a->runs = !pthread_create(&a->thread, NULL, stay_awake, a);
}

void yc_awake_end(struct yc_awake *a)
{
	atomic_store(&a->over, true);
	if (a->runs)
		pthread_join(a->thread, NULL);
}

uint64_t yc_thread_ns(pthread_t thread)
{
	struct timespec t;
	clockid_t clock;

	if (pthread_getcpuclockid(thread, &clock) || clock_gettime(clock, &t))
		return 0;

	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}
