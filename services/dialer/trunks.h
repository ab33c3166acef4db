/**
 * @file trunks.h  The trunks of a dialer: what the bank's file says of them.
 *
 * Read once at the start. A file with a fault is refused as a whole, with line
 * and column. Source: RFC 3261 (transports, digest), own design.
 */
#ifndef DIAL_TRUNKS_H
#define DIAL_TRUNKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sdp.h"

enum {
	DIAL_TRUNKS = 16,      /**< Most trunks */
	DIAL_CALLER_IDS = 256, /**< Most numbers of one */
	DIAL_REDIRECTS = 16,   /**< Most hosts of its list */
};

enum dial_transport { DIAL_UDP, DIAL_TCP, DIAL_TLS };

struct dial_trunk {
	/* As in the file. */
	char *name;    /**< [A-Za-z0-9_-]{1,63}, once */
	char *address; /**< HOST[:PORT] */
	enum dial_transport transport;
	enum dial_srtp_mode media; /**< REQUIRE never falls back */
	bool registers;	     /**< REGISTER; else it knows us by our address */
	char *username;	     /**< Of the digest; NULL = none */
	char *password_file; /**< With a username */
	char **caller_ids;   /**< The contracted pool, shape (n_caller_ids) */
	unsigned n_caller_ids;
	char **redirect_hosts; /**< HOST[:PORT] a 3xx may name, beside it */
	unsigned n_redirect_hosts;
	uint32_t weight;      /**< Share of the calls [1..1000] */
	uint32_t cps;	      /**< Most new calls a second [1..1000] */
	uint32_t channels;    /**< Most calls at once [1..5000] */
	uint32_t *options_ms; /**< OPTIONS as often [ms]; 0 = never */
	/* Read from password_file; wiped by dial_trunks_free. */
	char *password;

	/* Its state: the loop thread's, see route.h. */
	bool up;
	char why[128];		  /**< Why it is down, for people */
	uint64_t closed_until_ms; /**< It asked us to stay away until then */
	uint64_t filled_ms;
	uint32_t tokens_milli; /**< Calls that may be placed now, times 1000 */
	uint32_t live;
	uint64_t due; /**< Turn of its next call; of the weights */
};

struct dial_trunks {
	struct dial_trunk *list; /**< shape (n) */
	unsigned n;
	uint64_t clock; /**< Turn of the last call */
};

/** What a trunk has that does not say otherwise; the only trunk's settings. */
struct dial_trunk_defaults {
	const char *name, *address, *caller_ids; /**< Comma between */
	uint32_t cps, channels, options_ms;
};

/** Read the file, or make one trunk of the settings.
 * @param[out] out Zeroed; undefined on error, free it all the same
 * @param path  "" = the settings @param def Borrowed
 * @param error Receives what is wrong and where (size bytes)
 * @return 0, YH_ERR_BAD_CONFIG, -ENOMEM */
int dial_trunks_load(struct dial_trunks **out, const char *path,
		     const struct dial_trunk_defaults *def, char *error,
		     size_t size);
/** @param trunks Taken, may be NULL */
void dial_trunks_free(struct dial_trunks *trunks);

/** Is the number in its contracted pool? @return Its own text or NULL */
const char *dial_trunk_number(const struct dial_trunk *t, const char *number);
/** Is HOST[:PORT] its own address or in its list of redirects? A list's entry
 * without a port allows any. */
bool dial_trunk_redirects_to(const struct dial_trunk *t, const char *host,
			     const char *port);

#endif
