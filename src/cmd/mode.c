/* leakwatch mode: shows or sets what the project is to do. The monitor reads the file itself and
 * records the change. */
#include "cmd/cmd.h"
#include "cmd/commands.h"

#include <stdio.h>
#include <string.h>

static bool set_mode(const struct project *project, const char *word, enum mode *ret_mode,
                     struct error *err)
{
    if (!mode_parse(word, strlen(word), ret_mode, err)) {
        err->code = ERROR_USAGE;
        return false;
    }
    return project_create_folders(project, err) && mode_write(project->mode_file, *ret_mode, err);
}

static bool show_mode(const struct project *project, enum mode *ret_mode, struct error *err)
{
    if (file_kind_of(project->mode_file) == FILE_MISSING)
        return error_set(err, ERROR_INPUT,
                         "no mode file %.300s yet; set one with `leakwatch mode OFF`",
                         project->mode_file);
    return mode_read(project->mode_file, ret_mode, err);
}

static bool run_mode(const struct invocation *invocation, struct error *err)
{
    enum mode mode;
    bool ok = invocation->argument_count > 0
                  ? set_mode(invocation->project, invocation->arguments[0], &mode, err)
                  : show_mode(invocation->project, &mode, err);
    if (ok)
        printf(invocation_has(invocation, "json") ? "{\"mode\": \"%s\"}\n" : "%s\n",
               mode_name(mode));
    return ok;
}

static const struct command_flag flags[] = {
    {"json", FLAG_SWITCH, NULL, 0, 0, "print as JSON"},
    {0},
};

const struct command command_mode = {
    .name = "mode",
    .arguments = "[CAPTURE|MONITOR|OFF]",
    .summary = "show the mode, or set it: take normal pictures, watch, or rest",
    .details = "CAPTURE: pictures of the normal rig may be taken. MONITOR: it is watched, and "
               "leaks alarm. OFF: neither. A running monitor follows a change within seconds.",
    .flags = flags,
    .max_arguments = 1,
    .needs = NEEDS_PROJECT,
    .run = run_mode,
};
