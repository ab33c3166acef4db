/**
 * @file cpu.h  CPUs and threads that are measured.
 *
 * A virtual machine's idle CPU is parked by its host, and waking it again takes
 * milliseconds at times, and is no matter of what is measured. A thread of the
 * lowest priority (SCHED_IDLE) keeps it from that.
 */
#ifndef YC_CPU_H
#define YC_CPU_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct yc_awake {
	unsigned cpu;
	_Atomic bool over;
	pthread_t thread;
	bool runs;
};

/** @param a Zeroed */
void yc_awake_begin(struct yc_awake *a, unsigned cpu);
void yc_awake_end(struct yc_awake *a);

/** Processor time of a thread that lives [ns]. */
uint64_t yc_thread_ns(pthread_t thread);

#endif
