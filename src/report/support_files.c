/* Which files there are, and the pictures of the last alarms. Names are the disk's and may hold
 * anything: what is no letter is replaced (base/text.h).
 */
#include "report/support_parts.h"

#include "base/text.h"
#include "frame/image.h"
#include "platform/clock.h"
#include "sink/journal.h"
#include "sink/record_fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 200000, SHOWN_MAX = 100 };

/* ---- the list of files */

static long size_of(const char *path)
{
    FILE *file = file_kind_of(path) == FILE_REGULAR ? fopen(path, "rb") : NULL;
    long size = file && fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    if (file)
        fclose(file);
    return size;
}

static void append_file(struct buffer *out, const char *folder, const char *name)
{
    char path[PATH_SIZE];
    struct error ignored;
    if (!path_join(path, sizeof path, folder, name, &ignored))
        return;
    enum file_kind kind = file_kind_of(path);
    if (kind == FILE_REGULAR)
        buffer_append_format(out, "%12ld  ", size_of(path));
    else
        buffer_append_format(out, "%12s  ", kind == FILE_FOLDER ? "folder" : "other");
    text_append_plain(out, name);
    buffer_append_text(out, "\n");
}

/* The last names: of pictures and reports, whose names are their time, the newest. */
static void append_folder(struct buffer *out, const char *folder)
{
    struct name_list names = {0};
    struct error why;
    text_append_plain(out, folder);
    buffer_append_text(out, ":\n");
    if (file_is_missing(folder))
        buffer_append_text(out, "  is not there\n");
    else if (!folder_list(folder, NAMES_MAX, &names, &why))
        buffer_append_format(out, "  %s\n", why.message);
    size_t first = names.count > SHOWN_MAX ? names.count - SHOWN_MAX : 0;
    if (first > 0)
        buffer_append_format(out, "  %zu names, the last %d of them:\n", names.count, SHOWN_MAX);
    for (size_t i = first; i < names.count; i++)
        append_file(out, folder, names.names[i]);
    name_list_finish(&names);
}

bool support_list_files(const struct support_request *request, struct buffer *out,
                        struct error *err)
{
    const struct project *project = request->project;
    static const char *const inside[] = {"config", "state", "reports"};
    const char *const folders[] = {
        project->root,       project->normal_dir,    project->anomalies_dir,   project->model_dir,
        project->logs_dir,   project->visualize_dir, project->calibration_dir, project->health_dir,
        project->summary_dir};
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
        append_folder(out, folders[i]);
    for (size_t i = 0; i < sizeof inside / sizeof inside[0]; i++) {
        char path[PATH_SIZE];
        if (!path_join(path, sizeof path, project->root, inside[i], err))
            return false;
        append_folder(out, path);
    }
    return buffer_check(out, err);
}

/* ---- pictures of alarms */

enum { PICTURE_DAYS = 3 };

struct search {
    int64_t since_utc_ms;
    size_t total; /* paths so far; the newest are in the ring */
    char (*ring)[PATH_SIZE];
};

static bool is_wanted(void *context, const struct journal_peek *peek)
{
    const struct search *search = context;
    return peek->stamp.utc_ms >= search->since_utc_ms && strcmp(peek->type, "frame_status") != 0;
}

static bool visit(void *context, const json_t *record, int64_t seq)
{
    struct search *search = context;
    size_t index;
    const json_t *path;
    (void)seq;
    json_array_foreach(json_object_get(record, "saved_paths"), index, path)
    {
        const char *text = json_string_value(path);
        if (!text || strlen(text) >= PATH_SIZE)
            continue;
        char *place = search->ring[search->total++ % SUPPORT_PICTURES_MAX];
        snprintf(place, PATH_SIZE, "%s", text);
    }
    return true;
}

bool support_pictures_find(const struct support_request *request,
                           struct support_pictures *ret_pictures, struct error *err)
{
    struct support_pictures pictures = {.paths = calloc(SUPPORT_PICTURES_MAX, PATH_SIZE)};
    struct search search = {.since_utc_ms = request->now_utc_ms - INT64_C(86400000) * PICTURE_DAYS,
                            .ring = calloc(SUPPORT_PICTURES_MAX, PATH_SIZE)};
    struct journal_query query = {search.since_utc_ms, is_wanted, visit, &search};
    bool good = pictures.paths && search.ring;
    if (!good)
        error_set(err, ERROR_MEMORY, "no memory for a list of pictures");
    good = good && journal_search(request->project->events_file, &query, NULL, err);
    pictures.count = search.total < SUPPORT_PICTURES_MAX ? search.total : SUPPORT_PICTURES_MAX;
    pictures.more = search.total - pictures.count;
    for (size_t i = 0; good && i < pictures.count; i++)
        memcpy(pictures.paths[i], search.ring[(search.total - 1 - i) % SUPPORT_PICTURES_MAX],
               PATH_SIZE);
    free(search.ring);
    if (good)
        *ret_pictures = pictures;
    else
        support_pictures_finish(&pictures);
    return good;
}

void support_pictures_finish(struct support_pictures *pictures)
{
    free(pictures->paths);
    *pictures = (struct support_pictures){0};
}
