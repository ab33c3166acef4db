/** @file metrics.c  Defines the metrics of dialog. */
#define YH_METRICS_DEFINE
#include "metrics.h"
