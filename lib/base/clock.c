/** @file clock.c  Time, contract in clock.h */
#include <time.h>

#include "base/clock.h"

static int64_t read_us(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);

	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

uint64_t yh_now_us(void)
{
	return (uint64_t)read_us(CLOCK_MONOTONIC);
}

uint64_t yh_now_ms(void)
{
	return yh_now_us() / 1000;
}

int64_t yh_wall_us(void)
{
	return read_us(CLOCK_REALTIME);
}
