/** @file sip_trunks.c  OPTIONS, REGISTER and digest on sofia's thread */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sip_priv.h"

/* ---- what is known of a trunk ----------------------------------------------
 */

static void tell(struct dial_sip *s, struct line *l, bool up, const char *why)
{
	struct dial_sip_event ev = {
		.kind = DIAL_SIP_TRUNK, .up = up, .trunk = l->index};

	if (up)
		l->wait_ms = 0;
	else
		l->wait_ms = l->wait_ms ? l->wait_ms * 2 : PROBE_DOWN_MS;
	if (l->wait_ms > PROBE_DOWN_MAX_MS)
		l->wait_ms = PROBE_DOWN_MAX_MS;
	if (l->known && l->up == up)
		return;
	l->known = true;
	l->up = up;
	snprintf(ev.text, sizeof(ev.text), "%s", why);
	dial_sip_tell(s, &ev);
}

/* ---- digest ----------------------------------------------------------------
 */

static const msg_auth_t *challenge_of(const sip_t *sip)
{
	const msg_auth_t *a = sip ? sip->sip_proxy_authenticate : NULL;

	return a || !sip ? a : sip->sip_www_authenticate;
}

bool dial_sip_authenticate(nua_handle_t *nh, const struct line *l,
			   const sip_t *sip)
{
	const msg_auth_t *a = challenge_of(sip);
	const char *realm =
		a ? msg_header_find_param(a->au_common, "realm=") : NULL;
	char auth[640];

	if (!realm || !l->trunk->password || strlen(realm) > 256)
		return false;
	/* The realm keeps the quotes that it came in. */
	snprintf(auth, sizeof(auth), "Digest:%s:%s:%s", realm,
		 l->trunk->username, l->trunk->password);
	nua_authenticate(nh, NUTAG_AUTH(auth), TAG_END());
	explicit_bzero(auth, sizeof(auth));

	return true;
}

/* ---- OPTIONS ---------------------------------------------------------------
 */

static void end_probe(struct line *l)
{
	if (l->probe)
		nua_handle_destroy(l->probe);
	l->probe = NULL;
}

void dial_sip_ask_now(struct line *l)
{
	l->probe_at_ms = 0;
}

void dial_sip_on_options(struct dial_sip *s, nua_handle_t *nh, int status,
			 const sip_t *sip)
{
	bool local = !sip || sip->sip_flags & MADE_HERE;
	struct line *l = s->lines;
	char why[128];

	while (l < s->lines + s->n_lines && l->probe != nh)
		l++;
	if (l == s->lines + s->n_lines || status < 200)
		return;
	snprintf(why, sizeof(why), "%d to OPTIONS from %.80s", status,
		 l->trunk->address);
	if (local)
		snprintf(why, sizeof(why), "no answer to OPTIONS from %.80s",
			 l->trunk->address);
	tell(s, l, !local && status < 500 && status != 408, why);
	end_probe(l);
}

static void ask(struct dial_sip *s, struct line *l, uint64_t now_ms)
{
	char to[URL_MAX + 8], from[URL_MAX];

	snprintf(to, sizeof(to), "sip:%s", l->uri);
	snprintf(from, sizeof(from), "<sip:yinhu@%s>", s->addr);
	l->probe = nua_handle(s->nua, NULL, NUTAG_URL(to), SIPTAG_TO_STR(to),
			      SIPTAG_FROM_STR(from), TAG_END());
	l->probe_at_ms = now_ms;
	if (l->probe)
		nua_options(l->probe, TAG_END());
}

static void probe_tick(struct dial_sip *s, struct line *l, uint64_t now_ms)
{
	uint64_t every = *l->trunk->options_ms;
	char why[128];

	if (!every || (l->trunk->registers && !l->registered))
		return;
	if (l->probe && now_ms - l->probe_at_ms > s->options_timeout_ms) {
		end_probe(l);
		snprintf(why, sizeof(why), "no answer to OPTIONS from %.80s",
			 l->trunk->address);
		tell(s, l, false, why);
	}
	if (!l->up && every > l->wait_ms)
		every = l->wait_ms;
	if (!l->probe && (!l->probe_at_ms || now_ms - l->probe_at_ms >= every))
		ask(s, l, now_ms);
}

/* ---- REGISTER --------------------------------------------------------------
 */

static void enroll(struct dial_sip *s, struct line *l, uint64_t now_ms)
{
	char registrar[URL_MAX + 8], aor[URL_MAX + 80];

	snprintf(registrar, sizeof(registrar), "sip:%s", l->uri);
	snprintf(aor, sizeof(aor), "<sip:%s@%.*s>", l->trunk->username,
		 (int)strcspn(l->trunk->address, ":"), l->trunk->address);
	l->registration = nua_handle(s->nua, NULL, SIPTAG_TO_STR(aor),
				     SIPTAG_FROM_STR(aor), TAG_END());
	l->probe_at_ms = now_ms;
	l->challenges = 0;
	if (l->registration)
		nua_register(l->registration, NUTAG_REGISTRAR(registrar),
			     NUTAG_OUTBOUND("no-outbound no-validate "
					    "no-natify no-options-keepalive"),
			     NUTAG_KEEPALIVE(0), SIPTAG_EXPIRES_STR("300"),
			     TAG_END());
}

static void expelled(struct dial_sip *s, struct line *l, const char *why)
{
	nua_handle_destroy(l->registration);
	l->registration = NULL;
	l->registered = false;
	tell(s, l, false, why);
}

void dial_sip_on_register(struct dial_sip *s, nua_handle_t *nh, int status,
			  const sip_t *sip)
{
	struct line *l = s->lines;
	char why[128];

	while (l < s->lines + s->n_lines && l->registration != nh)
		l++;
	if (l == s->lines + s->n_lines || status < 200 || s->closing)
		return;
	if ((status == 401 || status == 407) &&
	    l->challenges++ < CHALLENGES_MAX &&
	    dial_sip_authenticate(nh, l, sip))
		return;
	snprintf(why, sizeof(why), "%d to REGISTER from %.80s", status,
		 l->trunk->address);
	if (status >= 300) {
		expelled(s, l, why);
		return;
	}
	l->challenges = 0;
	if (!l->registered && *l->trunk->options_ms)
		l->probe_at_ms = 0; /* OPTIONS says whether it is up */
	l->registered = true;
	if (!*l->trunk->options_ms)
		tell(s, l, true, why);
}

static void register_tick(struct dial_sip *s, struct line *l, uint64_t now_ms)
{
	if (l->trunk->registers && !l->registration &&
	    (!l->probe_at_ms || now_ms - l->probe_at_ms >= l->wait_ms))
		enroll(s, l, now_ms);
}

/* ---- all of them -----------------------------------------------------------
 */

void dial_sip_open_lines(struct dial_sip *s)
{
	for (unsigned i = 0; i < s->n_lines; i++) {
		struct line *l = &s->lines[i];

		if (!*l->trunk->options_ms && !l->trunk->registers)
			tell(s, l, true, "not asked");
	}
}

void dial_sip_lines_tick(struct dial_sip *s, uint64_t now_ms)
{
	for (unsigned i = 0; i < s->n_lines; i++) {
		register_tick(s, &s->lines[i], now_ms);
		probe_tick(s, &s->lines[i], now_ms);
	}
}

void dial_sip_drop_lines(struct dial_sip *s)
{
	for (unsigned i = 0; i < s->n_lines; i++) {
		end_probe(&s->lines[i]);
		if (s->lines[i].registration)
			nua_handle_destroy(s->lines[i].registration);
		s->lines[i].registration = NULL;
	}
}
