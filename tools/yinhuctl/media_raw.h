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

/** The same two calls at the pace of so many telephone calls, with a socket
 * each and their far end on another CPU: what a frame costs before a media
 * plane does anything with it. Blocks.
 * @param calls [1, YC_PEER_CALLS] @param ms How long
 * @param[out] us_a_frame Processor time of one recv and one sendto [us]
 * @return 0, -ENOMEM, -errno */
int yc_media_bare(unsigned cpu, unsigned far_cpu, unsigned calls, unsigned ms,
		  double *us_a_frame);

#endif
