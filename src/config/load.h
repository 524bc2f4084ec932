/* Reads YAML text into a configuration; between config.c and libyaml.
 *
 * Private to config/ and its tests. `config` has all its defaults before; after a failure some of
 * its values may have changed, each to a valid one. Errors: ERROR_CONFIG, with the name in
 * config->origin->file, line and column.
 */
#ifndef CONFIG_LOAD_H
#define CONFIG_LOAD_H

#include "config/config.h"

enum {
    CONFIG_FILE_MAX = 1 << 20, /* bytes */
    CONFIG_EVENTS_MAX = 10000,
    CONFIG_NESTING_MAX = 16,
    CONFIG_KEY_MAX = 128, /* bytes of one name */
};

MUST_CHECK bool load_yaml(struct config *config, const void *data, size_t size,
                          struct config_warnings warnings, struct error *err);

#endif
