/**
 * @file summary.h  A call's summary as headers of the INVITE to an agent.
 *
 * Pure. What is no word of a header is percent-encoded, so that a value can
 * never begin another header. Source: RFC 3261 section 25.1 (token, TEXT), RFC
 * 3986 section 2.1.
 */
#ifndef DIAL_SUMMARY_H
#define DIAL_SUMMARY_H

#include <stddef.h>

enum {
	DIAL_SUMMARY_MAX = 16,	   /**< Most entries */
	DIAL_SUMMARY_KEY = 32,	   /**< Longest key [bytes] */
	DIAL_SUMMARY_VALUE = 120,  /**< Longest value, encoded [bytes] */
	DIAL_SUMMARY_BYTES = 2800, /**< Of all, with the NUL */
};

/** Add "X-Yinhu-<key>: <value>" and CRLF.
 * @param buf Text with its NUL so far, DIAL_SUMMARY_BYTES of room
 * @param key, value Borrowed; a value that is too long is cut
 * @return 0, -EINVAL (the key), -ENOSPC */
int dial_summary_add(char buf[DIAL_SUMMARY_BYTES], const char *key,
		     const char *value);

#endif
