/* What no row can check alone: options that must fit each other.
 *
 * Private to config/. Errors: as those of a single value, placed at the option that is to be
 * changed.
 */
#ifndef CONFIG_CHECK_H
#define CONFIG_CHECK_H

#include "config/config.h"

MUST_CHECK bool check_options(const struct config *config, struct error *err);

#endif
