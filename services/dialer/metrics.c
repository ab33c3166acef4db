/** @file metrics.c  Where the metrics live, see metrics.def */
#define YH_METRICS_DEFINE
#include "metrics.h"
