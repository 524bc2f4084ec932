/* What `visualize` leaves and says: the montage with its title, the record, a few lines or JSON.
 *
 * The same sentence goes to the sheet, to the record and to the terminal, so that who finds one of
 * them knows the others. Texts from outside (names, folders) are cleaned: JSON is UTF-8 only.
 */
#include "base/log.h"
#include "base/text.h"
#include "cmd/output.h"
#include "cmd/visualize.h"
#include "monitor/announce.h"
#include "sink/message.h"

#include <math.h>
#include <stdio.h>

struct summary {
    size_t count, abnormal;
    double lowest, highest, threshold;
};

static struct summary summarize(const struct visualization *job)
{
    struct summary summary = {.count = visualize_count(job),
                              .lowest = INFINITY,
                              .highest = -INFINITY,
                              .threshold = job->model.set.threshold.threshold};
    for (size_t i = 0; i < summary.count; i++) {
        const struct observation *seen = &reconstructions_at(job->shown, i)->measured;
        summary.abnormal += seen->score_triggered || seen->heatmap_triggered;
        summary.lowest = fmin(summary.lowest, seen->score);
        summary.highest = fmax(summary.highest, seen->score);
    }
    return summary;
}

/* "16 of 500 pictures in data/normal, 2 abnormal; scores 0.001 to 0.03, threshold 0.02" */
static void describe(const struct visualization *job, struct buffer *text)
{
    const struct summary summary = summarize(job);
    if (job->wishes.camera)
        buffer_append_format(text, "%zu frame%s of source ", summary.count,
                             summary.count == 1 ? "" : "s");
    else if (summary.count == job->available)
        buffer_append_format(text, "all %zu pictures in ", summary.count);
    else
        buffer_append_format(text, "%zu of %zu pictures in ", summary.count, job->available);
    text_append_plain(text, job->wishes.camera ? job->camera : job->wishes.folder);
    buffer_append_format(text, ", %zu abnormal; ", summary.abnormal);
    if (summary.count == 1)
        buffer_append_format(text, "score %#.4g", summary.lowest);
    else
        buffer_append_format(text, "scores %#.4g to %#.4g", summary.lowest, summary.highest);
    buffer_append_format(text, ", threshold %#.4g", summary.threshold);
}

static bool main_file(const struct visualization *job, char ret_path[PATH_SIZE], struct error *err)
{
    const char *folder = job->wishes.files.folder;
    if (job->wishes.files.montage)
        return path_join(ret_path, PATH_SIZE, folder, MONTAGE_NAME, err);
    snprintf(ret_path, PATH_SIZE, "%s", folder);
    return true;
}

static bool print_text(const struct visualization *job, const char *description, struct error *err)
{
    const struct wishes *wishes = &job->wishes;
    const size_t count = visualize_count(job);
    char path[PATH_SIZE];
    struct buffer text = {0};
    if (!main_file(job, path, err))
        return false;
    buffer_append_format(&text, "%s\n", description);
    if (wishes->num > job->wanted)
        buffer_append_format(&text, "%zu were asked for, there are no more\n", wishes->num);
    if (wishes->random)
        buffer_append_format(&text, "chosen at random; --random --seed %llu chooses them again\n",
                             (unsigned long long)wishes->seed);
    buffer_append_format(&text, "%s%s\n", wishes->files.montage ? "montage: " : "panels in ", path);
    if (wishes->files.montage && wishes->files.individual)
        buffer_append_format(&text, "and %zu panel%s beside it\n", count, count == 1 ? "" : "s");
    const bool good = output_write(&text, err);
    buffer_finish(&text);
    return good;
}

static json_t *picture_as_json(const struct reconstruction *picture)
{
    const struct observation *seen = &picture->measured;
    return json_pack("{s:o, s:f, s:b, s:b, s:f, s:o}", "name", output_string(picture->name),
                     "score", seen->score, "score_triggered", seen->score_triggered,
                     "heatmap_triggered", seen->heatmap_triggered, "largest_blob_area",
                     seen->largest_blob_area, "panel",
                     picture->panel[0] ? output_string(picture->panel) : json_null());
}

static bool print_json(const struct visualization *job, struct error *err)
{
    const struct wishes *wishes = &job->wishes;
    const struct summary summary = summarize(job);
    json_t *pictures = json_array();
    for (size_t i = 0; i < summary.count; i++)
        json_array_append_new(pictures, picture_as_json(reconstructions_at(job->shown, i)));
    json_t *document =
        json_pack("{s:o, s:o, s:o, s:o, s:I, s:I, s:f, s:f, s:I, s:o}", "folder",
                  output_string(wishes->files.folder), "montage",
                  wishes->files.montage ? json_string(MONTAGE_NAME) : json_null(), "input_folder",
                  wishes->camera ? json_null() : output_string(wishes->folder), "seed",
                  wishes->random ? json_integer((json_int_t)wishes->seed) : json_null(),
                  "available", (json_int_t)(wishes->camera ? summary.count : job->available),
                  "left_out", (json_int_t)job->left_out, "threshold", summary.threshold,
                  "pixel_error_threshold", job->model.set.threshold.pixel_error_threshold,
                  "abnormal", (json_int_t)summary.abnormal, "pictures", pictures);
    return output_json(document, err);
}

/* A report that cannot be recorded is a report all the same, unless the disk is full. */
static bool record(const struct visualization *job, const char *description, struct error *err)
{
    struct event event = announce_event(EVENT_RECONSTRUCTION_VIZ_COMPLETE, description);
    snprintf(event.detail, sizeof event.detail, "reports/reconstruction_viz/%s%s", job->stamp,
             job->wishes.files.montage ? "/" MONTAGE_NAME : "");
    struct error reason;
    if (announce(job->config, job->project, &event, 0, NULL, &reason))
        return true;
    if (reason.code == ERROR_SPACE) {
        *err = reason;
        return false;
    }
    log_warning("the report is made, but could not be recorded: %s", reason.message);
    return true;
}

static bool write_montage(struct visualization *job, const char *description, struct error *err)
{
    char name[128], title[256], now[CLOCK_TEXT_SIZE];
    message_project_name(job->project->root, name, sizeof name);
    clock_format_iso8601(clock_wall_utc_ms(), false, now);
    snprintf(title, sizeof title, "Reconstructions of %s, %.10s %.5s", name, now, now + 11);
    return reconstructions_finish(job->shown, title, description, err);
}

bool visualize_finish(struct visualization *job, struct error *err)
{
    struct buffer description = {0};
    describe(job, &description);
    const char *text = buffer_text(&description);
    if (job->left_out > WARNINGS_SAID)
        log_warning("%zu more files were left out", job->left_out - WARNINGS_SAID);
    const bool good = buffer_check(&description, err) && write_montage(job, text, err) &&
                      record(job, text, err) &&
                      (job->wishes.json ? print_json(job, err) : print_text(job, text, err));
    buffer_finish(&description);
    return good;
}
