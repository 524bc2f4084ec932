/* The last step of loading: every SECRET row gets its value from the safest place that has one.
 *
 * A file with a secret is refused when others can read it, before it is opened: a leaked webhook is
 * quiet, so the refusal has to be loud. Editors end a file with a line break; that one is taken
 * off, nothing else, because a password may well end in a space.
 */
#include "config/secrets.h"

#include "config/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option_row *file_row_of(const struct option_row *row)
{
    char path[OPTION_PATH_SIZE];
    snprintf(path, sizeof path, "%s_file", row->path);
    return option_find(path);
}

static bool take(struct config *config, const struct option_row *row, const char *bytes,
                 size_t size, enum origin_kind kind, struct error *err)
{
    if (!value_set(config, row, (struct value_text){bytes, size, true}, err))
        return false;
    value_set_origin(config, row, (struct value_origin){kind, 0, 0});
    return true;
}

static bool take_from_environment(struct config *config, const struct option_row *row,
                                  const char *text, struct error *err)
{
    if (!take(config, row, text, strlen(text), ORIGIN_ENVIRONMENT, err))
        return error_add_context(err, "environment variable %s", row->choices);
    return true;
}

static bool read_secret(const char *path, const struct option_row *row, struct buffer *contents,
                        struct error *err)
{
    bool is_private;
    if (!file_is_private(path, &is_private, err))
        return false;
    if (!is_private)
        return error_set(err, ERROR_CONFIG,
                         "%s holds a secret and can be read by others; make it yours alone with "
                         "`chmod 600 %s`",
                         path, path);
    if (!file_read(path, (size_t)row->max + 2, contents, err))
        return false;
    if (contents->size > 0 && contents->data[contents->size - 1] == '\n')
        contents->data[--contents->size] = '\0';
    if (contents->size > 0 && contents->data[contents->size - 1] == '\r')
        contents->data[--contents->size] = '\0';
    if (contents->size == 0)
        return error_set(err, ERROR_CONFIG, "%s is empty, expected the secret", path);
    return true;
}

static bool take_from_file(struct config *config, const struct option_row *row,
                           const struct option_row *file_row, const char *project,
                           struct error *err)
{
    char path[PATH_SIZE];
    struct buffer contents = {0};
    const char *folder = strcmp(project, ".") == 0 ? "" : project;
    bool ok = path_join(path, sizeof path, folder, value_text_of(config, file_row), err) &&
              read_secret(path, row, &contents, err) &&
              take(config, row, buffer_text(&contents), contents.size, ORIGIN_SECRET_FILE, err);
    buffer_finish(&contents);
    if (!ok) {
        if (err && err->code != ERROR_MEMORY)
            err->code = ERROR_CONFIG;
        error_add_context(err, "%s", file_row->path);
        value_add_origin(config, file_row, err);
    }
    return ok;
}

bool secrets_load(struct config *config, const char *project, struct error *err)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = &option_rows[i];
        if (!(row->flags & SECRET))
            continue;
        const struct option_row *file_row = file_row_of(row);
        const char *environment = getenv(row->choices);
        bool ok = true;
        if (environment && *environment)
            ok = take_from_environment(config, row, environment, err);
        else if (file_row && *value_text_of(config, file_row))
            ok = take_from_file(config, row, file_row, project, err);
        if (!ok)
            return false;
    }
    return true;
}
