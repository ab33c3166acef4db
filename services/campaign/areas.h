/**
 * @file areas.h  Which clocks a number's owner may live by.
 *
 * Pure but for loading. Mainland numbers follow Asia/Shanghai unless the file
 * says otherwise; a country with several zones or summer time is the range of
 * its offsets, and a call must be within the hours on all of them. A foreign
 * number of no listed area is unknown, and what is unknown denies.
 */
#ifndef CMP_AREAS_H
#define CMP_AREAS_H

#include <stdbool.h>
#include <stddef.h>

enum { CMP_ZONE_TEXT = sizeof("+06:00/+08:00") };

struct cmp_areas;

struct cmp_zone {
	int from_min, to_min; /**< Ahead of UTC [min], or both CMP_UNKNOWN */
	bool blind;	      /**< Must not be called at all */
};

/** @param error Receives a text for people (size bytes) on error
 * @return 0, YH_ERR_BAD_CONFIG */
int cmp_areas_load(struct cmp_areas **out, const char *path, char *error,
		   size_t size);
/** The zone of a number by its longest listed prefix.
 * @param areas NULL: only the mainland is known
 * @param number Digits as dialled at home ("13800000000", "0991..."), or
 * "+852..." */
struct cmp_zone cmp_areas_zone(const struct cmp_areas *areas,
			       const char *number);
/** "+08:00" or "+06:00/+08:00". @return 0, -EINVAL */
int cmp_zone_read(const char *text, struct cmp_zone *out);
/** The other way round. @param[out] out Empty when the zone is unknown */
void cmp_zone_print(const struct cmp_zone *zone, char out[CMP_ZONE_TEXT]);
/** @param areas Taken, may be NULL */
void cmp_areas_destroy(struct cmp_areas *areas);

#endif
