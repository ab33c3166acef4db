/** @file metrics.c  The metrics themselves, see metrics.def */
#define YH_METRICS_DEFINE
#include "tts_metrics.h"
