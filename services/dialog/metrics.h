/** @file metrics.h  The metrics of dialog; the table is metrics.def. */
#ifndef DLG_METRICS_H
#define DLG_METRICS_H

#define YH_METRICS_PREFIX dlg_m_
#define YH_METRICS_FILE	  "metrics.def"
#include "metrics/define.h"

#endif
