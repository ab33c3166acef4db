/** @file metrics.h  asr-gateway's metrics, from metrics.def */
#ifndef ASR_METRICS_H
#define ASR_METRICS_H

#define YH_METRICS_PREFIX asr_m_
#define YH_METRICS_FILE	  "metrics.def"
#include "metrics/define.h"

#endif
