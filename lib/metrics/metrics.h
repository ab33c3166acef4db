/**
 * @file metrics.h  Counters, gauges and histograms in Prometheus' text form.
 *
 * A service declares its metrics in a table `metrics.def`:
 *
 *   YH_COUNTER(attempts, "yinhu_dialer_attempts_total",
 *              "INVITEs sent", "look at the ledger")
 *   YH_GAUGE(calls, "yinhu_dialer_calls", "Calls that are up", "-")
 *   YH_HISTOGRAM(turn, "yinhu_dialer_turn_latency_seconds", "...", "...",
 *                0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1, 1.5, 2, 3, 5)
 *   YH_COUNTER_L(findings, "yinhu_qa_findings_total", "rule", "...", "...")
 *
 * and includes metrics/define.h once with YH_METRICS_FILE set, see there.
 * One label at the most, from a closed set (64 values, then "other").
 * Updates are atomic; any thread. Names follow prometheus.io's rules.
 *
 * Source: Prometheus text exposition format 0.0.4.
 */
#ifndef YH_METRICS_H
#define YH_METRICS_H

#include <stddef.h>
#include <stdint.h>

enum yh_metric_kind { YH_KIND_COUNTER, YH_KIND_GAUGE, YH_KIND_HISTOGRAM };
enum { YH_MAX_BUCKETS = 16, YH_MAX_LABELS = 64 };

struct yh_metric {
	enum yh_metric_kind kind;
	const char *name, *help;
	const char *advice;	       /**< What to do when it rises */
	const char *label;	       /**< Name of the one label or NULL */
	double bounds[YH_MAX_BUCKETS]; /**< Upper bounds, ascending */
	unsigned n_bounds;
	/* Values: one per label value; a histogram has bounds + 1 buckets. */
	const char *label_values[YH_MAX_LABELS];
	_Atomic double values[YH_MAX_LABELS];
	_Atomic uint64_t buckets[YH_MAX_BUCKETS + 1];
	_Atomic double sum;
	_Atomic unsigned n_values;
};

/** Count up. @param n >= 0 */
void yh_metric_add(struct yh_metric *m, double n);
/** Count up for a label's value. @param value Copied at first use */
void yh_metric_add_l(struct yh_metric *m, const char *value, double n);
/** Set a gauge. */
void yh_metric_set(struct yh_metric *m, double v);
/** Set a gauge for a label's value. */
void yh_metric_set_l(struct yh_metric *m, const char *value, double v);
/** Put a value into a histogram. */
void yh_metric_observe(struct yh_metric *m, double v);
/** Value of a counter or gauge (all label values together). */
double yh_metric_value(const struct yh_metric *m);

/** Render metrics, the standard process_* set and yinhu_build_info.
 * @param table   Borrowed, shape (n)
 * @param version Borrowed @return Heap string, or NULL */
char *yh_metrics_render(struct yh_metric *const *table, size_t n,
			const char *version);

#endif
