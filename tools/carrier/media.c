#include "media.h"

#include "alaw.h"
#include "truth.h"

#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <string.h>

enum { PT_PCMA = 8, RX_BUF = 2048, RTCP_LEN = 8192 };
enum {
	KEY_DOWN = 5, /* ticks */
	KEY_ENDS = 3,
	KEY_TICKS = CAR_KEY_MS / CAR_FRAME_MS,
	KEY_VOLUME = 10, /* -10 dBm0 */
};

static void count(struct car_media *m, uint16_t seq)
{
	int64_t now_ms = car_now_ms();
	int16_t ahead = (int16_t)(seq - m->last_seq);

	if (m->have_seq) {
		if (ahead > 1)
			m->counts.lost_in += (uint64_t)(ahead - 1);
		if (now_ms - m->last_in_ms > m->counts.longest_gap_ms)
			m->counts.longest_gap_ms = now_ms - m->last_in_ms;
	}
	if (!m->have_seq || ahead > 0)
		m->last_seq = seq;
	m->have_seq = true;
	m->last_in_ms = now_ms;
	m->counts.packets_in++;
}

static void on_rtp(const struct sa *src, const struct rtp_header *hdr,
		   struct mbuf *mb, void *arg)
{
	struct car_media *m = arg;
	const uint8_t *code = mbuf_buf(mb);
	size_t left = mbuf_get_left(mb);

	(void)src;
	count(m, hdr->seq);
	if (hdr->pt != m->pt)
		return; /* telephone events, comfort noise: not speech */
	for (; left >= CAR_FRAME_SAMPLES; left -= CAR_FRAME_SAMPLES) {
		m->on_frame(m->arg, car_alaw_rms(code, CAR_FRAME_SAMPLES));
		code += CAR_FRAME_SAMPLES;
	}
}

static void on_rtcp(const struct sa *src, struct rtcp_msg *msg, void *arg)
{
	(void)src;
	(void)msg;
	(void)arg;
}

int car_media_init(struct car_media *m, const struct sa *ip, uint16_t min_port,
		   uint16_t max_port, car_frame_cb *on_frame, void *arg)
{
	m->on_frame = on_frame;
	m->arg = arg;
	m->pt = PT_PCMA;
	m->ts = rand_u32();
	m->frame = mbuf_alloc(RTP_HEADER_SIZE + CAR_FRAME_SAMPLES);
	if (!m->frame)
		return -ENOMEM;
	int err = rtp_listen(&m->rtp, IPPROTO_UDP, ip, min_port, max_port, true,
			     on_rtp, on_rtcp, m);
	if (err)
		return -err;
	udp_rxsz_set(rtp_sock(m->rtp), RX_BUF);
	return 0;
}

void car_media_fini(struct car_media *m)
{
	m->rtp = mem_deref(m->rtp);
	m->frame = mem_deref(m->frame);
}

uint16_t car_media_port(const struct car_media *m)
{
	return sa_port(rtp_local(m->rtp));
}

void car_media_peer(struct car_media *m, const struct sa *peer, uint8_t pt)
{
	struct sa rtcp = *peer;

	m->sending = sa_port(peer) != 0 && !sa_is_any(peer);
	if (!m->sending)
		return;
	m->peer = *peer;
	m->pt = pt;
	sa_set_port(&rtcp, (uint16_t)(sa_port(peer) + 1));
	rtcp_set_srate(m->rtp, CAR_RATE_HZ, CAR_RATE_HZ);
	rtcp_start(m->rtp, "callee@carrier", &rtcp);
}

void car_media_play(struct car_media *m, const struct car_clip *clip)
{
	m->clip = clip;
	m->at = 0;
}

void car_media_press(struct car_media *m, const char *keys)
{
	m->keys = keys;
	m->key_ticks = 0;
}

/* @param tick since the key went down; it stays down for KEY_DOWN */
static void send_key(struct car_media *m, unsigned tick)
{
	static const char signs[] = "0123456789*#";
	struct mbuf *mb = m->frame;
	bool end = tick >= KEY_DOWN;
	uint16_t down =
		(uint16_t)((end ? KEY_DOWN : tick + 1) * CAR_FRAME_SAMPLES);

	mb->pos = mb->end = RTP_HEADER_SIZE;
	(void)mbuf_write_u8(mb, (uint8_t)(strchr(signs, *m->keys) - signs));
	(void)mbuf_write_u8(mb, end ? 0x80 | KEY_VOLUME : KEY_VOLUME);
	(void)mbuf_write_u16(mb, htons(down));
	mb->pos = RTP_HEADER_SIZE;
	if (!rtp_send(m->rtp, &m->peer, false, !tick, (uint8_t)m->keys_pt,
		      m->key_ts, mb))
		m->counts.packets_out++;
}

/* RFC 4733, 2.5.1: all packets of an event have the timestamp at which its key
 * went down, and its end is sent three times.
 * @return the last one is done */
static bool press_tick(struct car_media *m)
{
	if (!m->key_ticks)
		m->key_ts = m->ts;
	if (m->keys_pt >= 0 && m->key_ticks < KEY_DOWN + KEY_ENDS)
		send_key(m, m->key_ticks);
	if (++m->key_ticks < KEY_TICKS)
		return false;
	m->key_ticks = 0;
	if (*++m->keys)
		return false;
	m->keys = NULL;
	return true;
}

static double next_sample(struct car_media *m)
{
	double s = 0.0;

	if (m->clip && m->at < m->clip->n)
		s = m->clip->pcm[m->at++];
	else if (m->ringing)
		s = car_dsp_ringback(m->rung++);
	if (m->noise.gain > 0.0)
		s += car_noise_next(&m->noise);
	return fmin(fmax(s, -32768.0), 32767.0);
}

static void fill(struct car_media *m, uint8_t *code)
{
	bool quiet = !m->clip && !m->ringing && m->noise.gain <= 0.0;

	for (size_t i = 0; i < CAR_FRAME_SAMPLES; i++)
		code[i] = quiet ? CAR_ALAW_SILENCE
				: car_alaw_encode((int16_t)next_sample(m));
}

bool car_media_tick(struct car_media *m)
{
	struct mbuf *mb = m->frame;

	m->ts += CAR_FRAME_SAMPLES;
	if (!m->sending)
		return false;
	if (m->keys)
		return press_tick(m);
	fill(m, mb->buf + RTP_HEADER_SIZE);
	mb->pos = RTP_HEADER_SIZE;
	mb->end = RTP_HEADER_SIZE + CAR_FRAME_SAMPLES;
	if (!rtp_send(m->rtp, &m->peer, false, !m->started, m->pt, m->ts, mb))
		m->counts.packets_out++;
	m->started = true;
	if (!m->clip || m->at < m->clip->n)
		return false;
	m->clip = NULL;
	return true;
}
