/**
 * @file text.h  Values that protobuf writes as text: times, durations, bytes.
 *
 * Pure. Source: protobuf.dev ProtoJSON; RFC 3339; RFC 4648.
 */
#ifndef YH_JSON_TEXT_H
#define YH_JSON_TEXT_H

#include <stddef.h>
#include <stdint.h>

/** "2006-01-02T15:04:05.999Z" or with an offset; years 1 to 9999.
 * @param s NUL at the end @return 0, -EINVAL */
int yh_time_parse(const char *s, int64_t *seconds, int32_t *nanos);
/** With 0, 3, 6 or 9 digits. @return 0, -ERANGE */
int yh_time_print(int64_t seconds, int32_t nanos, char out[40]);

/** "-1.5s"; up to 315576000000 s. @return 0, -EINVAL */
int yh_duration_parse(const char *s, int64_t *seconds, int32_t *nanos);
/** @return 0, -ERANGE (also: seconds and nanos with different signs) */
int yh_duration_print(int64_t seconds, int32_t nanos, char out[40]);

/** Standard or URL alphabet, with or without padding.
 * @param out At least 3 * len / 4 + 3 bytes @return 0, -EINVAL */
int yh_base64_decode(const char *s, size_t len, uint8_t *out, size_t *n);
/** Standard alphabet, padded. @param out At least 4 * (len + 2) / 3 + 1 */
size_t yh_base64_encode(const uint8_t *data, size_t len, char *out);

#endif
