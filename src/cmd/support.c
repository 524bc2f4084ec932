/* `leakwatch support`: the archive that is sent when asking for help.
 *
 * It has to work when things are broken, so it loads the project by itself: with a configuration
 * that can not be loaded the archive holds the reason and what lies where the defaults say.
 */
#include "report/support.h"
#include "cmd/commands.h"
#include "cmd/output.h"
#include "model/compute.h"
#include "model/model_set.h"
#include "monitor/presence.h"
#include "platform/clock.h"
#include "platform/signal.h"
#include "sink/record.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct session {
    const struct invocation *invocation;
    struct config *config;
    struct error config_problem;
    bool config_failed;
    struct project project;
    char path[PATH_SIZE];
    char version[512];
    struct support_report report;
};

static bool goes_on(void *context)
{
    (void)context;
    return !stop_requested();
}

static bool load(struct session *session, struct error *err)
{
    const struct invocation *invocation = session->invocation;
    const struct config_warnings no_warnings = {0};
    if (!project_check(invocation->project_root, err))
        return false;
    session->config = config_load(invocation->project_root, invocation->overrides, no_warnings,
                                  &session->config_problem);
    if (!session->config) {
        session->config_failed = true;
        session->config = config_default(err);
    }
    return session->config &&
           project_resolve(invocation->project_root, session->config, &session->project, err);
}

static bool choose_path(struct session *session, int64_t now_utc_ms, struct error *err)
{
    char name[96], stamp[CLOCK_TEXT_SIZE];
    const struct invocation *invocation = session->invocation;
    if (invocation_has(invocation, "output")) {
        const char *output = invocation_text(invocation, "output", "");
        return path_join(session->path, PATH_SIZE, "", output, err);
    }
    clock_format_stamp(now_utc_ms, false, stamp);
    snprintf(name, sizeof name, "leakwatch-support-%s.zip", stamp);
    const char *root = strcmp(session->project.root, ".") == 0 ? "" : session->project.root;
    return path_join(session->path, PATH_SIZE, root, name, err);
}

static void describe_version(struct session *session)
{
    struct compute_info compute = compute_describe();
    snprintf(session->version, sizeof session->version,
             "leakwatch: %s\ncompute: %s, %s\nlayouts: config %d, records %d, model %d\n",
             LEAKWATCH_VERSION, compute.library, compute.isa, CONFIG_SCHEMA, RECORD_SCHEMA,
             MODEL_FORMAT_VERSION);
}

static bool make(struct session *session, struct error *err)
{
    struct error ignored;
    bool monitor_runs = false;
    int64_t now_utc_ms = clock_wall_utc_ms();
    describe_version(session);
    if (!choose_path(session, now_utc_ms, err))
        return false;
    if (!presence_look(&session->project, &monitor_runs, &ignored))
        monitor_runs = false;
    struct support_request request = {
        .path = session->path,
        .config = session->config,
        .config_problem = session->config_failed ? session->config_problem.message : NULL,
        .project = &session->project,
        .version = session->version,
        .monitor_runs = monitor_runs,
        .with_pictures = invocation_has(session->invocation, "with-pictures"),
        .now_utc_ms = now_utc_ms,
        .goes_on = goes_on};
    return support_make(&request, &session->report, err);
}

static bool print_text(const struct session *session, struct error *err)
{
    struct buffer out = {0};
    const struct support_report *report = &session->report;
    buffer_append_format(&out, "made %s, %.0f kB. It holds\n", session->path,
                         ceil((double)report->bytes / 1e3));
    for (size_t i = 0; i < report->entry_count; i++)
        buffer_append_format(&out, "  %-15s %s\n", report->entries[i].name,
                             report->entries[i].what);
    if (report->pictures > 0)
        buffer_append_format(&out,
                             "  %zu picture%s of alarms of the last 3 days; they may show "
                             "people\n",
                             report->pictures, report->pictures == 1 ? "" : "s");
    else
        buffer_append_text(&out, "  no pictures\n");
    if (report->pictures_left_out > 0)
        buffer_append_format(&out, "  (%zu more are gone, or there was no room for them)\n",
                             report->pictures_left_out);
    buffer_append_text(&out, "secrets are replaced by ***; look through it before you send it\n");
    bool good = output_write(&out, err);
    buffer_finish(&out);
    return good;
}

static json_t *entries_json(const struct support_report *report)
{
    json_t *entries = json_array();
    for (size_t i = 0; entries && i < report->entry_count; i++) {
        const struct support_entry *entry = &report->entries[i];
        json_t *value = json_pack("{s:s, s:I, s:s}", "name", entry->name, "bytes",
                                  (json_int_t)entry->bytes, "what", entry->what);
        if (json_array_append_new(entries, value) != 0) {
            json_decref(entries);
            return NULL;
        }
    }
    return entries;
}

static bool print_json(const struct session *session, struct error *err)
{
    const struct support_report *report = &session->report;
    return output_json(json_pack("{s:s, s:I, s:I, s:I, s:I, s:o}", "file", session->path, "bytes",
                                 (json_int_t)report->bytes, "pictures",
                                 (json_int_t)report->pictures, "pictures_left_out",
                                 (json_int_t)report->pictures_left_out, "problems",
                                 (json_int_t)report->problems, "entries", entries_json(report)),
                       err);
}

static bool run_support(const struct invocation *invocation, struct error *err)
{
    struct session session = {.invocation = invocation};
    bool good = load(&session, err) && make(&session, err) &&
                (invocation_has(invocation, "json") ? print_json(&session, err)
                                                    : print_text(&session, err));
    config_destroy(session.config);
    return good;
}

static const struct command_flag flags[] = {
    {"with-pictures", FLAG_SWITCH, NULL, 0, 0,
     "also the pictures of alarms of the last 3 days (at most 200, 40 MB); they may show people"},
    {"output", FLAG_TEXT, "FILE", 0, 0,
     "the archive's name; without it leakwatch-support-TIME.zip in the project folder"},
    {"json", FLAG_SWITCH, NULL, 0, 0, "print what was made as JSON"},
    {0},
};

const struct command command_support = {
    .name = "support",
    .arguments = "",
    .summary = "make an archive to send when asking for help",
    .details = "One zip with the program's version, this computer, the configuration in force, the "
               "model's figures, names and sizes of files, and the ends of the logs. No passwords, "
               "webhooks or other secrets; no pictures unless asked. It works with a broken "
               "configuration too, and nothing is sent anywhere.",
    .flags = flags,
    .needs = TAKES_PROJECT,
    .run = run_support,
};
