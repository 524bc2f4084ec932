/* What no row can check alone: options that must fit each other.
 *
 * Private to config/. Errors: as those of a single value, placed at the option that is to be
 * changed.
 */
#ifndef CONFIG_CHECK_H
#define CONFIG_CHECK_H

#include "config/config.h"

/* Refuses what cannot work; warns of what is ignored on this system. */
MUST_CHECK bool check_options(const struct config *config, struct config_warnings warnings,
                              struct error *err);

#endif
