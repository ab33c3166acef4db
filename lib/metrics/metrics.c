/** @file metrics.c  Metrics and their text form, contract in metrics.h */
#include <dirent.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "metrics/metrics.h"

static pthread_mutex_t label_lock = PTHREAD_MUTEX_INITIALIZER;

static void add(_Atomic double *v, double n)
{
	double old = atomic_load(v);

	while (!atomic_compare_exchange_weak(v, &old, old + n))
		;
}

/* Slot of a label's value; the last slot is "other". */
static unsigned slot_of(struct yh_metric *m, const char *value)
{
	unsigned i, n = atomic_load(&m->n_values);

	for (i = 0; i < n; i++) {
		if (!strcmp(m->label_values[i], value))
			return i;
	}

	pthread_mutex_lock(&label_lock);
	n = atomic_load(&m->n_values);
	for (i = 0; i < n; i++) {
		if (!strcmp(m->label_values[i], value))
			break;
	}
	if (i == n && n < YH_MAX_LABELS) {
		const char *copy = n == YH_MAX_LABELS - 1 ? yh_strdup("other")
							  : yh_strdup(value);

		if (copy) {
			m->label_values[n] = copy;
			atomic_store(&m->n_values, n + 1);
		}
	}
	pthread_mutex_unlock(&label_lock);

	return i < YH_MAX_LABELS ? i : YH_MAX_LABELS - 1;
}

void yh_metric_add(struct yh_metric *m, double n)
{
	add(&m->values[0], n);
}

void yh_metric_add_l(struct yh_metric *m, const char *value, double n)
{
	add(&m->values[slot_of(m, value)], n);
}

void yh_metric_set(struct yh_metric *m, double v)
{
	atomic_store(&m->values[0], v);
}

void yh_metric_set_l(struct yh_metric *m, const char *value, double v)
{
	atomic_store(&m->values[slot_of(m, value)], v);
}

void yh_metric_observe(struct yh_metric *m, double v)
{
	unsigned i = 0;

	while (i < m->n_bounds && v > m->bounds[i])
		i++;
	atomic_fetch_add(&m->buckets[i], 1);
	add(&m->sum, v);
}

double yh_metric_quantile(const struct yh_metric *m, double q)
{
	uint64_t total = 0, seen = 0;

	for (unsigned i = 0; i <= m->n_bounds; i++)
		total += atomic_load(&m->buckets[i]);
	for (unsigned i = 0; i <= m->n_bounds && total; i++) {
		uint64_t here = atomic_load(&m->buckets[i]);
		double lo = i ? m->bounds[i - 1] : 0;
		double rank = q * (double)total - (double)seen;

		if (here && rank <= (double)here) {
			if (i == m->n_bounds)
				return lo;
			return lo + (m->bounds[i] - lo) * rank / (double)here;
		}
		seen += here;
	}

	return 0;
}

double yh_metric_value(const struct yh_metric *m)
{
	double v = 0;

	for (unsigned i = 0; i < YH_MAX_LABELS; i++)
		v += atomic_load(&m->values[i]);

	return v;
}

/* ---- text form ----------------------------------------------------------- */

static void render_histogram(FILE *f, const struct yh_metric *m)
{
	uint64_t total = 0;

	for (unsigned i = 0; i <= m->n_bounds; i++) {
		total += atomic_load(&m->buckets[i]);
		if (i < m->n_bounds)
			fprintf(f, "%s_bucket{le=\"%g\"} %llu\n", m->name,
				m->bounds[i], (unsigned long long)total);
	}
	fprintf(f, "%s_bucket{le=\"+Inf\"} %llu\n%s_sum %.9g\n%s_count %llu\n",
		m->name, (unsigned long long)total, m->name,
		atomic_load(&m->sum), m->name, (unsigned long long)total);
}

static void render(FILE *f, const struct yh_metric *m)
{
	static const char *const kinds[] = {"counter", "gauge", "histogram"};

	fprintf(f, "# HELP %s %s\n# TYPE %s %s\n", m->name, m->help, m->name,
		kinds[m->kind]);
	if (m->kind == YH_KIND_HISTOGRAM) {
		render_histogram(f, m);
		return;
	}
	if (!m->label) {
		fprintf(f, "%s %.15g\n", m->name, atomic_load(&m->values[0]));
		return;
	}
	for (unsigned i = 0; i < atomic_load(&m->n_values); i++)
		fprintf(f, "%s{%s=\"%s\"} %.15g\n", m->name, m->label,
			m->label_values[i], atomic_load(&m->values[i]));
}

static unsigned open_fds(void)
{
	unsigned n = 0;
	DIR *d = opendir("/proc/self/fd");

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);

	return n > 3 ? n - 3 : 0;
}

static void render_process(FILE *f)
{
	static double started;
	struct rusage ru;
	struct rlimit rl = {0};
	unsigned long vsize = 0, rss = 0;
	FILE *statm = fopen("/proc/self/statm", "r");
	long page = sysconf(_SC_PAGESIZE);

	if (started == 0)
		started = (double)yh_wall_us() / 1e6;
	if (statm) {
		if (fscanf(statm, "%lu %lu", &vsize, &rss) != 2)
			vsize = rss = 0;
		fclose(statm);
	}
	getrusage(RUSAGE_SELF, &ru);
	getrlimit(RLIMIT_NOFILE, &rl);

	struct yh_metric std[] = {
		{.kind = YH_KIND_COUNTER,
		 .name = "process_cpu_seconds_total",
		 .help = "User and system CPU time"},
		{.kind = YH_KIND_GAUGE,
		 .name = "process_open_fds",
		 .help = "Open file descriptors"},
		{.kind = YH_KIND_GAUGE,
		 .name = "process_max_fds",
		 .help = "Most file descriptors"},
		{.kind = YH_KIND_GAUGE,
		 .name = "process_virtual_memory_bytes",
		 .help = "Virtual memory"},
		{.kind = YH_KIND_GAUGE,
		 .name = "process_resident_memory_bytes",
		 .help = "Resident memory"},
		{.kind = YH_KIND_GAUGE,
		 .name = "process_start_time_seconds",
		 .help = "Start since 1970-01-01 UTC"},
	};
	const double v[] = {
		(double)(ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) +
			(double)(ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) /
				1e6,
		open_fds(),
		(double)rl.rlim_cur,
		(double)vsize * (double)page,
		(double)rss * (double)page,
		started,
	};

	for (size_t i = 0; i < YH_ARRAY_LEN(std); i++) {
		yh_metric_set(&std[i], v[i]);
		render(f, &std[i]);
	}
}

char *yh_metrics_render(struct yh_metric *const *table, size_t n)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	for (size_t i = 0; i < n; i++)
		render(f, table[i]);
	render_process(f);
	fclose(f);

	return text;
}
