/**
 * @file breaker.h  Is a server worth asking? A circuit breaker.
 *
 * Closed: everyone may ask. It opens when errors or the time to an answer,
 * both as exponentially weighted averages over the last outcomes, pass their
 * limits. Open: nobody asks. After a while it is half open: one probe may ask;
 * its outcome closes the breaker, or opens it for twice as long.
 *
 * Pure: time comes as a parameter.
 *
 * Source: M. Nygard, "Release It!" (2007), chapter 5; averages as in RFC 6298
 * section 2 (gain 1/5).
 */
#ifndef YH_BREAKER_H
#define YH_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

struct yh_breaker_conf {
	float max_error;      /**< Share of failures that opens it (0..1] */
	uint32_t slow_ms;     /**< Average answer that opens it [ms] */
	uint32_t min_asked;   /**< Outcomes before it may open [1..1000] */
	uint32_t open_ms;     /**< First time that it stays open [ms] */
	uint32_t max_open_ms; /**< Longest, after doubling [ms] */
};

enum yh_breaker_state {
	YH_BREAKER_CLOSED,
	YH_BREAKER_OPEN,
	YH_BREAKER_HALF_OPEN,
};

/** All zeros is a closed one. */
struct yh_breaker {
	enum yh_breaker_state state;
	float error;	  /**< Average [0..1] */
	float latency_ms; /**< Average of the successes */
	uint32_t asked;	  /**< Outcomes since it closed */
	uint32_t open_ms;
	uint64_t until_ms;
	bool probing; /**< The one probe is under way */
};

/** May someone ask now? When true, done or cancel must follow. */
bool yh_breaker_allow(struct yh_breaker *b, uint64_t now_ms);
/** Someone who was allowed has an outcome.
 * @param took_ms To the answer, for a success
 * @return true when the state is another one now */
bool yh_breaker_done(struct yh_breaker *b, const struct yh_breaker_conf *conf,
		     uint64_t now_ms, bool good, uint32_t took_ms);
/** Someone who was allowed went away without an outcome. */
void yh_breaker_cancel(struct yh_breaker *b);

#endif
