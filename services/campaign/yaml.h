/** @file yaml.h  The files that a bank may replace: libcyaml, one way. */
#ifndef CMP_YAML_H
#define CMP_YAML_H

#include <cyaml/cyaml.h>
#include <stddef.h>

#include "base/err.h"

/** @param error Receives what is wrong (size bytes)
 * @return 0, YH_ERR_BAD_CONFIG */
int cmp_yaml_load(const char *path, const cyaml_schema_value_t *schema,
		  void **out, char *error, size_t size);
/** @param data Taken, may be NULL */
void cmp_yaml_free(const cyaml_schema_value_t *schema, void *data);

#endif
