/* Evidence for e-mails. The paths come from a record, so from a file that anyone may have edited:
 * each must lie inside the project after all links are resolved, and carry a name that evidence
 * has.
 */
#include "sink/attachment.h"

#include "platform/file.h"

#include <stdio.h>
#include <string.h>

static bool is_plain_name(const char *name)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
    return strspn(name, allowed) == strlen(name) &&
           strlen(name) < sizeof(struct attachment){0}.name;
}

/* The names of pictures worth sending begin with these, in this order of worth. */
static bool is_wanted(const char *name, int round)
{
    static const char *const beginnings[] = {"compare_", "anomaly_"};
    const char *beginning = beginnings[round];
    size_t length = strlen(name);
    return strncmp(name, beginning, strlen(beginning)) == 0 && length > 4 &&
           strcmp(name + length - 4, ".jpg") == 0 && is_plain_name(name);
}

static bool read_picture(const struct project *project, const char *path, size_t room,
                         struct buffer *contents, struct error *err)
{
    char whole[PATH_SIZE];
    if (!path_join(whole, sizeof whole, project->root, path, err))
        return false;
    if (file_kind_of(whole) == FILE_MISSING)
        return error_set(err, ERROR_INPUT, "it is missing");
    if (!path_check_inside(whole, project->root, NULL))
        return error_set(err, ERROR_INPUT, "it lies outside the project");
    if (file_kind_of(whole) != FILE_REGULAR)
        return error_set(err, ERROR_INPUT, "it is not a file");
    return file_read(whole, room, contents, NULL) ||
           error_set(err, ERROR_INPUT, "it is too large or cannot be read");
}

static void add(struct attachment_list *list, const struct project *project, const char *path,
                const char *name, size_t *room)
{
    struct error err = {0};
    struct buffer contents = {0};
    bool full = list->count == ATTACHMENTS_MAX;
    if (full)
        error_set(&err, ERROR_INPUT, "there are %d already", ATTACHMENTS_MAX);
    if (full || !read_picture(project, path, *room, &contents, &err)) {
        buffer_finish(&contents);
        buffer_append_format(&list->notes, "Not attached: %s: %s\n", name, err.message);
        return;
    }
    struct attachment *attachment = &list->items[list->count++];
    *room -= contents.size;
    attachment->contents = contents;
    snprintf(attachment->name, sizeof attachment->name, "%s", name);
}

void attachment_list_read(const json_t *record, const struct project *project,
                          struct attachment_list *ret_list)
{
    *ret_list = (struct attachment_list){0};
    const json_t *paths = json_object_get(record, "saved_paths");
    size_t room = ATTACHMENT_BYTES_MAX;
    for (int round = 0; round < 2; round++) {
        size_t index;
        const json_t *value;
        json_array_foreach(paths, index, value)
        {
            const char *path = json_is_string(value) ? json_string_value(value) : "";
            const char *slash = strrchr(path, '/');
            const char *name = slash ? slash + 1 : path;
            if (is_wanted(name, round))
                add(ret_list, project, path, name, &room);
        }
    }
}

void attachment_list_finish(struct attachment_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        buffer_finish(&list->items[i].contents);
    buffer_finish(&list->notes);
    *list = (struct attachment_list){0};
}
