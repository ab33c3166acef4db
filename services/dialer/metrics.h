/** @file metrics.h  The dialer's metrics, see metrics.def */
#ifndef DIAL_METRICS_H
#define DIAL_METRICS_H

#define YH_METRICS_PREFIX dial_m_
#define YH_METRICS_FILE	  "metrics.def"
#include "metrics/define.h"

#endif
