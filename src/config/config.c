/* The life of a configuration: defaults → config.yaml → command line → secrets → cross-checks.
 *
 * Nothing changes it afterwards, so threads share it without a lock. Every step only replaces valid
 * values by valid ones; a failing step destroys the whole.
 */
#include "config/config.h"

#include "config/check.h"
#include "config/load.h"
#include "config/project.h"
#include "config/secrets.h"
#include "config/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void config_destroy(struct config *config)
{
    if (!config)
        return;
    for (size_t i = 0; i < OPTION_COUNT; i++)
        value_finish(config, &option_rows[i]);
    free(config->origin);
    free(config);
}

struct config *config_default(struct error *err)
{
    struct config *config = calloc(1, sizeof *config);
    struct config_origin *origin = calloc(1, sizeof *origin);
    if (!config || !origin) {
        free(config);
        free(origin);
        error_set(err, ERROR_MEMORY, "no memory for the configuration");
        return NULL;
    }
    config->origin = origin;
    snprintf(origin->file, sizeof origin->file, "config/config.yaml");
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (!value_set_default(config, &option_rows[i], err)) {
            config_destroy(config);
            return NULL;
        }
    }
    return config;
}

static bool read_file(struct config *config, const char *project, struct config_warnings warnings,
                      struct error *err)
{
    char *file = config->origin->file;
    const char *folder = strcmp(project, ".") == 0 ? "" : project;
    if (!path_join(file, PATH_SIZE, folder, "config/config.yaml", err))
        return false;
    if (!project_check(project, err))
        return false;
    struct buffer contents = {0};
    bool ok = file_read(file, CONFIG_FILE_MAX, &contents, err);
    if (!ok && err && err->code == ERROR_FORMAT)
        err->code = ERROR_CONFIG;
    ok = ok && load_yaml(config, buffer_text(&contents), contents.size, warnings, err);
    buffer_finish(&contents);
    return ok;
}

static const struct option_row *row_of_override(const char *path, struct error *err)
{
    const struct option_row *row = option_find(path);
    if (!row)
        row = option_section_switch(path);
    if (row)
        return row;
    char nearest[OPTION_PATH_SIZE];
    if (option_nearest(path, nearest))
        error_set(err, ERROR_USAGE, "unknown option --%.100s; did you mean --%s?", path, nearest);
    else
        error_set(err, ERROR_USAGE,
                  "unknown option --%.100s; `leakwatch config docs` lists the known ones", path);
    return NULL;
}

static void warn_of_visible_secret(const struct option_row *row, struct config_warnings warnings)
{
    char sentence[300];
    if (!(row->flags & SECRET) || !warnings.warn)
        return;
    snprintf(sentence, sizeof sentence,
             "--%s: a secret on the command line can be seen by everyone on this computer; better "
             "in the environment as %s",
             row->path, row->choices);
    warnings.warn(warnings.context, sentence);
}

static bool apply_override(struct config *config, const char *text, struct config_warnings warnings,
                           struct error *err)
{
    char path[CONFIG_KEY_MAX];
    const char *equals = strchr(text, '=');
    if (!equals || equals == text || (size_t)(equals - text) >= sizeof path)
        return error_set(err, ERROR_USAGE, "--%.100s, allowed is --section.name=value", text);
    memcpy(path, text, (size_t)(equals - text));
    path[equals - text] = '\0';
    const struct option_row *row = row_of_override(path, err);
    if (!row)
        return false;
    struct value_text value = {equals + 1, strlen(equals + 1), false};
    if (!value_set(config, row, value, err)) {
        if (err && err->code == ERROR_CONFIG)
            err->code = ERROR_USAGE;
        return error_add_context(err, "--%s", path);
    }
    value_set_origin(config, row, (struct value_origin){ORIGIN_COMMAND_LINE, 0, 0});
    warn_of_visible_secret(row, warnings);
    return true;
}

static bool complete(struct config *config, const char *project, struct config_overrides overrides,
                     struct config_warnings warnings, struct error *err)
{
    if (project && !read_file(config, project, warnings, err))
        return false;
    for (size_t i = 0; i < overrides.count; i++) {
        if (!apply_override(config, overrides.texts[i], warnings, err))
            return false;
    }
    return (!project || secrets_load(config, project, err)) && check_options(config, err);
}

struct config *config_load(const char *project, struct config_overrides overrides,
                           struct config_warnings warnings, struct error *err)
{
    struct config *config = config_default(err);
    if (config && !complete(config, project, overrides, warnings, err)) {
        config_destroy(config);
        return NULL;
    }
    return config;
}

void config_hide_password(const char *source, char *ret_shown, size_t size)
{
    const char *start = strstr(source, "://");
    /* The last @ of all: a password may hold any other character, and hiding too much is safe. */
    const char *at = start ? strrchr(start, '@') : NULL;
    const char *colon = at ? memchr(start + 3, ':', (size_t)(at - start - 3)) : NULL;
    if (colon)
        snprintf(ret_shown, size, "%.*s:***%s", (int)(colon - source), source, at);
    else
        snprintf(ret_shown, size, "%s", source);
}
