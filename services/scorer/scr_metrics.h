/** @file scr_metrics.h  The scorer's metrics, see metrics.def */
#ifndef SCR_METRICS_H
#define SCR_METRICS_H

#define YH_METRICS_PREFIX scr_m_
#define YH_METRICS_FILE	  "metrics.def"
#include "metrics/define.h"

#endif
