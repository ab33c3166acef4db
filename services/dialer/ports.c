/** @file ports.c  UDP port pairs, contract in ports.h */
#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ports.h"

enum { SOCKET_BUFFER = 65536 };

int dial_ports_init(struct dial_ports *p, const char *addr, uint16_t min,
		    uint16_t max)
{
	*p = (struct dial_ports){.min = (uint16_t)((min + 1) & ~1), .max = max};
	p->next = p->min;
	if (!min || p->min + 1 > max)
		return -EINVAL;

	return inet_pton(AF_INET, addr, &p->addr) == 1 ? 0 : -EINVAL;
}

unsigned dial_ports_count(const struct dial_ports *p)
{
	return (unsigned)(p->max - p->min + 1) / 2;
}

static int open_socket(void)
{
	int size = SOCKET_BUFFER, on = 1, whole = IP_PMTUDISC_DO;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
	/* Never in fragments: no identification has to be drawn. */
	setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &whole, sizeof(whole));

	return fd;
}

static int bind_to(const struct dial_ports *p, int fd, unsigned port)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_addr = p->addr,
				.sin_port = htons((uint16_t)port)};

	return bind(fd, (struct sockaddr *)&a, sizeof(a)) ? -errno : 0;
}

static int take_next(struct dial_ports *p, struct dial_port_pair *pair)
{
	int err;

	pair->rtp = open_socket();
	pair->rtcp = open_socket();
	pair->port = p->next;
	err = pair->rtp < 0 ? pair->rtp : pair->rtcp < 0 ? pair->rtcp : 0;
	if (!err)
		err = bind_to(p, pair->rtp, pair->port);
	if (!err)
		err = bind_to(p, pair->rtcp, pair->port + 1u);
	p->next = p->next + 3 > p->max ? p->min : (uint16_t)(p->next + 2);
	if (err)
		dial_port_pair_close(pair);

	return err;
}

int dial_ports_take(struct dial_ports *p, struct dial_port_pair *out)
{
	int err = -EADDRINUSE;

	for (unsigned i = dial_ports_count(p); i && err == -EADDRINUSE; i--)
		err = take_next(p, out);

	return err;
}

void dial_port_pair_close(struct dial_port_pair *pair)
{
	if (pair->rtp >= 0)
		close(pair->rtp);
	if (pair->rtcp >= 0)
		close(pair->rtcp);
	pair->rtp = pair->rtcp = -1;
}
