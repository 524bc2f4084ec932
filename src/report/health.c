/* Results of a health check as lines, as JSON, and as files.
 *
 * The checks themselves are in cmd/, because they use everything there is; here nothing is looked
 * at. The surprising thing: an error of this program names object, value and remedy in one
 * sentence, so it is cut in two at its last "; " to become what was seen and what to do.
 */
#include "report/health.h"

#include "base/text.h"
#include "platform/clock.h"
#include "report/wrapped_text.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STATE_WIDTH = 6, CHECK_WIDTH = 16 };

static const struct state_row {
    const char *name;
    const char *color; /* SGR of a terminal */
    const char *singular, *plural;
} state_rows[HEALTH_STATE_COUNT] = {
    [HEALTH_OK] = {"OK", "32", "OK", "OK"},
    [HEALTH_WARN] = {"WARN", "33", "warning", "warnings"},
    [HEALTH_FAIL] = {"FAIL", "1;31", "failed", "failed"},
    [HEALTH_SKIP] = {"SKIP", "2", "skipped", "skipped"},
};

struct health_result *health_add(struct health_report *report, const char *check)
{
    assert(report->count < HEALTH_RESULTS_MAX && strlen(check) < CHECK_WIDTH);
    struct health_result *result = &report->results[report->count++];
    *result = (struct health_result){.check = check, .state = HEALTH_OK};
    return result;
}

void health_set(struct health_result *result, enum health_state state, const char *format, ...)
{
    va_list arguments;
    result->state = state;
    va_start(arguments, format);
    vsnprintf(result->seen, sizeof result->seen, format, arguments);
    va_end(arguments);
    text_make_plain(result->seen);
}

void health_set_remedy(struct health_result *result, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(result->remedy, sizeof result->remedy, format, arguments);
    va_end(arguments);
    text_make_plain(result->remedy);
}

static const char *last_semicolon(const char *text)
{
    const char *last = NULL;
    for (const char *at = strstr(text, "; "); at; at = strstr(at + 1, "; "))
        last = at;
    return last;
}

void health_set_error(struct health_result *result, enum health_state state,
                      const struct error *err)
{
    const char *end = last_semicolon(err->message);
    size_t length = end ? (size_t)(end - err->message) : strlen(err->message);
    health_set(result, state, "%.*s", (int)length, err->message);
    health_set_remedy(result, "%s", end ? end + 2 : "");
}

void health_add_figure(struct health_result *result, const char *name, double value)
{
    if (result->figure_count < HEALTH_FIGURES_MAX)
        result->figures[result->figure_count++] = (struct health_figure){name, value};
}

int health_count(const struct health_report *report, enum health_state state)
{
    int count = 0;
    for (size_t i = 0; i < report->count; i++)
        count += report->results[i].state == state;
    return count;
}

/* ---- for people */

void health_append_total(const struct health_report *report, struct buffer *out)
{
    bool first = true;
    for (int state = 0; state < HEALTH_STATE_COUNT; state++) {
        int count = health_count(report, (enum health_state)state);
        if (count == 0)
            continue;
        buffer_append_format(out, "%s%d %s", first ? "" : ", ", count,
                             count == 1 ? state_rows[state].singular : state_rows[state].plural);
        first = false;
    }
}

void health_append_result(const struct health_result *result, bool color, struct buffer *out)
{
    const struct state_row *row = &state_rows[result->state];
    if (color)
        buffer_append_format(out, "\033[%sm%s\033[0m%*s", row->color, row->name,
                             STATE_WIDTH - (int)strlen(row->name), "");
    else
        buffer_append_format(out, "%-*s", STATE_WIDTH, row->name);
    buffer_append_format(out, "%-*s", CHECK_WIDTH, result->check);
    wrapped_append(out, result->seen, STATE_WIDTH + CHECK_WIDTH);
    if (!*result->remedy)
        return;
    buffer_append_format(out, "%*s-> ", STATE_WIDTH + CHECK_WIDTH, "");
    wrapped_append(out, result->remedy, STATE_WIDTH + CHECK_WIDTH + 3);
}

