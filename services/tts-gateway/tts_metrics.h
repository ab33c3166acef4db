/** @file tts_metrics.h  The service's metrics, see metrics.def */
#ifndef TTS_METRICS_H
#define TTS_METRICS_H

#define YH_METRICS_PREFIX tts_m_
#define YH_METRICS_FILE	  "metrics.def"
#include "metrics/define.h"

#endif
