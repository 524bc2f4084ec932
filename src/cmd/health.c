/* `leakwatch health`: is everything there that a night of watching needs?
 *
 * One row a check. Each is told as soon as it is known, because some take seconds; the report is
 * written at the end. Invariant: whatever fails, the other checks are made, and none waits without
 * a limit. The surprising thing: the configuration is loaded here and not by the front end, because
 * one that can not be used is a finding too, and the status of findings is 1.
 */
#include "cmd/health.h"

#include "base/log.h"
#include "cmd/commands.h"
#include "cmd/job_source.h"
#include "cmd/output.h"
#include "monitor/announce.h"
#include "platform/clock.h"
#include "platform/process.h"
#include "platform/signal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check_configuration(struct health *health, struct health_result *result)
{
    if (!health->config) {
        health_set_error(result, HEALTH_FAIL, &health->config_error);
        return;
    }
    health_add_figure(result, "warnings", health->config_warnings);
    if (health->config_warnings == 0) {
        health_set(result, HEALTH_OK, "%s can be used", health->project.config_file);
        return;
    }
    health_set(result, HEALTH_WARN, "%s can be used, with %d warning%s: %s",
               health->project.config_file, health->config_warnings,
               health->config_warnings == 1 ? "" : "s", health->first_warnings);
    health_set_remedy(result, "`leakwatch config check` shows all of them");
}

static const struct check_row {
    const char *name;
    health_check *run;
} check_rows[] = {
    {"configuration", check_configuration},
    {"folders", health_check_folders},
    {"disk space", health_check_space},
    {"writing", health_check_writing},
    {"clock", health_check_clock},
    {"mode", health_check_mode},
    {"records", health_check_records},
    {"waiting alerts", health_check_outbox},
    {"monitor", health_check_monitor},
    {"camera", health_check_camera},
    {"region", health_check_region},
    {"picture", health_check_picture},
    {"snapshot", health_check_snapshot},
    {"model", health_check_model},
    {"score", health_check_score},
    {"messages", health_check_messages},
    {"Slack", health_check_slack},
    {"e-mail", health_check_email},
    {"certificates", health_check_certificates},
    {"heartbeat ping", health_check_heartbeat},
};

void health_format_age(double seconds, char ret_text[HEALTH_AGE_SIZE])
{
    if (seconds < 100)
        snprintf(ret_text, HEALTH_AGE_SIZE, "%.0f s", seconds);
    else if (seconds < 6000)
        snprintf(ret_text, HEALTH_AGE_SIZE, "%.0f min", seconds / 60);
    else if (seconds < 48 * 3600)
        snprintf(ret_text, HEALTH_AGE_SIZE, "%.1f h", seconds / 3600);
    else if (seconds < 2 * 365.25 * 86400)
        snprintf(ret_text, HEALTH_AGE_SIZE, "%.0f days", seconds / 86400);
    else
        snprintf(ret_text, HEALTH_AGE_SIZE, "%.0f years", seconds / (365.25 * 86400));
}

/* ---- the configuration */

static void take_warning(void *context, const char *sentence)
{
    struct health *health = context;
    size_t used = strlen(health->first_warnings);
    snprintf(health->first_warnings + used, sizeof health->first_warnings - used, "%s%s",
             used ? "; " : "", sentence);
    health->config_warnings++;
}

/* False only for what the person on the command line got wrong; a configuration that can not be
 * used is kept as a finding. */
static bool load(struct health *health, struct config **ret_config, struct error *err)
{
    const struct invocation *invocation = health->invocation;
    struct config_warnings warnings = {take_warning, health};
    struct config *config = config_load(invocation->project_root, invocation->overrides, warnings,
                                        &health->config_error);
    if (!config && health->config_error.code == ERROR_USAGE) {
        *err = health->config_error;
        return false;
    }
    if (config && !project_resolve(invocation->project_root, config, &health->project,
                                   &health->config_error)) {
        config_destroy(config);
        config = NULL;
    }
    *ret_config = config;
    health->config = config;
    return true;
}

/* ---- telling */

static bool color_wanted(void)
{
    const char *no_color = getenv("NO_COLOR");
    return process_stdout_is_terminal() && !(no_color && *no_color);
}

static bool tell(const struct health *health, const struct health_result *result, struct error *err)
{
    struct buffer text = {0};
    bool tells_nothing = !health->config && result->state == HEALTH_SKIP;
    if (invocation_has(health->invocation, "json") || tells_nothing)
        return true;
    health_append_result(result, color_wanted(), &text);
    bool good = output_write(&text, err);
    buffer_finish(&text);
    fflush(stdout); /* what comes next may take seconds */
    return good;
}

