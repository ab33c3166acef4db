/**
 * @file conf.h  A service's settings: one table, checked.
 *
 * Sources in order: default, YAML file, environment YH_<NAME> (the same names
 * for all services; upper case). An unknown key, a bad type or a value out of
 * range refuses the start, naming file and line (or the variable), key, value
 * and rule. Secrets come from files
 * (keys that end in _file).
 *
 * A table is a static array of struct yh_conf_key; its values are written
 * into a struct of the service by offset.
 */
#ifndef YH_CONF_H
#define YH_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum yh_conf_type { YH_CONF_U32, YH_CONF_STR, YH_CONF_BOOL };

struct yh_conf_key {
	const char *name; /**< snake_case, unit at the end: "drain_ms" */
	enum yh_conf_type type;
	size_t offset;	   /**< In the struct: uint32_t, char * or bool */
	const char *def;   /**< As text; "" is the empty string */
	uint32_t min, max; /**< For YH_CONF_U32 */
	const char *text;  /**< For --help and the docs, with the unit */
};

#define YH_CONF_UINT(s, field, def_, min_, max_, text_)                        \
	{                                                                      \
#field, YH_CONF_U32, offsetof(s, field), def_, min_, max_,     \
			text_                                                  \
	}
#define YH_CONF_STRING(s, field, def_, text_)                                  \
	{                                                                      \
#field, YH_CONF_STR, offsetof(s, field), def_, 0, 0, text_     \
	}
#define YH_CONF_BOOLEAN(s, field, def_, text_)                                 \
	{                                                                      \
#field, YH_CONF_BOOL, offsetof(s, field), def_, 0, 0, text_    \
	}

/** Read the settings.
 *
 * @param keys  Borrowed, shape (n)
 * @param file  YAML file or NULL
 * @param conf  The struct; strings are owned by it, see yh_conf_fini
 * @param error Receives what is wrong and what to do (size bytes)
 * @return 0, YH_ERR_BAD_CONFIG
 */
int yh_conf_load(const struct yh_conf_key *keys, size_t n, const char *file,
		 void *conf, char *error, size_t size);
/** Free the strings. */
void yh_conf_fini(const struct yh_conf_key *keys, size_t n, void *conf);
/** Print every key with default, range and text, as --help does. */
void yh_conf_print_help(const struct yh_conf_key *keys, size_t n);
/** Print the settings in force as YAML (--print-config), passwords as ***. */
void yh_conf_print(const struct yh_conf_key *keys, size_t n, const void *conf);

#endif
