/*
 * The truth log: what was said, heard and done, one JSON object a line.
 *
 * It holds called numbers and texts in clear: it is the answer sheet of a
 * simulation, not an operator's log.
 */
#ifndef CAR_TRUTH_H
#define CAR_TRUTH_H

#include <stdint.h>

struct car_truth;

/** Whose event it is; all borrowed, NULL leaves a member out. */
struct car_who {
	const char *call; /* Call-ID */
	const char *number;
	const char *persona;
};

/** @return monotonic time, ms. */
int64_t car_now_ms(void);

/**
 * Open a log, appending.
 *
 * @param path  borrowed; NULL: events are dropped
 * @return 0; -errno of open; -ENOMEM
 */
int car_truth_open(struct car_truth **truth, const char *path);
void car_truth_close(struct car_truth *truth);

/**
 * Write one event.
 *
 * @param at_ms  monotonic time of the event; written as Unix time
 * @param ev     fixed word
 * @param who    NULL if it belongs to no call
 * @param fmt    jansson pack format of further members, "{...}"; NULL: none
 */
void car_truth_event(struct car_truth *truth, int64_t at_ms, const char *ev,
		     const struct car_who *who, const char *fmt, ...);

#endif
