/**
 * @file breaker.h  The rates that guards G15 and G16 look at, and G16's pause.
 *
 * The guard refuses a contact; the breaker pauses the campaign, so that people
 * see it. A person resumes it: G16 then counts what is answered from there on.
 */
#ifndef CMP_BREAKER_H
#define CMP_BREAKER_H

#include "req.h"

/** What is told as who paused it. */
#define CMP_BREAKER_ACTOR "G16"

/** Count the rates of campaigns that run, store what changed and pause those
 * that G16 finds over. */
void cmp_breaker(struct cmp_req *r, cmp_step *next);

#endif
