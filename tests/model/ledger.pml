/*
 * The protocol of leases, attempts and caps: two sites (each a campaign
 * replica and its dialer) before one ledger, one callee who is a contact of
 * two campaigns, a crash after any step, any delay of any answer.
 *
 * What is modelled, and where it stands:
 *   commit     services/campaign/ledger.c, one transaction behind the locks
 *   readback   ledger.c, leases_sql: what became forbidden is not answered
 *   receive    services/dialer/fresh.h: DIAL_FRESH_MS, the lease's own time
 *   renew      ledger.c, renew(); a lease that is lost is not extended
 *   expire     services/campaign/reconcile.c; the attempt is INTERRUPTED
 *   rest       guard G13, retry_interrupted_s: no less than the longest call
 *   Line       the callee's telephone: a dialer that has crashed hangs nothing
 *              up, the call lasts until somebody does, at most CALL
 *
 * A clock of whole ticks. A transaction is atomic: that is PostgreSQL's word,
 * not ours. Checking and sending the INVITE is one step, as in work.c, where
 * nothing lies between them.
 *
 * Invariants, the same as in tests/unit/services/campaign/history.c: no double flight, no cap
 * exceeded, no INVITE without its attempt, no contact lost, one terminal
 * record an attempt, and nothing new after a halt or a do-not-call.
 *
 * -DBUG_x seeds a fault that must be found: FLIGHT (single flight is not
 * looked at), CAP, FENCE (a dialer trusts a lease that has expired), REST (no
 * back-off after an interruption), FRESH (late answers are dialled), REDIAL
 * (an expired lease makes the contact due again without a count), LOST (the
 * contact of an expired lease is forgotten).
 */
#define LAST  7 /* ticks */
#define LEASE 3
#define FRESH 1
#define CALL  2 /* the longest call */
#define CAP   2 /* attempts to the callee, of all campaigns */
#ifdef BUG_REST
#define REST 0
#else
#define REST CALL
#endif

mtype = { due, leased, done };

byte now;

/* The ledger */
mtype contact[2] = due;
byte attempts, terminals, epoch, lease_until, rest_until, holder;
bool live;
bool forbidden; /* a halt of all dialling, or a do-not-call */
byte forbidden_at;

/* The world */
byte invites;
bool talking;
byte since;

#ifdef BUG_FLIGHT
#define FREE true
#else
#define FREE (!live && now >= rest_until)
#endif
#ifdef BUG_CAP
#define ROOM true
#else
#define ROOM (attempts < CAP)
#endif
#ifdef BUG_FRESH
#define IS_LATE(t) false
#else
#define IS_LATE(t) (now - t > FRESH)
#endif
#ifdef BUG_FENCE
#define HELD(t) true
#else
#define HELD(t) (now < t)
#endif

inline end_attempt(next)
{
	live = false;
	lease_until = 0;
	terminals++;
	contact[holder] = next;
}

proctype Site()
{
	byte k, asked, until, mine;

again:
	/* A dialer that starts, or starts again: it remembers nothing. */
	atomic { k = 0; asked = 0; until = 0; mine = 0 };
	if
	:: now < LAST -> k = 0
	:: now < LAST -> k = 1
	:: now == LAST -> goto over
	fi;

	/* commit: guards, attempt and lease, or nothing */
	atomic {
		if
		:: !forbidden && contact[k] == due && FREE && ROOM ->
			attempts++;
#ifdef BUG_FLIGHT
			terminals = (live -> terminals + 1 : terminals);
			contact[holder] = (live -> done : contact[holder]);
#endif
			live = true;
			epoch++;
			mine = epoch;
			holder = k;
			contact[k] = leased;
			lease_until = now + LEASE
		:: else -> goto again
		fi
	}
	if
	:: goto again /* a crash: nobody will ever ask for it */
	:: skip
	fi;

readback:
	atomic {
		asked = now;
		if
		:: forbidden || !live || epoch != mine -> goto again
		:: else -> until = lease_until
		fi
	}

receive:
	/* Any time may have gone by. */
	atomic {
		if
		:: IS_LATE(asked) -> goto readback
		:: else
		fi;
		if
		:: !HELD(until) -> goto again
		:: else ->
			assert(!talking);	 /* no double flight */
			assert(invites < attempts); /* committed before */
			invites++;
			assert(invites <= CAP);
			assert(!(forbidden && now - forbidden_at > FRESH));
			talking = true;
			since = now;
			asked = 0; until = 0
		fi
	}

	do
	:: atomic { /* renew */
		live && epoch == mine && talking && now < LAST &&
		lease_until != now + LEASE ->
		lease_until = now + LEASE }
	:: atomic { /* the end is told, perhaps late */
		!talking ->
		if
		:: live && epoch == mine ->
			if
			:: end_attempt(done)
			:: end_attempt(due)
			fi
		:: else /* it was closed as interrupted */
		fi;
		goto again }
	:: goto again /* a crash */
	:: now == LAST -> break
	od;
over:
	skip
}

/* The callee's telephone. */
proctype Line()
{
end:
	do
	:: atomic { talking -> talking = false; since = 0 }
	od
}

proctype Reconciler()
{
end:
	do
	:: atomic {
		live && now > lease_until ->
		rest_until = now + REST;
#ifdef BUG_REDIAL
		attempts--; live = false; contact[holder] = due
#else
#ifdef BUG_LOST
		live = false; terminals++
#else
		end_attempt(done)
#endif
#endif
	}
	od
}

proctype Operator()
{
	if
	:: atomic { forbidden = true; forbidden_at = now }
	:: skip
	fi
}

/* The clock goes on once what is due by now has been done. */
proctype Clock()
{
	do
	:: atomic {
		now < LAST && !(talking && now >= since + CALL) -> now++ }
	:: atomic {
		now == LAST ->
		assert(attempts <= CAP);
		assert(invites <= attempts);
		assert(terminals + live == attempts);
		assert(contact[0] != leased || (live && holder == 0));
		assert(contact[1] != leased || (live && holder == 1));
		break }
	od
}

init {
	atomic {
		run Site(); run Site(); run Line(); run Reconciler();
		run Operator(); run Clock()
	}
}
