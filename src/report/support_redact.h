/* Texts without secrets, for what leaves the house.
 *
 * Known secrets (those in force; those in the environment; whatever stands in config.yaml behind
 * the name of a secret, also when the file can not be loaded or something else has won; the files
 * that it names) are replaced by *** wherever they stand, in any case of letters, plain or as JSON
 * or a URL would write them. Besides, whatever looks like an address loses its password, the
 * secrets of its query, and the path of a Slack webhook. Hiding too much is the safe side.
 * Ownership: redactor_finish takes a zeroed one and wipes what it held. One thread. Errors:
 * ERROR_MEMORY; then nothing may be given out.
 */
#ifndef REPORT_SUPPORT_REDACT_H
#define REPORT_SUPPORT_REDACT_H

#include "config/config.h"

struct redactor {
    char **needles; /* longest first */
    size_t count;
    bool failed;
};

/* `config` may be NULL (it can not be loaded); `root` is the project folder. */
MUST_CHECK bool redactor_init(struct redactor *redactor, const struct config *config,
                              const char *root, struct error *err);
void redactor_finish(struct redactor *redactor);

/* Appends `text` without secrets. */
MUST_CHECK bool redactor_append(const struct redactor *redactor, const char *text, size_t size,
                                struct buffer *out, struct error *err);

#endif
