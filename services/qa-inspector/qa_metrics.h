/** @file qa_metrics.h  The inspector's metrics, see metrics.def */
#ifndef QA_METRICS_H
#define QA_METRICS_H

#define YH_METRICS_PREFIX qa_m_
#define YH_METRICS_FILE	  "metrics.def"
#include "metrics/define.h"

#endif
