/**
 * @file define.h  Turns a metrics.def into objects. No include guard.
 *
 *   // metrics.h of a service
 *   #define YH_METRICS_FILE "metrics.def"
 *   #include "metrics/define.h"     // extern struct yh_metric dial_m_attempts
 *
 * In exactly one .c file, before the include: #define YH_METRICS_DEFINE.
 * YH_METRICS_PREFIX names the objects, e.g. `dial_m_`; that file also gets
 * `<prefix>table` and `<prefix>count`.
 */
#include "metrics/metrics.h"

#define YH_M_CAT_(a, b) a##b
#define YH_M_CAT(a, b)	YH_M_CAT_(a, b)
#define YH_M(name)	YH_M_CAT(YH_METRICS_PREFIX, name)

#ifdef YH_METRICS_DEFINE
#define YH_COUNTER(n, name_, help_, advice_)                                   \
	struct yh_metric YH_M(n) = {.kind = YH_KIND_COUNTER,                   \
				    .name = name_,                             \
				    .help = help_,                             \
				    .advice = advice_};
#define YH_COUNTER_L(n, name_, label_, help_, advice_)                         \
	struct yh_metric YH_M(n) = {.kind = YH_KIND_COUNTER,                   \
				    .name = name_,                             \
				    .label = label_,                           \
				    .help = help_,                             \
				    .advice = advice_};
#define YH_GAUGE(n, name_, help_, advice_)                                     \
	struct yh_metric YH_M(n) = {.kind = YH_KIND_GAUGE,                     \
				    .name = name_,                             \
				    .help = help_,                             \
				    .advice = advice_};
#define YH_GAUGE_L(n, name_, label_, help_, advice_)                           \
	struct yh_metric YH_M(n) = {.kind = YH_KIND_GAUGE,                     \
				    .name = name_,                             \
				    .label = label_,                           \
				    .help = help_,                             \
				    .advice = advice_};
#define YH_HISTOGRAM(n, name_, help_, advice_, ...)                            \
	struct yh_metric YH_M(n) = {                                           \
		.kind = YH_KIND_HISTOGRAM,                                     \
		.name = name_,                                                 \
		.help = help_,                                                 \
		.advice = advice_,                                             \
		.bounds = {__VA_ARGS__},                                       \
		.n_bounds = sizeof((double[]){__VA_ARGS__}) / sizeof(double)};
#include YH_METRICS_FILE
#undef YH_COUNTER
#undef YH_COUNTER_L
#undef YH_GAUGE
#undef YH_GAUGE_L
#undef YH_HISTOGRAM
#define YH_COUNTER(n, ...)   &YH_M(n),
#define YH_COUNTER_L(n, ...) &YH_M(n),
#define YH_GAUGE(n, ...)     &YH_M(n),
#define YH_GAUGE_L(n, ...)   &YH_M(n),
#define YH_HISTOGRAM(n, ...) &YH_M(n),
struct yh_metric *const YH_M(table)[] = {
#include YH_METRICS_FILE
};
const size_t YH_M(count) = sizeof(YH_M(table)) / sizeof(YH_M(table)[0]);
#else
#define YH_COUNTER(n, ...)   extern struct yh_metric YH_M(n);
#define YH_COUNTER_L(n, ...) extern struct yh_metric YH_M(n);
#define YH_GAUGE(n, ...)     extern struct yh_metric YH_M(n);
#define YH_GAUGE_L(n, ...)   extern struct yh_metric YH_M(n);
#define YH_HISTOGRAM(n, ...) extern struct yh_metric YH_M(n);
#include YH_METRICS_FILE
extern struct yh_metric *const YH_M(table)[];
extern const size_t YH_M(count);
#endif
#undef YH_COUNTER
#undef YH_COUNTER_L
#undef YH_GAUGE
#undef YH_GAUGE_L
#undef YH_HISTOGRAM
