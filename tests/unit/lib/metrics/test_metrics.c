/** @file test_metrics.c  Mirrors lib/metrics */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/clock.h"
#include "base/mem.h"

#define YH_METRICS_DEFINE
#define YH_METRICS_PREFIX t_m_
#define YH_METRICS_FILE	  "metrics.def"
#include "metrics/define.h"

TestSuite(metrics, .timeout = 5);

Test(metrics, the_text_form_has_help_type_and_cumulative_buckets)
{
	char *text;

	yh_metric_add_l(&t_m_findings, "Q10", 2);
	yh_metric_set(&t_m_calls, 7);
	yh_metric_observe(&t_m_turn, 0.05);
	yh_metric_observe(&t_m_turn, 0.15);
	yh_metric_observe(&t_m_turn, 9);
	text = yh_metrics_render(t_m_table, t_m_count, "1.2.3");
	cr_assert_not_null(text);
	cr_assert(strstr(text, "# TYPE yinhu_test_findings_total counter\n"));
	cr_assert(strstr(text, "yinhu_test_findings_total{rule=\"Q10\"} 2\n"));
	cr_assert(strstr(text, "yinhu_test_calls 7\n"));
	cr_assert(strstr(text, "yinhu_test_turn_seconds_bucket{le=\"0.2\"} 2"));
	cr_assert(strstr(text, "_bucket{le=\"+Inf\"} 3\n"));
	cr_assert(strstr(text, "yinhu_test_turn_seconds_count 3\n"));
	cr_assert(strstr(text, "process_resident_memory_bytes "));
	cr_assert(strstr(text, "yinhu_build_info{version=\"1.2.3\"} 1\n"));
	cr_assert_eq(text[strlen(text) - 1], '\n');
	yh_free(text);
}

Test(metrics, labels_beyond_the_bound_become_other)
{
	char label[16];

	for (int i = 0; i < 200; i++) {
		snprintf(label, sizeof(label), "R%d", i);
		yh_metric_add_l(&t_m_findings, label, 1);
	}
	cr_assert_eq(t_m_findings.n_values, YH_MAX_LABELS);
	cr_assert_str_eq(t_m_findings.label_values[YH_MAX_LABELS - 1], "other");
	cr_assert_float_eq(yh_metric_value(&t_m_findings), 200, 1e-9);
}

Test(metrics, a_label_with_quotes_and_line_ends_stays_one_line)
{
	char *text;

	yh_metric_add_l(&t_m_findings, "a\"b\\c\nd", 1);
	text = yh_metrics_render(t_m_table, t_m_count, "-");
	cr_assert(strstr(text, "findings_total{rule=\"a\\\"b\\\\c\\nd\"} 1\n"));
	yh_free(text);
}

static double value_of(const char *text, const char *name)
{
	const char *p = strstr(text, name);

	return p ? strtod(p + strlen(name), NULL) : -1;
}

Test(metrics, the_start_time_is_that_of_the_process_not_of_the_first_look)
{
	double before = (double)yh_wall_us() / 1e6;
	char *text = yh_metrics_render(t_m_table, t_m_count, "-");
	double start = value_of(text, "\nprocess_start_time_seconds ");

	cr_assert_leq(start, before);
	cr_assert_geq(start, before - 60);
	cr_assert_geq(value_of(text, "\nprocess_threads "), 1);
	yh_free(text);
}
