/**
 * @file fresh.h  May a lease still be dialled? Pure.
 *
 * The ledger's answer tells how long each lease holds from the moment that it
 * was read. The dialer counts from when it asked, which is earlier: whatever
 * the network does, it stops first. An answer that took long is asked for
 * again, since dialling may have been halted, or a callee been put onto a
 * list, after it was made.
 *
 * Source: own design; tests/model/ledger.pml, "receive".
 */
#ifndef DIAL_FRESH_H
#define DIAL_FRESH_H

#include <stdbool.h>
#include <stdint.h>

enum { DIAL_FRESH_MS = 1000 };

/** Is an answer with leases too old to be believed? @param waited_ms Since it
 * was asked for */
static inline bool dial_answer_is_stale(uint64_t waited_ms)
{
	return waited_ms > DIAL_FRESH_MS;
}

/** Does the lease still hold? @param lease_ms As answered, 0 = no end */
static inline bool dial_lease_holds(uint64_t waited_ms, uint32_t lease_ms)
{
	return !lease_ms || waited_ms <= lease_ms;
}

#endif
