/** @file watch.c  A call that nobody hears, contract in watch.h */
#include "watch.h"

enum dial_no_audio dial_watch_judge(const struct dial_watch_facts *f)
{
	if (f->audio)
		return f->loudest_dbov < DIAL_WATCH_SILENT_DBOV ? DIAL_SILENCE
								: DIAL_AUDIO_OK;
	if (f->srtp_failed)
		return DIAL_SRTP_FAILED;
	if (f->foreign)
		return DIAL_FOREIGN_SOURCE;

	return f->other_codec ? DIAL_OTHER_CODEC : DIAL_NO_PACKETS;
}

const char *dial_watch_name(enum dial_no_audio cause)
{
	static const char *const names[] = {
		"", "no_packets", "srtp", "foreign_source", "codec", "silence"};

	return names[cause];
}
