#include "ear.h"

#include "alaw.h"
#include "dsp.h"

static const double LOUD_DBOV = -48.0;

void car_ear_init(struct car_ear *ear, int64_t hang_ms)
{
	*ear = (struct car_ear){
		.loud_rms = car_dsp_rms_of(LOUD_DBOV),
		.min_speech_ms = 200,
		.hang_ms = hang_ms,
	};
}

enum car_heard car_ear_frame(struct car_ear *ear, int64_t now_ms, double rms)
{
	if (rms < ear->loud_rms)
		return CAR_HEARD_NOTHING;
	if (!ear->in_burst) {
		ear->in_burst = true;
		ear->onset_ms = now_ms;
		ear->loud_ms = 0;
	}
	ear->last_loud_ms = now_ms;
	ear->loud_ms += CAR_FRAME_MS;
	if (ear->in_prompt || ear->loud_ms < ear->min_speech_ms)
		return CAR_HEARD_NOTHING;
	ear->in_prompt = true;
	return CAR_HEARD_START;
}

enum car_heard car_ear_tick(struct car_ear *ear, int64_t now_ms)
{
	if (!ear->in_burst || now_ms - ear->last_loud_ms < ear->hang_ms)
		return CAR_HEARD_NOTHING;
	bool was_prompt = ear->in_prompt;
	ear->in_burst = false;
	ear->in_prompt = false;
	return was_prompt ? CAR_HEARD_END : CAR_HEARD_NOTHING;
}
