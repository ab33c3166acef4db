/** @file breaker.c  A circuit breaker, contract in breaker.h */
#include "breaker/breaker.h"

static const float gain = 0.2f;

bool yh_breaker_allow(struct yh_breaker *b, uint64_t now_ms)
{
	if (b->state == YH_BREAKER_OPEN && now_ms >= b->until_ms) {
		b->state = YH_BREAKER_HALF_OPEN;
		b->probing = false;
	}
	if (b->state == YH_BREAKER_CLOSED)
		return true;
	if (b->state == YH_BREAKER_OPEN || b->probing)
		return false;
	b->probing = true;

	return true;
}

void yh_breaker_cancel(struct yh_breaker *b)
{
	b->probing = false;
}

static void trip(struct yh_breaker *b, const struct yh_breaker_conf *conf,
		 uint64_t now_ms)
{
	uint32_t wait = b->open_ms * 2;

	if (wait < conf->open_ms)
		wait = conf->open_ms;
	b->open_ms = wait < conf->max_open_ms ? wait : conf->max_open_ms;
	b->until_ms = now_ms + b->open_ms;
	b->state = YH_BREAKER_OPEN;
	b->probing = false;
}

static void count(struct yh_breaker *b, bool good, uint32_t took_ms)
{
	b->error += gain * ((good ? 0.0f : 1.0f) - b->error);
	if (good && b->latency_ms > 0)
		b->latency_ms += gain * ((float)took_ms - b->latency_ms);
	else if (good)
		b->latency_ms = (float)took_ms;
	b->asked++;
}

bool yh_breaker_done(struct yh_breaker *b, const struct yh_breaker_conf *conf,
		     uint64_t now_ms, bool good, uint32_t took_ms)
{
	if (b->state == YH_BREAKER_OPEN)
		return false; /* asked before it opened: known already */
	if (b->state == YH_BREAKER_HALF_OPEN) {
		if (good && took_ms <= conf->slow_ms)
			*b = (struct yh_breaker){0};
		else
			trip(b, conf, now_ms);
		return true;
	}
	count(b, good, took_ms);
	if (b->asked < conf->min_asked ||
	    (b->error < conf->max_error &&
	     b->latency_ms <= (float)conf->slow_ms))
		return false;
	trip(b, conf, now_ms);

	return true;
}
