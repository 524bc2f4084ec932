/* What a health check found, one result a check, and the ways to show and keep it.
 *
 * A result says what was seen and, where something is to be done, the remedy. Figures are for
 * programs; people find them in the text. Ownership: the caller's structs, which hold everything by
 * value but the names of checks and figures (literals). One thread at a time.
 */
#ifndef REPORT_HEALTH_H
#define REPORT_HEALTH_H

#include "base/buffer.h"
#include "platform/file.h"

#include <jansson.h>
#include <stdint.h>

enum health_state { HEALTH_OK, HEALTH_WARN, HEALTH_FAIL, HEALTH_SKIP, HEALTH_STATE_COUNT };

enum {
    HEALTH_SCHEMA = 1, /* version of the layout of health_….json */
    HEALTH_RESULTS_MAX = 32,
    HEALTH_FIGURES_MAX = 8,
    HEALTH_SEEN_SIZE = 1024,
    HEALTH_REMEDY_SIZE = 512,
};

struct health_figure {
    const char *name; /* unit last: "free_bytes" */
    double value;
};

struct health_result {
    const char *check; /* at most 15 bytes */
    enum health_state state;
    char seen[HEALTH_SEEN_SIZE];
    char remedy[HEALTH_REMEDY_SIZE]; /* "" = nothing to do */
    int figure_count;
    struct health_figure figures[HEALTH_FIGURES_MAX];
};

struct health_report {
    int64_t utc_ms;          /* when it began */
    char project[PATH_SIZE]; /* the folder, as the person named it */
    size_t count;
    struct health_result results[HEALTH_RESULTS_MAX];
};

/* The next result of a report, OK and empty; asserts that there is room. */
struct health_result *health_add(struct health_report *report, const char *check);

void health_set(struct health_result *result, enum health_state state, const char *format, ...)
    PRINTF_LIKE(3, 4);
void health_set_remedy(struct health_result *result, const char *format, ...) PRINTF_LIKE(2, 3);
/* From an error of this program, which has its remedy behind the last "; ". */
void health_set_error(struct health_result *result, enum health_state state,
                      const struct error *err);
/* Not-a-number and infinity become null in JSON; figures beyond the limit are left out. */
void health_add_figure(struct health_result *result, const char *name, double value);

int health_count(const struct health_report *report, enum health_state state);
/* "12 OK, 1 warning, 2 failed, 3 skipped" */
void health_append_total(const struct health_report *report, struct buffer *out);
/* "FAIL  camera          what was seen", and the remedy indented on a line of its own. */
void health_append_result(const struct health_result *result, bool color, struct buffer *out);

json_t *health_to_json(const struct health_report *report); /* NULL without memory */

/* Writes health_<stamp>.json and .txt into `folder`, each whole or not at all; makes the folder
 * where it is missing. `ret_name` is the first one's name in the folder. */
enum { HEALTH_NAME_SIZE = 64 };
MUST_CHECK bool health_save(const struct health_report *report, const char *folder,
                            char ret_name[HEALTH_NAME_SIZE], struct error *err);

#endif
