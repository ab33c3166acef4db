/**
 * @file yaml_file.h  Files that a bank may replace: libcyaml, one way.
 *
 * A fault is told with file, line and column. What a schema cannot say is
 * checked after the load; yh_yaml_where() gives such a fault its place.
 */
#ifndef YH_CONF_YAML_FILE_H
#define YH_CONF_YAML_FILE_H

#include <cyaml/cyaml.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/** @param out   Receives what the schema describes, see yh_yaml_free
 * @param error Receives what is wrong, "" on 0 (size bytes)
 * @return 0, YH_ERR_BAD_CONFIG (an empty file is one) */
int yh_yaml_load(const char *path, const cyaml_schema_value_t *schema,
		 void **out, char *error, size_t size);
/** @param data Taken, may be NULL */
void yh_yaml_free(const cyaml_schema_value_t *schema, void *data);

/** The same of a file that is a list.
 * @param out Receives its first item @param n Receives how many */
int yh_yaml_load_list(const char *path, const cyaml_schema_value_t *schema,
		      void **out, unsigned *n, char *error, size_t size);
/** @param list Taken, may be NULL, shape (n) */
void yh_yaml_free_list(const cyaml_schema_value_t *schema, void *list,
		       unsigned n);

/* ---- what a schema cannot say ----------------------------------------------
 */

/** Where a fault is told. */
struct yh_fault {
	char *error; /**< Receives it (size bytes) */
	size_t size;
};

/** Tell one. @return YH_ERR_BAD_CONFIG */
__attribute__((format(printf, 2, 3))) int yh_fault(struct yh_fault *fault,
						   const char *fmt, ...);

/** A uint32_t of an item that may be left out. */
struct yh_yaml_number {
	const char *key;
	size_t offset;
	uint32_t usual, min, max;
};

#define YH_YAML_NUMBER(type, field, usual, min, max)                           \
	{                                                                      \
#field, offsetof(type, field), usual, min, max                 \
	}

/** Put in what was left out (0), refuse what is out of its range.
 * @param what The item in a fault's text: "pool a"
 * @param list shape (n) @return 0, YH_ERR_BAD_CONFIG */
int yh_yaml_numbers(void *item, const char *what,
		    const struct yh_yaml_number *list, size_t n,
		    struct yh_fault *fault);

/** Write "PATH:LINE:COLUMN: " of an item of a list, for a fault's text. A file
 * that cannot be read again gives "PATH: ".
 * @param list Key of the list in the file's mapping @param i From 0
 * @return Length of the text in buf */
size_t yh_yaml_where(const char *path, const char *list, unsigned i, char *buf,
		     size_t size);

#endif
