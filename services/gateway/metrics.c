/** @file metrics.c  The objects of metrics.def */
#define YH_METRICS_DEFINE
#include "metrics.h"
