/**
 * @file log.h  Structured logs: a line an event, JSON unless on a terminal.
 *
 * `ev` is a fixed dotted word ("rtp.late"), the rest are key=value pairs given
 * as a printf format: yh_info("call.ended", "call_id=%s talk_ms=%u", ...).
 * A value with spaces goes last or in quotes. No personal data, ever: a number
 * is printed through yh_mask_phone() only. Thread-safe; each `ev` is limited
 * to 100 lines a second, what is dropped is counted in the next line.
 */
#ifndef YH_LOG_H
#define YH_LOG_H

#include <stddef.h>

enum yh_log_level { YH_DEBUG, YH_INFO, YH_WARN, YH_ERROR };

/** A service's logs, on stdout; until then, as in a tool, they go to stderr.
 * @param service Kept, static. @param level debug, info, warn, error
 * @return 0, -EINVAL (no such level) */
int yh_log_init(const char *service, const char *level);

/** Write one line. @param ev Static word @param fmt "key=%d other=%s" */
void yh_log(enum yh_log_level level, const char *ev, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#define yh_debug(...) yh_log(YH_DEBUG, __VA_ARGS__)
#define yh_info(...)  yh_log(YH_INFO, __VA_ARGS__)
#define yh_warn(...)  yh_log(YH_WARN, __VA_ARGS__)
#define yh_error(...) yh_log(YH_ERROR, __VA_ARGS__)

/**
 * Mask a phone number: the first three and last four digits stay.
 *
 * @param phone Borrowed
 * @param buf   At least 24 bytes; receives "199****0001"
 * @return buf
 */
const char *yh_mask_phone(const char *phone, char buf[24]);

#endif
