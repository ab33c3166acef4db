/** @file reorder.c  Packets back into their order, contract in reorder.h */
#include <string.h>

#include "audio/reorder.h"

static int find(const struct yh_reorder *r, uint16_t seq)
{
	for (int i = 0; i < YH_REORDER_SLOTS; i++) {
		if (r->used[i] && r->slots[i].seq == seq)
			return i;
	}

	return -1;
}

static enum yh_reorder_put hold(struct yh_reorder *r, const struct yh_rtp *rtp)
{
	size_t len = rtp->len < YH_REORDER_BYTES ? rtp->len : YH_REORDER_BYTES;
	struct yh_reorder_packet *p;
	int i = 0;

	if (find(r, rtp->seq) >= 0)
		return YH_REORDER_OLD;
	while (r->used[i])
		i++;
	p = &r->slots[i];
	p->payload_type = rtp->payload_type;
	p->seq = rtp->seq;
	p->timestamp = rtp->timestamp;
	p->len = (uint16_t)len;
	memcpy(p->payload, rtp->payload, len);
	r->used[i] = true;
	r->n_held++;

	return YH_REORDER_HELD;
}

static enum yh_reorder_put jump_to(struct yh_reorder *r, uint16_t seq, int lost)
{
	memset(r->used, 0, sizeof(r->used));
	r->n_held = 0;
	r->jump = (uint16_t)lost;
	r->next = (uint16_t)(seq + 1);

	return YH_REORDER_JUMP;
}

enum yh_reorder_put yh_reorder_put(struct yh_reorder *r,
				   const struct yh_rtp *rtp, uint64_t now_us)
{
	int step = (int16_t)(uint16_t)(rtp->seq - r->next);

	if (!r->started || step == 0) {
		r->started = true;
		r->next = (uint16_t)(rtp->seq + 1);
		r->since_us = now_us;
		return YH_REORDER_PASS;
	}
	if (step < 0)
		return YH_REORDER_OLD;
	if (step > YH_REORDER_SLOTS)
		return jump_to(r, rtp->seq, step);
	if (!r->n_held)
		r->since_us = now_us;

	return hold(r, rtp);
}

enum yh_reorder_get yh_reorder_get(struct yh_reorder *r, uint64_t now_us,
				   const struct yh_reorder_packet **out)
{
	int i;

	if (!r->n_held)
		return YH_REORDER_NONE;
	i = find(r, r->next);
	if (i < 0 && now_us - r->since_us < YH_REORDER_HOLD_US)
		return YH_REORDER_NONE;
	r->next++;
	if (i < 0)
		return YH_REORDER_LOST;
	r->used[i] = false;
	r->n_held--;
	r->since_us = now_us;
	*out = &r->slots[i];

	return YH_REORDER_PACKET;
}
