/** @file metrics.h  The gateway's metrics, table in metrics.def */
#ifndef GW_METRICS_H
#define GW_METRICS_H

#define YH_METRICS_PREFIX gw_m_
#define YH_METRICS_FILE	  "metrics.def"
#include "metrics/define.h"

#endif
