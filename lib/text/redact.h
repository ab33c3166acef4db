/**
 * @file redact.h  Secrets that were said, taken out of a transcript: numbers of
 *                 cards and identities, passwords and codes, digit by digit.
 *
 * Pure. Digits are 0-9, full-width ones and 零〇洞一幺二两三四五六七拐八九;
 * blanks, dashes, pauses and fillers may stand between them. Source: JR/T
 * 0171-2020, C2 (account and identity numbers) and C3 (passwords, codes) data.
 */
#ifndef YH_REDACT_H
#define YH_REDACT_H

/**
 * Put a '*' in place of each digit of
 *   - a row of 12 or more (card, account, identity with its X),
 *   - a row of 3 or more where a password or code is spoken of,
 *   - a row of 6 that is all that was said: the answer to such a question.
 * A mobile number (11 digits), a card's tail, amounts and dates stay: the
 * conversation needs them.
 *
 * @param text UTF-8, changed in place, never longer; not written to when there
 *             is nothing to take out (protobuf's empty string is a constant)
 * @return How many digits were taken out
 */
unsigned yh_redact(char *text);
/** The same, and a mobile number too: what leaves the conversation behind, as
 * training text does, needs no row of 7 or more. */
unsigned yh_redact_all(char *text);

#endif
