/** @file besthour.c  Best hours, contract in besthour.h */
#include <stdio.h>
#include <string.h>

#include "besthour.h"

enum { HOUR_S = 3600, HOURS = 24 };

static int64_t hour_of(int64_t at_s, int64_t zone_min)
{
	int64_t h = (at_s + zone_min * 60) / HOUR_S % HOURS;

	return h < 0 ? h + HOURS : h;
}

void cmp_hour_counts_read(struct cmp_hour_counts *c, const char *text,
			  int64_t zone_min)
{
	unsigned hour, dials, answers;
	int len;

	memset(c, 0, sizeof(*c));
	while (sscanf(text, "%u %u %u%n", &hour, &dials, &answers, &len) == 3) {
		int64_t h = hour_of((int64_t)(hour % HOURS) * HOUR_S, zone_min);

		c->dials[h] += dials;
		c->answers[h] += answers;
		text += len;
		text += *text == ',';
	}
}

static double chance(const struct cmp_hour_counts *c, int64_t hour)
{
	return (c->answers[hour] + 1.0) / (c->dials[hour] + 3.0);
}

int64_t cmp_best_time(const struct cmp_hour_counts *c, int64_t earliest_s,
		      int64_t zone_min, int64_t from_min, int64_t until_min)
{
	int64_t best_s = earliest_s;
	unsigned answers = 0;
	double most;

	for (unsigned h = 0; h < HOURS; h++)
		answers += c->answers[h];
	if (!answers || from_min < 0 || until_min < 0)
		return earliest_s;
	most = chance(c, hour_of(earliest_s, zone_min));
	for (int64_t i = 1; i < HOURS; i++) {
		int64_t at_s = (earliest_s / HOUR_S + i) * HOUR_S;
		int64_t hour = hour_of(at_s, zone_min);

		if (hour * 60 < from_min || (hour + 1) * 60 > until_min ||
		    chance(c, hour) <= most)
			continue;
		most = chance(c, hour);
		best_s = at_s;
	}

	return best_s;
}
