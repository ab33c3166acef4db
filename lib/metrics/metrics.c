/** @file metrics.c  Metrics and their text form, contract in metrics.h */
#include <dirent.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
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

/* A label's value may be a name that the bank gave: a trunk, a pool. */
static void put_escaped(FILE *f, const char *text)
{
	for (; *text; text++) {
		if (*text == '\\' || *text == '"')
			fputc('\\', f);
		if (*text == '\n')
			fputs("\\n", f);
		else
			fputc(*text, f);
	}
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
	for (unsigned i = 0; i < atomic_load(&m->n_values); i++) {
		fprintf(f, "%s{%s=\"", m->name, m->label);
		put_escaped(f, m->label_values[i]);
		fprintf(f, "\"} %.15g\n", atomic_load(&m->values[i]));
	}
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

/* What proc(5) says of this process in its fields 20 to 24. */
struct proc_stat {
	long threads;
	unsigned long long start; /* since boot [clock ticks] */
	unsigned long vsize;	  /* [bytes] */
	long rss;		  /* [pages] */
};

static void read_stat(struct proc_stat *st)
{
	char text[1024];
	FILE *f = fopen("/proc/self/stat", "r");
	size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;
	const char *p;

	memset(st, 0, sizeof(*st));
	if (f)
		fclose(f);
	text[n] = '\0';
	p = strrchr(text, ')'); /* the name before it may hold anything */
	if (!p || sscanf(p + 1,
			 " %*c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s "
			 "%*s %*s %*s %*s %*s %ld %*s %llu %lu %ld",
			 &st->threads, &st->start, &st->vsize, &st->rss) != 4)
		memset(st, 0, sizeof(*st));
}

/* Since 1970 [s]; a step of the wall clock moves it, as it moves `now`. */
static double start_time(const struct proc_stat *st)
{
	struct timespec up;

	clock_gettime(CLOCK_BOOTTIME, &up);

	return (double)yh_wall_us() / 1e6 - (double)up.tv_sec -
	       (double)up.tv_nsec / 1e9 +
	       (double)st->start / (double)sysconf(_SC_CLK_TCK);
}

static double seconds(const struct timeval *tv)
{
	return (double)tv->tv_sec + (double)tv->tv_usec / 1e6;
}

static void render_process(FILE *f)
{
	struct proc_stat st;
	struct rusage ru;
	struct rlimit rl = {0};

	read_stat(&st);
	getrusage(RUSAGE_SELF, &ru);
	getrlimit(RLIMIT_NOFILE, &rl);

	const struct yh_metric std[] = {
		{.kind = YH_KIND_COUNTER,
		 .name = "process_cpu_seconds_total",
		 .help = "User and system CPU time",
		 .values = {seconds(&ru.ru_utime) + seconds(&ru.ru_stime)}},
		{.kind = YH_KIND_GAUGE,
		 .name = "process_open_fds",
		 .help = "Open file descriptors",
		 .values = {open_fds()}},
		{.kind = YH_KIND_GAUGE,
		 .name = "process_max_fds",
		 .help = "Most file descriptors",
		 .values = {(double)rl.rlim_cur}},
		{.kind = YH_KIND_GAUGE,
		 .name = "process_threads",
		 .help = "Threads",
		 .values = {(double)st.threads}},
		{.kind = YH_KIND_GAUGE,
		 .name = "process_virtual_memory_bytes",
		 .help = "Virtual memory",
		 .values = {(double)st.vsize}},
		{.kind = YH_KIND_GAUGE,
		 .name = "process_resident_memory_bytes",
		 .help = "Resident memory",
		 .values = {(double)st.rss * (double)sysconf(_SC_PAGESIZE)}},
		{.kind = YH_KIND_GAUGE,
		 .name = "process_start_time_seconds",
		 .help = "Start since 1970-01-01 UTC",
		 .values = {start_time(&st)}},
	};

	for (size_t i = 0; i < YH_ARRAY_LEN(std); i++)
		render(f, &std[i]);
}

static void render_build(FILE *f, const char *version)
{
	struct yh_metric build = {.kind = YH_KIND_GAUGE,
				  .name = "yinhu_build_info",
				  .help = "1; the version that runs",
				  .label = "version",
				  .label_values = {version},
				  .values = {1},
				  .n_values = 1};

	render(f, &build);
}

char *yh_metrics_render(struct yh_metric *const *table, size_t n,
			const char *version)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	for (size_t i = 0; i < n; i++)
		render(f, table[i]);
	render_process(f);
	render_build(f, version);
	fclose(f);

	return text;
}
