/** @file stream_control.c  A stream's RTCP on its socket, see stream.h */
#include <arpa/inet.h>
#include <string.h>

#include "base/clock.h"
#include "stream_priv.h"

enum {
	LOOK_US = 1000000, /* RTCP is looked for so often, */
	LOOK_PACKETS = 4,  /* and so much of it is read */
};

void dial_stream_hear_control(struct dial_stream *s, struct dial_scratch *x,
			      size_t len, uint64_t now_us)
{
	uint64_t at_us = dial_scratch_stamp(x, &x->msg, now_us);
	struct yh_rtcp r;

	if (!at_us)
		at_us = now_us;
	if (x->from.sin_addr.s_addr != s->latch.remote.sin_addr.s_addr) {
		s->foreign++;
		s->counts->foreign++;
		return;
	}
	if (s->srtp && dial_srtp_unprotect(s->srtp, x->in, &len, true)) {
		s->srtp_failed++;
		s->counts->srtp_failed++;
		return;
	}
	if (yh_rtcp_parse(&r, s->next.ssrc, x->in, len))
		return;
	s->alive_us = at_us;
	dial_control_hear(&s->control, &r, at_us,
			  yh_wall_us() - (int64_t)(now_us - at_us));
}

static void send_report(struct dial_stream *s, uint64_t now_us, bool bye)
{
	uint8_t buf[YH_RTCP_BYTES + DIAL_SRTP_TRAILER];
	struct sockaddr_in to = s->latch.remote;
	struct yh_rtcp r;
	size_t len;

	dial_control_report(&s->control, &s->stats, &s->next, s->sent, &r);
	r.bye = bye;
	dial_control_stamp(&s->control, &r, now_us, yh_wall_us());
	len = yh_rtcp_write(&r, s->control.cname, buf);
	if (s->srtp && dial_srtp_protect(s->srtp, buf, &len, true))
		return; /* never in the clear */
	to.sin_port = htons((uint16_t)(ntohs(to.sin_port) + 1));
	(void)sendto(s->ports.rtcp, buf, len, MSG_DONTWAIT,
		     (struct sockaddr *)&to, sizeof(to));
}

void dial_stream_control(struct dial_stream *s, struct dial_scratch *x,
			 uint64_t now_us)
{
	ssize_t n;

	if (!s->open || now_us < s->look_us)
		return;
	s->look_us = now_us + LOOK_US;
	for (int i = 0; !s->shared && i < LOOK_PACKETS; i++) {
		n = dial_scratch_receive(x, s->ports.rtcp);
		if (n < 0)
			break;
		dial_stream_hear_control(s, x, (size_t)n, now_us);
	}
	if (dial_control_due(&s->control, now_us))
		send_report(s, now_us, false);
}

void dial_stream_bye(struct dial_stream *s, uint64_t now_us)
{
	if (s->open)
		send_report(s, now_us, true);
	if (s->shared)
		dial_shared_leave(s->shared, s);
	s->open = false;
}
