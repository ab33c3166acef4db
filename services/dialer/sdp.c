/** @file sdp.c  Session descriptions, contract in sdp.h */
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <sofia-sip/sdp.h>

#include "audio/g711.h"
#include "sdp.h"

size_t dial_sdp_write(const char *addr, uint16_t port, uint32_t session,
		      uint32_t version, char buf[DIAL_SDP_MAX])
{
	int n = snprintf(buf, DIAL_SDP_MAX,
			 "v=0\r\n"
			 "o=yinhu %u %u IN IP4 %s\r\n"
			 "s=-\r\n"
			 "c=IN IP4 %s\r\n"
			 "t=0 0\r\n"
			 "m=audio %u RTP/AVP 8 101\r\n"
			 "a=rtpmap:8 PCMA/8000\r\n"
			 "a=rtpmap:101 telephone-event/8000\r\n"
			 "a=fmtp:101 0-16\r\n"
			 "a=ptime:20\r\n"
			 "a=sendrecv\r\n",
			 session, version, addr, addr, port);

	return (size_t)n;
}

static bool has_pcma(const sdp_media_t *m)
{
	for (const sdp_rtpmap_t *r = m->m_rtpmaps; r; r = r->rm_next) {
		if (r->rm_pt == YH_RTP_PCMA)
			return true;
	}

	return false;
}

static int read_media(const sdp_media_t *m, struct sockaddr_in *media)
{
	const sdp_connection_t *c = sdp_media_connections(m);
	struct sockaddr_in a = {.sin_family = AF_INET};

	if (m->m_type != sdp_media_audio || m->m_rejected || !m->m_port ||
	    m->m_port > 65535 || !has_pcma(m))
		return -ENOTSUP;
	if (!c || inet_pton(AF_INET, c->c_address, &a.sin_addr) != 1)
		return -ENOTSUP;
	a.sin_port = htons((uint16_t)m->m_port);
	*media = a;

	return 0;
}

int dial_sdp_read(const char *text, size_t len, struct sockaddr_in *media)
{
	su_home_t home[1] = {SU_HOME_INIT(home)};
	sdp_parser_t *parser;
	sdp_session_t *sdp;
	int err = -EBADMSG;

	su_home_init(home);
	parser = sdp_parse(home, text, (issize_t)len, 0);
	sdp = sdp_session(parser);
	if (sdp)
		err = -ENOTSUP;
	for (sdp_media_t *m = sdp ? sdp->sdp_media : NULL; m && err;
	     m = m->m_next)
		err = read_media(m, media);
	sdp_parser_free(parser);
	su_home_deinit(home);

	return err;
}
