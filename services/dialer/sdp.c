/** @file sdp.c  Session descriptions, contract in sdp.h */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <sofia-sip/sdp.h>

#include "audio/g711.h"
#include "sdp.h"

enum { KEY_TEXT = DIAL_SRTP_KEY_BYTES / 3 * 4 };

static const char suite[] = "AES_CM_128_HMAC_SHA1_80";

/* ---- ours ------------------------------------------------------------------
 */

void dial_sdp_offer(struct dial_sdp *out, const char *addr, uint16_t port,
		    enum dial_srtp_mode mode,
		    const uint8_t key[DIAL_SRTP_KEY_BYTES])
{
	*out = (struct dial_sdp){.event_pt = DIAL_PT_EVENT,
				 .savp = mode == DIAL_SRTP_REQUIRE,
				 .keyed = mode != DIAL_SRTP_OFF,
				 .crypto_tag = 1};
	out->addr.sin_family = AF_INET;
	out->addr.sin_port = htons(port);
	(void)inet_pton(AF_INET, addr, &out->addr.sin_addr);
	if (out->keyed)
		memcpy(out->key, key, sizeof(out->key));
}

void dial_sdp_answer(struct dial_sdp *out, const struct dial_sdp *ours,
		     const struct dial_sdp *theirs)
{
	static const enum dial_direction turned[] = {
		[DIAL_SENDRECV] = DIAL_SENDRECV,
		[DIAL_SENDONLY] = DIAL_RECVONLY,
		[DIAL_RECVONLY] = DIAL_SENDONLY,
		[DIAL_INACTIVE] = DIAL_INACTIVE,
	};
	struct dial_sdp answer = *ours;

	answer.direction = turned[theirs->direction];
	answer.savp = theirs->savp;
	answer.keyed = ours->keyed && theirs->keyed;
	answer.crypto_tag = theirs->crypto_tag;
	if (theirs->event_pt)
		answer.event_pt = theirs->event_pt;
	*out = answer;
}

static void write_crypto(const struct dial_sdp *sdp, char *buf, size_t size)
{
	unsigned char key[KEY_TEXT + 1];

	buf[0] = '\0';
	if (!sdp->keyed)
		return;
	EVP_EncodeBlock(key, sdp->key, DIAL_SRTP_KEY_BYTES);
	snprintf(buf, size, "a=crypto:%u %s inline:%s\r\n", sdp->crypto_tag,
		 suite, (char *)key);
}

size_t dial_sdp_write(const struct dial_sdp *sdp, uint32_t session,
		      uint32_t version, char buf[DIAL_SDP_MAX])
{
	static const char *const directions[] = {
		[DIAL_SENDRECV] = "sendrecv",
		[DIAL_SENDONLY] = "sendonly",
		[DIAL_RECVONLY] = "recvonly",
		[DIAL_INACTIVE] = "inactive",
	};
	char addr[INET_ADDRSTRLEN], crypto[128];
	unsigned pt = sdp->event_pt ? sdp->event_pt : DIAL_PT_EVENT;

	inet_ntop(AF_INET, &sdp->addr.sin_addr, addr, sizeof(addr));
	write_crypto(sdp, crypto, sizeof(crypto));

	return (size_t)snprintf(buf, DIAL_SDP_MAX,
				"v=0\r\n"
				"o=yinhu %u %u IN IP4 %s\r\n"
				"s=-\r\n"
				"c=IN IP4 %s\r\n"
				"t=0 0\r\n"
				"m=audio %u RTP/%s 8 13 %u\r\n"
				"a=rtpmap:8 PCMA/8000\r\n"
				"a=rtpmap:13 CN/8000\r\n"
				"a=rtpmap:%u telephone-event/8000\r\n"
				"a=fmtp:%u 0-16\r\n"
				"a=ptime:20\r\n"
				"%s"
				"a=%s\r\n",
				session, version, addr, addr,
				ntohs(sdp->addr.sin_port),
				sdp->savp ? "SAVP" : "AVP", pt, pt, pt, crypto,
				directions[sdp->direction]);
}

/* ---- theirs ----------------------------------------------------------------
 */

/* "inline:KEY" with nothing, or a lifetime, after it.
 * @return 0, -EINVAL (something that is not done here) */
static int read_key(const char *text, uint8_t key[DIAL_SRTP_KEY_BYTES])
{
	unsigned char raw[KEY_TEXT];
	const char *rest;

	if (strncmp(text, "inline:", 7))
		return -EINVAL;
	text += 7;
	rest = text + strcspn(text, "| ;");
	if (rest - text != KEY_TEXT || memchr(text, '=', KEY_TEXT))
		return -EINVAL;
	if (*rest == ';' || (*rest == '|' && strchr(rest, ':')))
		return -EINVAL; /* several keys; an MKI */
	for (; *rest; rest++) {
		if (!strncmp(rest, "UNENCRYPTED_", 12) ||
		    !strncmp(rest, "UNAUTHENTICATED_", 16))
			return -EINVAL;
	}
	if (EVP_DecodeBlock(raw, (const unsigned char *)text, KEY_TEXT) !=
	    DIAL_SRTP_KEY_BYTES)
		return -EINVAL;
	memcpy(key, raw, DIAL_SRTP_KEY_BYTES);

	return 0;
}

