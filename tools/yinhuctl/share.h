/** @file share.h  Where the files that come with the product are. */
#ifndef YC_SHARE_H
#define YC_SHARE_H

/** Path of a shared file: in $YINHU_SHARE; else in share/ beside the folder
 * that yinhuctl is in (a build); else in /usr/share/yinhu.
 * @param out Receives the path (size bytes)
 * @param name Borrowed, e.g. "general_intents.yaml" */
void yc_share(char *out, unsigned long size, const char *name);

#endif
