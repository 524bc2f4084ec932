/* Secrets: taken from the environment, else from the file that the option's *_file names, else left
 * as config.yaml gave them.
 *
 * Private to config/. No secret ever enters a message. Errors: ERROR_CONFIG, a file that others can
 * read, is missing, empty or too long.
 */
#ifndef CONFIG_SECRETS_H
#define CONFIG_SECRETS_H

#include "config/config.h"

MUST_CHECK bool secrets_load(struct config *config, const char *project, struct error *err);

#endif