/* "TAG SUITE KEY-PARAMS [SESSION-PARAMS]"; the first line that we can do. */
static void read_crypto(const sdp_media_t *m, struct dial_sdp *out)
{
	const size_t n = sizeof(suite) - 1;

	for (const sdp_attribute_t *a = m->m_attributes; a; a = a->a_next) {
		const char *text = a->a_value;
		char *end;
		unsigned long tag;

		if (strcmp(a->a_name, "crypto") || !text)
			continue;
		tag = strtoul(text, &end, 10);
		if (end == text || tag > 999999999 || *end++ != ' ' ||
		    strncmp(end, suite, n) || end[n] != ' ' ||
		    read_key(end + n + 1, out->key))
			continue;
		out->keyed = true;
		out->crypto_tag = (uint32_t)tag;
		return;
	}
}

static bool read_formats(const sdp_media_t *m, struct dial_sdp *out)
{
	bool pcma = false;

	for (const sdp_rtpmap_t *r = m->m_rtpmaps; r; r = r->rm_next) {
		pcma = pcma || r->rm_pt == YH_RTP_PCMA;
		if (r->rm_encoding && r->rm_rate == YH_RATE_HZ &&
		    !strcasecmp(r->rm_encoding, "telephone-event"))
			out->event_pt = (uint8_t)(r->rm_pt & 127);
	}

	return pcma;
}

static enum dial_direction read_direction(const sdp_media_t *m,
					  const struct dial_sdp *sdp)
{
	static const enum dial_direction ours[] = {
		[sdp_inactive] = DIAL_INACTIVE,
		[sdp_sendonly] = DIAL_SENDONLY,
		[sdp_recvonly] = DIAL_RECVONLY,
		[sdp_sendrecv] = DIAL_SENDRECV,
	};
	enum dial_direction d = ours[m->m_mode & sdp_sendrecv];

	if (sdp->addr.sin_addr.s_addr != INADDR_ANY)
		return d;
	/* Hold as RFC 2543 had it: there is nowhere to send to. */
	return d == DIAL_SENDRECV   ? DIAL_SENDONLY
	       : d == DIAL_RECVONLY ? DIAL_INACTIVE
				    : d;
}

static int read_media(const sdp_media_t *m, struct dial_sdp *out)
{
	const sdp_connection_t *c = sdp_media_connections(m);
	struct dial_sdp sdp = {.savp = m->m_proto == sdp_proto_srtp};

	if (m->m_type != sdp_media_audio || m->m_rejected || !m->m_port ||
	    m->m_port > 65535 ||
	    (m->m_proto != sdp_proto_rtp && m->m_proto != sdp_proto_srtp) ||
	    !read_formats(m, &sdp))
		return -ENOTSUP;
	sdp.addr.sin_family = AF_INET;
	sdp.addr.sin_port = htons((uint16_t)m->m_port);
	if (!c || inet_pton(AF_INET, c->c_address, &sdp.addr.sin_addr) != 1)
		return -ENOTSUP;
	read_crypto(m, &sdp);
	if (sdp.savp && !sdp.keyed)
		return -ENOTSUP;
	sdp.direction = read_direction(m, &sdp);
	*out = sdp;

	return 0;
}

/* "audio 4000[/2] RTP/AVP 8 13": words of token signs, digits for the port. */
static bool is_media_line(const char *p, const char *end)
{
	static const char signs[] = "-+._";
	unsigned word = 0;
	bool in_word = false;

	for (; p < end; p++) {
		unsigned char c = (unsigned char)*p;
		bool slash = c == '/' && in_word && (word == 2 || word == 3);

		if (c == ' ') {
			in_word = false;
			continue;
		}
		word += !in_word;
		in_word = true;
		if (word == 2 ? !isdigit(c) && !slash
			      : !isalnum(c) && !slash &&
					(!c || !strchr(signs, c)))
			return false;
	}

	return word > 3;
}

/* sofia-sip 1.12.11 allocates without end at some m= lines that are none: it
 * gets no such line. Blanks before a line are nothing to it. */
static bool media_lines_ok(const char *text, size_t len)
{
	const char *end = text + len, *line;

	for (; text < end; text++) {
		while (text < end && (*text == ' ' || *text == '\t'))
			text++;
		line = text;
		while (text < end && *text != '\r' && *text != '\n')
			text++;
		if (text - line > 1 && line[0] == 'm' &&
		    (line[1] != '=' || !is_media_line(line + 2, text)))
			return false;
	}

	return true;
}

int dial_sdp_read(const char *text, size_t len, struct dial_sdp *out)
{
	su_home_t home[1] = {SU_HOME_INIT(home)};
	sdp_parser_t *parser;
	sdp_session_t *sdp;
	int err = -EBADMSG;

	if (len > DIAL_SDP_READ_MAX || !media_lines_ok(text, len))
		return -EBADMSG;
	su_home_init(home);
	parser = sdp_parse(home, text, (issize_t)len, 0);
	sdp = sdp_session(parser);
	if (sdp)
		err = -ENOTSUP;
	for (sdp_media_t *m = sdp ? sdp->sdp_media : NULL; m && err;
	     m = m->m_next)
		err = read_media(m, out);
	sdp_parser_free(parser);
	su_home_deinit(home);

	return err;
}

int dial_sdp_check(const struct dial_sdp *theirs, enum dial_srtp_mode mode)
{
	bool bad = mode == DIAL_SRTP_REQUIRE
			   ? !theirs->keyed
			   : mode == DIAL_SRTP_OFF && theirs->savp;

	return bad ? -EPROTONOSUPPORT : 0;
}

bool dial_sdp_holds(const struct dial_sdp *theirs)
{
	return theirs->direction == DIAL_SENDONLY ||
	       theirs->direction == DIAL_INACTIVE;
}
