/* What the archive tells, part by part: a row each. */
#include "report/support_parts.h"

#include "model/network.h"
#include "model/onnx.h"
#include "platform/clock.h"
#include "platform/system.h"
#include "report/alarm_text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EVENTS_TAIL = 5000000, DELIVERY_TAIL = 1000000, TORN_TAIL = 16384, JSON_FILE_MAX = 1 << 20 };

/* ---- files */

static bool read_tail(FILE *file, const char *path, size_t most, struct buffer *out,
                      struct error *err)
{
    long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    long start = size > (long)most ? size - (long)most : 0;
    if (size < 0 || fseek(file, start, SEEK_SET) != 0)
        return error_set_errno(err, errno, "'%s' cannot be read", path);
    char *block = malloc(most);
    if (!block)
        return error_set(err, ERROR_MEMORY, "no memory for the end of '%s'", path);
    size_t count = fread(block, 1, most, file), skipped = 0;
    char *feed = start > 0 ? memchr(block, '\n', count) : NULL;
    if (feed)
        skipped = (size_t)(feed - block) + 1;
    buffer_append(out, block + skipped, count - skipped);
    free(block);
    return buffer_check(out, err);
}

bool support_tail(const char *path, size_t most, struct buffer *out, struct error *err)
{
    if (file_is_missing(path))
        return true;
    if (file_kind_of(path) != FILE_REGULAR)
        return error_set(err, ERROR_INPUT, "'%s' is not a regular file", path);
    FILE *file = fopen(path, "rb");
    if (!file)
        return error_set_errno(err, errno, "'%s' cannot be opened", path);
    bool good = read_tail(file, path, most, out, err);
    fclose(file);
    return good;
}

/* The rotated file before the present one, when that is short. */
static bool add_rotated(const struct support_request *request, size_t most, struct buffer *out,
                        struct error *err)
{
    struct name_list names = {0};
    char path[PATH_SIZE];
    const char *newest = NULL;
    bool good = folder_list(request->project->logs_dir, 100000, &names, err);
    for (size_t i = 0; good && i < names.count; i++)
        if (strncmp(names.names[i], "events-", 7) == 0 && strstr(names.names[i], ".jsonl"))
            newest = names.names[i];
    if (good && newest)
        good = path_join(path, sizeof path, request->project->logs_dir, newest, err) &&
               support_tail(path, most, out, err);
    name_list_finish(&names);
    return good;
}

static bool write_events(const struct support_request *request, struct buffer *out,
                         struct error *err)
{
    struct buffer present = {0};
    bool good = support_tail(request->project->events_file, EVENTS_TAIL, &present, err);
    if (good && present.size < EVENTS_TAIL / 2)
        good = add_rotated(request, EVENTS_TAIL - present.size, out, err);
    if (good && present.size > 0)
        buffer_append(out, present.data, present.size);
    buffer_finish(&present);
    return good && buffer_check(out, err);
}

static bool write_delivery(const struct support_request *request, struct buffer *out,
                           struct error *err)
{
    return support_tail(request->project->delivery_log_file, DELIVERY_TAIL, out, err);
}

static bool write_torn(const struct support_request *request, struct buffer *out, struct error *err)
{
    const char *const logs[] = {request->project->events_file, request->project->delivery_log_file};
    for (size_t i = 0; i < sizeof logs / sizeof logs[0]; i++) {
        char path[PATH_SIZE + 8];
        snprintf(path, sizeof path, "%s.torn", logs[i]);
        if (!support_tail(path, TORN_TAIL, out, err))
            return false;
    }
    return true;
}

static bool write_model_file(const struct support_request *request, const char *name,
                             struct buffer *out, struct error *err)
{
    char path[PATH_SIZE];
    if (!path_join(path, sizeof path, request->project->model_dir, name, err))
        return false;
    return file_is_missing(path) || file_read(path, JSON_FILE_MAX, out, err);
}

static bool write_threshold(const struct support_request *request, struct buffer *out,
                            struct error *err)
{
    return write_model_file(request, THRESHOLD_FILE_NAME, out, err);
}

static bool write_stats(const struct support_request *request, struct buffer *out,
                        struct error *err)
{
    return write_model_file(request, STATS_FILE_NAME, out, err);
}

/* ---- what is put together */

