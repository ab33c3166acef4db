/** @file latch.c  Symmetric RTP, contract in latch.h */
#include "latch.h"

static bool same(const struct sockaddr_in *a, const struct sockaddr_in *b)
{
	return a->sin_port == b->sin_port &&
	       a->sin_addr.s_addr == b->sin_addr.s_addr;
}

void dial_latch_told(struct dial_latch *l, const struct sockaddr_in *told)
{
	if (l->told.sin_port && same(&l->told, told))
		return;
	*l = (struct dial_latch){.told = *told, .remote = *told};
}

static bool lock(struct dial_latch *l, const struct sockaddr_in *from)
{
	l->locked = true;
	l->remote = *from;

	return true;
}

bool dial_latch_pass(struct dial_latch *l, const struct sockaddr_in *from,
		     uint32_t ssrc)
{
	if (l->locked)
		return same(&l->remote, from);
	if (same(&l->told, from))
		return lock(l, from);
	if (!same(&l->guess, from) || l->guess_ssrc != ssrc)
		l->n_guess = 0;
	l->guess = *from;
	l->guess_ssrc = ssrc;
	if (++l->n_guess < DIAL_LATCH_PACKETS)
		return false;

	return lock(l, from);
}

bool dial_latch_knows(const struct dial_latch *l,
		      const struct sockaddr_in *from)
{
	return same(&l->told, from) || same(&l->remote, from);
}
