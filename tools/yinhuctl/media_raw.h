/** @file media_raw.h  What the kernel alone can do: sendto and recv, no more.
 */
#ifndef YC_MEDIA_RAW_H
#define YC_MEDIA_RAW_H

/** Send a packet of a call's size over loopback and receive it, in a loop on
 * one CPU. Blocks.
 * @param pairs Sockets used in turn: 1, or as many as there would be calls
 * @param ms How long @param[out] per_second Pairs of sendto and recv
 * @return 0, -errno */
int yc_media_raw(unsigned cpu, unsigned pairs, unsigned ms, double *per_second);

#endif