static bool run_checks(struct health *health, struct error *err)
{
    for (size_t i = 0; i < sizeof check_rows / sizeof check_rows[0]; i++) {
        struct health_result *result = health_add(&health->report, check_rows[i].name);
        if (health->config || check_rows[i].run == check_configuration)
            check_rows[i].run(health, result);
        else
            health_set(result, HEALTH_SKIP, "needs the configuration");
        if (stop_requested())
            return error_set(err, ERROR_CANCELLED, "the health check was stopped before its end");
        if (!tell(health, result, err))
            return false;
    }
    return true;
}

/* ---- keeping */

static void record(struct health *health, const char *report_name)
{
    struct buffer text = {0};
    health_append_total(&health->report, &text);
    struct event event = announce_event(EVENT_HEALTH_CHECK_COMPLETE, buffer_text(&text));
    buffer_finish(&text);
    snprintf(event.detail, sizeof event.detail, "reports/health_check/%s", report_name);
    struct error err;
    if (announce(health->config, &health->project, &event, 0, NULL, &err))
        return;
    struct health_result *result = health_add(&health->report, "record");
    bool is_full = err.code == ERROR_SPACE;
    health_set_error(result, is_full ? HEALTH_FAIL : HEALTH_WARN, &err);
    (void)!tell(health, result, &err);
}

/* The last result, told but not in the files: it is about them. */
static void save(struct health *health, char ret_path[PATH_SIZE])
{
    char name[HEALTH_NAME_SIZE];
    struct error err;
    if (!health->config)
        return;
    if (health_save(&health->report, health->project.health_dir, name, &err)) {
        if (!path_join(ret_path, PATH_SIZE, health->project.health_dir, name, &err))
            ret_path[0] = '\0';
        record(health, name);
        return;
    }
    struct health_result *result = health_add(&health->report, "report");
    health_set(result, HEALTH_FAIL, "the report could not be written: %.400s", err.message);
    (void)!tell(health, result, &err);
}

static bool tell_total(const struct health *health, const char *path, struct error *err)
{
    struct buffer text = {0};
    if (invocation_has(health->invocation, "json"))
        return output_json(health_to_json(&health->report), err);
    buffer_append_text(&text, "\n");
    health_append_total(&health->report, &text);
    buffer_append_text(&text, health->config ? "\n" : ", for want of a configuration\n");
    if (*path)
        buffer_append_format(&text, "report: %s\n", path);
    bool good = output_write(&text, err);
    buffer_finish(&text);
    return good;
}

static bool look(struct health *health, struct error *err)
{
    char path[PATH_SIZE] = "";
    health->report.utc_ms = clock_wall_utc_ms();
    struct error ignored;
    const char *root = health->invocation->project_root;
    if (!path_absolute(root, health->report.project, sizeof health->report.project, &ignored))
        snprintf(health->report.project, sizeof health->report.project, "%s", root);
    if (health->config)
        health_look_at_records(health);
    if (!run_checks(health, err))
        return false;
    save(health, path);
    if (!tell_total(health, path, err))
        return false;
    return health_count(&health->report, HEALTH_FAIL) == 0 ||
           error_set(err, ERROR_FINDINGS, "%s", "");
}

static bool run(const struct invocation *invocation, struct error *err)
{
    struct config *config = NULL;
    struct health *health = calloc(1, sizeof *health);
    if (!health)
        return error_set(err, ERROR_MEMORY, "no memory for a health check");
    health->invocation = invocation;
    bool good = load(health, &config, err) && look(health, err);
    health_camera_finish(&health->camera);
    if (health->has_model)
        detector_kind_of(config)->unload(&health->model);
    config_destroy(config);
    free(health);
    return good;
}

static const struct command_flag flags[] = {
    {"save-snapshot", FLAG_SWITCH, NULL, 0, 0,
     "save the picture that the camera shows now beside the report"},
    {"notify", FLAG_SWITCH, NULL, 0, 0, "really send a test message to everyone who hears alarms"},
    {"skip-camera", FLAG_SWITCH, NULL, 0, 0, "do not open the camera"},
    {"skip-model", FLAG_SWITCH, NULL, 0, 0, "do not look at the model"},
    {"source", FLAG_TEXT, "SOURCE", 0, 0,
     "look at this instead of the configured camera: a device (/dev/video1), a video (night.mp4), "
     "a folder of images, or a simulated rig (sim:normal)"},
    {"json", FLAG_SWITCH, NULL, 0, 0, "print as JSON"},
    {0},
};

const struct command command_health = {
    .name = "health",
    .arguments = "",
    .summary = "check that everything a night of watching needs is there",
    .details =
        "Looks at folders, disk, clock, records, monitor, camera, model and messages, and says of "
        "each OK, WARN, FAIL or SKIP with what to do. Repairs nothing. A running monitor is not "
        "disturbed: its camera is left alone, and the age of its last frame is told instead. A "
        "report is kept in reports/health_check.\n\nEnds with status 1 when any check failed, else "
        "with 0; warnings do not count. A wrong flag is status 64, Ctrl+C 130.",
    .flags = flags,
    .needs = TAKES_PROJECT,
    .run = run,
};
