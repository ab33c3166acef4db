/** @file metrics.c  The objects behind metrics.def. */
#define YH_METRICS_DEFINE
#include "metrics.h"
