/* `leakwatch support`: one zip with what somebody needs who is asked for help.
 *
 * Program and computer, the configuration in force, alarms, the model's figures, names and sizes of
 * files, and the ends of the logs: every text goes through the redactor (support_redact.h). No
 * pictures unless asked; then the evidence of the last days, within bounds. config.yaml itself
 * stays out. A part that can not be read becomes a line in problems.txt: whoever needs help has
 * something that is broken. The file appears whole or not at all (0600) and replaces nothing.
 * Ownership: the report holds no memory. Errors: ERROR_INPUT, `path` exists or has no folder;
 * ERROR_MEMORY; ERROR_CANCELLED; ERROR_SPACE / ERROR_IO.
 */
#ifndef REPORT_SUPPORT_H
#define REPORT_SUPPORT_H

#include "base/buffer.h"
#include "config/config.h"
#include "config/project.h"

#include <stdint.h>

enum { SUPPORT_ENTRIES_MAX = 16 };

struct support_request {
    const char *path;            /* of the zip */
    const struct config *config; /* the defaults when it can not be loaded */
    const char *config_problem;  /* why it could not; else NULL */
    const struct project *project;
    const char *version; /* a few lines about the program */
    bool monitor_runs;
    bool with_pictures;
    int64_t now_utc_ms;
    bool (*goes_on)(void *context); /* false: stop */
    void *context;
};

struct support_entry {
    const char *name, *what; /* static texts */
    size_t bytes;
};

struct support_report {
    size_t entry_count; /* without the pictures */
    struct support_entry entries[SUPPORT_ENTRIES_MAX];
    size_t pictures, pictures_left_out; /* for want of room, or gone */
    size_t problems;
    uint64_t bytes; /* of the zip */
};

MUST_CHECK bool support_make(const struct support_request *request,
                             struct support_report *ret_report, struct error *err);

#endif
