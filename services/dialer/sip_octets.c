/**
 * @file sip_octets.c  What sofia-sip's parser drops and SIP answers: a message
 * class that differs from its own in three header classes, whose parsers are
 * ours in front of its own. RFC 3261 section 25.1, RFC 4475 section 3.1.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <sofia-sip/msg_buffer.h>
#include <sofia-sip/sip_parser.h>
#include <sofia-sip/url.h>

#include "sip_priv.h"

enum {
	SUBSTITUTE = 0x1a, /* ASCII's own stand-in for what is not valid */
	VIA_MAX = 320,	   /* of its protocol and host */
};

/* A method is a token; sofia reads an URI's unreserved characters. */
static bool is_wider(const char *method)
{
	isize_t n = span_token(method);

	return n > span_unreserved(method) && (!method[n] || IS_LWS(method[n]));
}

static bool is_blank_line(const char *line, const char *end)
{
	if (line < end && *line == '\r')
		line++;

	return line < end && *line == '\n';
}

/* sofia's strings end at NUL, which a quoted string may have (quoted-pair).
 * @param from After the line that is being read */
static void substitute_nul(char *from, const char *end)
{
	for (bool begins = false; from < end; from++) {
		if (begins && is_blank_line(from, end))
			return;
		begins = *from == '\n';
		if (!*from)
			*from = SUBSTITUTE;
	}
}

/* Method, URI and version, and one more: the URI has white space in it. */
static bool has_fourth_word(const char *line)
{
	for (int words = 0; words < 3; words++) {
		line += span_non_ws(line);
		line += span_ws(line);
	}

	return *line;
}

/* What has no sound URI is answered 400; were its line, or its Via, refused
 * here, it would get no answer at all. */
static void have_it_refused(sip_request_t *rq)
{
	rq->rq_url->url_type = url_invalid;
}

static issize_t request_without_uri_d(sip_request_t *rq, char *s)
{
	rq->rq_method = sip_method_d(&s, &rq->rq_method_name);
	rq->rq_version = SIP_VERSION_CURRENT;
	have_it_refused(rq);

	return rq->rq_method < 0 ? -1 : 0;
}

static issize_t wider_request_d(sip_request_t *rq, char *s)
{
	char *uri, *version;

	rq->rq_method = sip_method_unknown;
	rq->rq_method_name = s;

	return msg_firstline_d(s, &uri, &version) || !uri || !version ||
			       url_d(rq->rq_url, uri) ||
			       sip_version_d(&version, &rq->rq_version) ||
			       *version
		       ? -1
		       : 0;
}

/* The request line comes first: what has come of the headers follows it.
 * @param home The message, as always while one is read from a socket */
static issize_t request_d(su_home_t *home, msg_header_t *h, char *s,
			  isize_t len)
{
	const msg_t *msg = (const msg_t *)home;
	char *begin = msg_buf_committed_data(msg);
	char *end = begin + msg_buf_committed(msg);

	substitute_nul(s >= begin && s < end ? s + len + 1 : begin, end);
	if (has_fourth_word(s))
		return request_without_uri_d((sip_request_t *)h, s);
	if (is_wider(s))
		return wider_request_d((sip_request_t *)h, s);

	return sip_request_d(home, h, s, len);
}

static issize_t cseq_d(su_home_t *home, msg_header_t *h, char *s, isize_t len)
{
	sip_cseq_t *cs = (sip_cseq_t *)h;
	char *method = s + span_digit(s);

	method += span_lws(method);
	if (!is_wider(method))
		return sip_cseq_d(home, h, s, len);
	cs->cs_method = sip_method_unknown;
	cs->cs_method_name = method;
	method[span_token(method)] = '\0';

	return msg_uint32_d(&s, &cs->cs_seq) < 0 ? -1 : 0;
}

/* An answer needs a host to go to: the rest is not believed. */
static issize_t via_d(su_home_t *home, msg_header_t *h, char *s, isize_t len)
{
	sip_t *sip = sip_object((const msg_t *)home);
	sip_via_t *via = (sip_via_t *)h;
	char host[VIA_MAX], *at;
	issize_t n;

	snprintf(host, sizeof(host), "%.*s", (int)strcspn(s, ";,"), s);
	n = sip_via_d(home, h, s, len);
	/* One that goes on behind a comma hangs on the one before. */
	if (n >= 0 || !sip->sip_request || sip->sip_via ||
	    via->v_common[0].h_prev)
		return n;
	have_it_refused(sip->sip_request);
	*via = (sip_via_t){.v_common[0].h_class = via->v_common[0].h_class};
	at = su_strdup(home, host);

	return at ? sip_via_d(home, h, at, (isize_t)strlen(at)) : -1;
}

/* Found by its name in the class of a message, ours comes first; sofia's stays
 * behind it for what it makes itself. */
static void put_first(msg_mclass_t *mc, msg_hclass_t *theirs,
		      msg_hclass_t *ours)
{
	unsigned n = (unsigned)mc->mc_hash_size, i, to;

	for (i = (unsigned)theirs->hc_hash % n;
	     mc->mc_hash[i].hr_class != theirs; i = (i + 1) % n)
		;
	for (to = i; mc->mc_hash[to].hr_class; to = (to + 1) % n)
		;
	mc->mc_hash[to] = mc->mc_hash[i];
	mc->mc_hash[i].hr_class = ours;
	mc->mc_hash_used++;
}

int dial_sip_make_parser(struct parser *p)
{
	p->messages = msg_mclass_clone(sip_default_mclass(), 0, 0);
	if (!p->messages)
		return -ENOMEM;
	p->request = *sip_request_class;
	p->request.hc_parse = request_d;
	p->cseq = *sip_cseq_class;
	p->cseq.hc_parse = cseq_d;
	p->messages->mc_request[0].hr_class = &p->request;
	p->via = *sip_via_class;
	p->via.hc_parse = via_d;
	put_first(p->messages, sip_cseq_class, &p->cseq);
	put_first(p->messages, sip_via_class, &p->via);

	return 0;
}