static void append_folder(struct buffer *out, const char *name, const char *path)
{
    static const char *const kinds[] = {[FILE_MISSING] = "missing",
                                        [FILE_REGULAR] = "A FILE STANDS THERE",
                                        [FILE_FOLDER] = "there",
                                        [FILE_LINK] = "a link",
                                        [FILE_OTHER] = "SOMETHING ELSE STANDS THERE"};
    uint64_t free_bytes;
    struct error ignored;
    buffer_append_format(out, "%s: %s", name, kinds[file_kind_of(path)]);
    if (folder_free_bytes(path, &free_bytes, &ignored))
        buffer_append_format(out, ", %.2f GB free", (double)free_bytes / 1e9);
    buffer_append_text(out, "\n");
}

static bool write_system(const struct support_request *request, struct buffer *out,
                         struct error *err)
{
    const struct project *project = request->project;
    char now[CLOCK_TEXT_SIZE];
    enum mode mode;
    struct error why;
    clock_format_iso8601(request->now_utc_ms, false, now);
    buffer_append_format(out, "made: %s\n%s", now, request->version);
    system_describe(out);
    buffer_append_format(out, "monitor: %s\n", request->monitor_runs ? "running" : "not running");
    if (mode_read(project->mode_file, &mode, &why))
        buffer_append_format(out, "mode: %s\n", mode_name(mode));
    else
        buffer_append_format(out, "mode: %s\n", why.message);
    append_folder(out, "data/normal", project->normal_dir);
    append_folder(out, "data/anomalies", project->anomalies_dir);
    append_folder(out, "model", project->model_dir);
    append_folder(out, "logs", project->logs_dir);
    return buffer_check(out, err);
}

static bool write_config(const struct support_request *request, struct buffer *out,
                         struct error *err)
{
    if (request->config_problem)
        return error_set(err, ERROR_CONFIG, "%s", request->config_problem);
    return config_write_yaml(request->config, true, out, err);
}

static bool append_alarms(const struct support_request *request, struct alarm_list *list,
                          struct buffer *out, struct error *err)
{
    int64_t damaged = 0;
    if (!alarm_list_init(list, true, err) ||
        !alarm_list_read(list, request->project->events_file, &damaged, err) ||
        !alarm_list_end(list, request->monitor_runs, err))
        return false;
    buffer_append_format(out, "%zu alarms, %" PRId64 " damaged lines in the log\n", list->count,
                         damaged);
    for (size_t i = list->count; i-- > 0;) {
        buffer_append_text(out, "\n");
        alarm_append_text(out, &list->entries[i], request->project->root, request->now_utc_ms);
    }
    return buffer_check(out, err);
}

static bool write_alarms(const struct support_request *request, struct buffer *out,
                         struct error *err)
{
    struct alarm_list list = {0};
    bool good = append_alarms(request, &list, out, err);
    alarm_list_finish(&list);
    return good;
}

static bool append_model(const struct buffer *file, struct parameters *parameters,
                         struct buffer *out, struct error *err)
{
    struct onnx_pair pairs[ONNX_PAIRS_MAX];
    int width, height;
    size_t count = 0;
    if (!onnx_read(file->data, file->size, parameters, &width, &height, pairs, &count, err))
        return false;
    buffer_append_format(out, "network: %d x %d px, %zu bytes\n", width, height, file->size);
    for (size_t i = 0; i < count; i++)
        buffer_append_format(out, "%s: %s\n", pairs[i].key, pairs[i].value);
    return buffer_check(out, err);
}

static bool write_model(const struct support_request *request, struct buffer *out,
                        struct error *err)
{
    char path[PATH_SIZE];
    struct buffer file = {0};
    if (!path_join(path, sizeof path, request->project->model_dir, MODEL_FILE_NAME, err))
        return false;
    if (file_is_missing(path)) {
        buffer_append_text(out, "there is no model yet\n");
        return buffer_check(out, err);
    }
    struct parameters *parameters = parameters_create(err);
    bool good = parameters && file_read(path, ONNX_FILE_MAX, &file, err) &&
                append_model(&file, parameters, out, err);
    parameters_destroy(parameters);
    buffer_finish(&file);
    return good;
}

const struct support_part support_parts[] = {
    {"system.txt", "the program, this computer, folders and free disk space", write_system},
    {"config.yaml", "the configuration in force, without secrets", write_config},
    {"alarms.txt", "the alarms so far", write_alarms},
    {"model.txt", "what the model was trained on and with, no weights", write_model},
    {"threshold.json", "the model's thresholds", write_threshold},
    {"stats.json", "how the training went", write_stats},
    {"files.txt", "names and sizes of the project's files", support_list_files},
    {"events.jsonl", "the end of the log of what happened (at most 5 MB)", write_events},
    {"delivery.jsonl", "the end of the log of sent messages (at most 1 MB)", write_delivery},
    {"torn.txt", "lines that a crash tore", write_torn},
};
const size_t support_part_count = sizeof support_parts / sizeof support_parts[0];
