/**
 * @file phone.h  Mainland mobile numbers as people write them.
 *
 * Pure. Source: the ministry's number plan, 1[3-9] and nine more digits.
 */
#ifndef CMP_PHONE_H
#define CMP_PHONE_H

enum { CMP_PHONE_SIZE = 12 }; /**< 11 digits and NUL [bytes] */

/**
 * Bring a number to its eleven digits: blanks, hyphens, dots and brackets go,
 * full-width digits become plain ones, +86, 0086 and 86 in front go.
 *
 * @param text Borrowed, UTF-8
 * @param out  CMP_PHONE_SIZE bytes; untouched on error
 * @return 0, -EINVAL (not a mainland mobile number)
 */
int cmp_phone_normalise(const char *text, char *out);

#endif
