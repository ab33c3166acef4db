/** @file metrics.c  The metrics of metrics.def as objects */
#define YH_METRICS_DEFINE
#include "qa_metrics.h"
