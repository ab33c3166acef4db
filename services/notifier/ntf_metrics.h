/** @file ntf_metrics.h  The notifier's metrics, see metrics.def */
#ifndef NTF_METRICS_H
#define NTF_METRICS_H

#define YH_METRICS_PREFIX ntf_m_
#define YH_METRICS_FILE	  "metrics.def"
#include "metrics/define.h"

#endif