/* ---- for programs */

static json_t *result_to_json(const struct health_result *result)
{
    json_t *figures = json_object();
    for (int i = 0; i < result->figure_count; i++) {
        double value = result->figures[i].value;
        json_object_set_new(figures, result->figures[i].name,
                            isfinite(value) ? json_real(value) : json_null());
    }
    json_t *object = json_pack("{s:s, s:s, s:o}", "check", result->check, "state",
                               state_rows[result->state].name, "figures", figures);
    /* A text of the outside world may be no UTF-8; the result stands all the same. */
    json_t *seen = json_string(result->seen), *remedy = json_string(result->remedy);
    json_object_set_new(object, "seen", seen ? seen : json_string("(not UTF-8)"));
    json_object_set_new(object, "remedy", remedy ? remedy : json_string("(not UTF-8)"));
    return object;
}

json_t *health_to_json(const struct health_report *report)
{
    char stamp[CLOCK_TEXT_SIZE];
    clock_format_iso8601(report->utc_ms, false, stamp);
    int failed = health_count(report, HEALTH_FAIL), warned = health_count(report, HEALTH_WARN);
    const char *verdict = state_rows[failed ? HEALTH_FAIL : warned ? HEALTH_WARN : HEALTH_OK].name;
    json_t *checks = json_array();
    for (size_t i = 0; i < report->count; i++)
        json_array_append_new(checks, result_to_json(&report->results[i]));
    json_t *project = json_string(report->project);
    return json_pack("{s:i, s:s, s:o, s:s, s:i, s:i, s:i, s:i, s:o}", "schema", HEALTH_SCHEMA, "ts",
                     stamp, "project", project ? project : json_string("(not UTF-8)"), "verdict",
                     verdict, "ok", health_count(report, HEALTH_OK), "warnings", warned, "failed",
                     failed, "skipped", health_count(report, HEALTH_SKIP), "checks", checks);
}

/* ---- files */

static bool write_file(const char *folder, const char *name, const char *text, struct error *err)
{
    char path[PATH_SIZE];
    return path_join(path, sizeof path, folder, name, err) &&
           file_replace(path, text, strlen(text), false, err);
}

static bool write_json(const struct health_report *report, const char *folder, const char *name,
                       struct error *err)
{
    json_t *value = health_to_json(report);
    char *text = value ? json_dumps(value, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) : NULL;
    bool good = text ? write_file(folder, name, text, err)
                     : error_set(err, ERROR_MEMORY, "no memory for the health report");
    free(text);
    json_decref(value);
    return good;
}

static bool write_text(const struct health_report *report, const char *folder, const char *name,
                       struct error *err)
{
    struct buffer text = {0};
    char stamp[CLOCK_TEXT_SIZE];
    clock_format_iso8601(report->utc_ms, false, stamp);
    buffer_append_format(&text, "leakwatch health, %s, project %s\n\n", stamp, report->project);
    for (size_t i = 0; i < report->count; i++)
        health_append_result(&report->results[i], false, &text);
    buffer_append_text(&text, "\n");
    health_append_total(report, &text);
    buffer_append_text(&text, "\n");
    bool good = buffer_check(&text, err) && write_file(folder, name, buffer_text(&text), err);
    buffer_finish(&text);
    return good;
}

bool health_save(const struct health_report *report, const char *folder,
                 char ret_name[HEALTH_NAME_SIZE], struct error *err)
{
    char stamp[CLOCK_TEXT_SIZE], json_name[HEALTH_NAME_SIZE], text_name[HEALTH_NAME_SIZE];
    clock_format_stamp(report->utc_ms, false, stamp);
    snprintf(json_name, sizeof json_name, "health_%s.json", stamp);
    snprintf(text_name, sizeof text_name, "health_%s.txt", stamp);
    if (!folder_create(folder, true, err) || !write_text(report, folder, text_name, err) ||
        !write_json(report, folder, json_name, err))
        return false;
    memcpy(ret_name, json_name, sizeof json_name);
    return true;
}
