/* Shows every picture of a dataset to a detector and counts what it says: dataset → detector →
 * entries and pixel counters → measures.
 *
 * Normal pictures come first: when the first abnormal one comes, all that AUPIMO must know of
 * normal pixels is counted, and one pass is enough. A picture that is broken costs a warning; a
 * detector that fails ends the work, because what is left would be another dataset.
 */
#include "evaluate/pictures.h"

#include "evaluate/image_overlap.h"
#include "evaluate/pictures_measures.h"
#include "evaluate/pictures_pixels.h"
#include "evaluate/pictures_set.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct evaluation {
    const struct pictures_settings *settings;
    struct pictures_set set;
    struct pictures_result *result;
    struct detector *detector;
    int64_t frame_number;
    size_t looked_at;
    char *next_path; /* where it is written, and the room from there on */
    size_t path_room;
    struct pictures_pixels pixels;
};

struct pictures_settings pictures_settings_of(const char *dataset, const struct config *config)
{
    return (struct pictures_settings){.dataset = dataset,
                                      .config = config,
                                      .repeats = 1,
                                      .interval_ns =
                                          (int64_t)(config->monitor_frame_interval_seconds * 1e9)};
}

/* ---- room for everything, before the first picture */

static bool find_region(const struct evaluation *work, struct rect *ret_region, struct error *err)
{
    const struct config *config = work->settings->config;
    *ret_region = (struct rect){0, 0, work->set.width, work->set.height};
    return !config->roi_enabled || roi_resolve(config->roi_units == ROI_RELATIVE, config->roi_x,
                                               config->roi_y, config->roi_width, config->roi_height,
                                               work->set.width, work->set.height, ret_region, err);
}

static size_t paths_size(const struct pictures_set *set)
{
    size_t size = 0;
    for (size_t i = 0; i < set->folder_count; i++) {
        const struct pictures_folder *folder = &set->folders[i];
        for (size_t j = 0; j < folder->list.count; j++)
            size += strlen("test//") + strlen(folder->name) + strlen(folder->list.names[j]) + 1;
    }
    return size;
}

static bool reserve_result(struct evaluation *work, struct error *err)
{
    const struct pictures_set *set = &work->set;
    struct pictures_result *result = work->result;
    result->kinds = calloc(set->folder_count, sizeof *result->kinds);
    result->entries = calloc(set->picture_count, sizeof *result->entries);
    work->path_room = paths_size(set);
    work->next_path = result->paths = malloc(work->path_room);
    if (result->kinds && result->entries && result->paths)
        return true;
    return error_set(err, ERROR_MEMORY, "no memory for the results of %zu pictures",
                     set->picture_count);
}

static bool prepare(struct evaluation *work, struct error *err)
{
    struct pictures_result *result = work->result;
    if (!find_region(work, &result->region, err) || !reserve_result(work, err))
        return false;
    result->width = work->set.width;
    result->height = work->set.height;
    return pictures_pixels_init(&work->pixels, result->width, result->height, result->region, err);
}

static void evaluation_finish(struct evaluation *work)
{
    detector_destroy(work->detector);
    pictures_set_finish(&work->set);
    pictures_pixels_finish(&work->pixels);
}

/* ---- one picture */

PRINTF_LIKE(2, 3)
static void warn(const struct evaluation *work, const char *format, ...)
{
    char sentence[ERROR_MESSAGE_SIZE + 80];
    const struct picture_listener *listener = &work->settings->listener;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    if (listener->warn)
        listener->warn(listener->context, sentence);
}

static void leave_out(struct evaluation *work, const char *reason)
{
    work->result->left_out_count++;
    picture_left_out(&work->settings->listener, reason);
}

/* Of an abnormal picture, that part that lies in the region. */
enum mask_state {
    MASK_NONE, /* or none that can be used */
    MASK_USABLE,
    MASK_ELSEWHERE, /* all of it lies outside the region */
};

static bool look_at_mask(struct evaluation *work, const struct pictures_folder *folder,
                         const char *name, struct pictures_entry *entry, enum mask_state *ret_state,
                         struct error *err)
{
    struct error reason = {0};
    size_t outside;
    *ret_state = MASK_NONE;
    if (!folder->has_masks)
        return true; /* said once for all of them */
    if (!pictures_set_read_mask(&work->set, folder, name, work->pixels.picture_mask, &reason)) {
        if (reason.code == ERROR_MEMORY)
            return error_set(err, reason.code, "%s", reason.message);
        warn(work, "pixels do not count: %s", reason.message);
        return true;
    }
    const size_t inside = pictures_pixels_take_mask(&work->pixels, &outside);
    if (inside > 0) {
        *ret_state = MASK_USABLE;
        entry->has_mask = true;
        entry->area_fraction = (double)inside / (double)work->pixels.count;
    } else if (outside > 0) {
        *ret_state = MASK_ELSEWHERE;
    } else {
        warn(work, "pixels do not count: the mask of %s is empty", entry->path);
    }
    return true;
}

static bool make_detector(struct evaluation *work, struct error *err)
{
    const struct pictures_settings *settings = work->settings;
    if (settings->afresh) {
        detector_destroy(work->detector);
        work->detector = NULL;
    }
    if (!work->detector)
        work->detector =
            settings->make_detector(settings->make_context, work->set.width, work->set.height, err);
    return work->detector != NULL;
}

static bool observe(struct evaluation *work, struct frame *frame, struct observation *observation,
                    struct error *err)
{
    for (int i = 0; i < work->settings->repeats; i++) {
        frame->number = work->frame_number++;
        frame->time_ns = frame->number * work->settings->interval_ns;
        frame->utc_ms = frame->time_ns / 1000000;
        if (!detector_observe(work->detector, frame, observation, err))
            return false;
    }
    if (!isfinite(observation->score))
        return error_set(err, ERROR_INTERNAL, "the detector's score is no number");
    return true;
}

static bool count_pixels(struct evaluation *work, const struct detector_maps *maps,
                         struct pictures_entry *entry, struct error *err)
{
    if (!entry->anomalous)
        return pictures_pixels_add_normal(&work->pixels, maps, err);
    return !entry->has_mask ||
           pictures_pixels_add_anomalous(&work->pixels, maps, &entry->aupimo, err);
}

/* From here on the entry and its path count. */
static void keep_entry(struct evaluation *work, const struct pictures_entry *entry)
{
    const size_t size = strlen(entry->path) + 1;
    work->result->entry_count++;
    work->result->without_mask_count += entry->anomalous && !entry->has_mask;
    work->next_path += size;
    work->path_room -= size;
}

static bool judge_picture(struct evaluation *work, const struct image *image,
                          struct pictures_entry *entry, struct error *err)
{
    struct frame frame = {.width = image->width, .height = image->height, .rgb = image->rgb};
    struct observation observation = {0};
    if (!make_detector(work, err))
        return false;
    if (!observe(work, &frame, &observation, err))
        return error_add_context(err, "%s", entry->path);
    entry->score = observation.score;
    entry->threshold = observation.threshold;
    entry->busy = observation.busy;
    entry->faults = observation.camera_faults;
    entry->flagged = !entry->busy && entry->faults == 0 &&
                     (observation.score_triggered || observation.heatmap_triggered);
    if (!count_pixels(work, &observation.maps, entry, err))
        return error_add_context(err, "%s", entry->path);
    keep_entry(work, entry);
    if (work->settings->show)
        work->settings->show(work->settings->show_context, entry, &frame, &observation);
    return true;
}

static bool look_at_picture(struct evaluation *work, const struct pictures_folder *folder,
                            const char *name, struct error *err)
{
    struct pictures_result *result = work->result;
    struct pictures_entry *entry = &result->entries[result->entry_count];
    struct image image = {0};
    struct error reason = {0};
    *entry = (struct pictures_entry){.path = work->next_path,
                                     .kind = result->kind_count,
                                     .anomalous = folder->anomalous,
                                     .area_fraction = NAN,
                                     .aupimo = NAN};
    snprintf(work->next_path, work->path_room, "test/%s/%s", folder->name, name);
    if (!picture_read(folder->path, name, &folder->list.kind, &image, &reason)) {
        if (reason.code == ERROR_MEMORY)
            return error_set(err, reason.code, "%s", reason.message);
        leave_out(work, reason.message);
        return true;
    }
    enum mask_state mask = MASK_NONE;
    bool good = !folder->anomalous || look_at_mask(work, folder, name, entry, &mask, err);
    if (good && mask == MASK_ELSEWHERE) {
        error_set(&reason, ERROR_INPUT, "%s: what is abnormal lies outside the region of interest",
                  entry->path);
        leave_out(work, reason.message);
    } else if (good) {
        good = judge_picture(work, &image, entry, err);
    }
    image_finish(&image);
    return good;
}

/* ---- all of them */

static bool add_kind(struct evaluation *work, const struct pictures_folder *folder, size_t first,
                     struct error *err)
{
    struct pictures_result *result = work->result;
    struct pictures_kind *kind = &result->kinds[result->kind_count];
    size_t flagged = 0;
    for (size_t i = first; i < result->entry_count; i++)
        flagged += result->entries[i].flagged;
    kind->anomalous = folder->anomalous;
    kind->picture_count = result->entry_count - first;
    kind->flagged = pictures_share_of(flagged, kind->picture_count);
    kind->measures = pictures_measures_none();
    pictures_pixels_end_kind(&work->pixels);
    if (folder->anomalous &&
        !pictures_measure(result->entries, result->entry_count, result->kind_count,
                          work->pixels.kind, &kind->measures, NULL, err))
        return false;
    const size_t size = strlen(folder->name) + 1;
    kind->name = malloc(size);
    if (!kind->name)
        return error_set(err, ERROR_MEMORY, "no memory for the kinds of pictures");
    memcpy(kind->name, folder->name, size);
    result->kind_count++;
    return true;
}

static bool look_at_folder(struct evaluation *work, const struct pictures_folder *folder,
                           struct error *err)
{
    const struct picture_listener *listener = &work->settings->listener;
    const size_t first = work->result->entry_count;
    pictures_pixels_begin_kind(&work->pixels);
    if (folder->anomalous && !folder->has_masks)
        warn(work, "there are no masks in ground_truth/%s: its pixels do not count", folder->name);
    for (size_t i = 0; i < folder->list.count; i++) {
        if (listener->progress &&
            !listener->progress(listener->context, work->looked_at, work->set.picture_count))
            return error_set(err, ERROR_CANCELLED, "stopped after %zu of %zu pictures",
                             work->looked_at, work->set.picture_count);
        if (!look_at_picture(work, folder, folder->list.names[i], err))
            return false;
        work->looked_at++;
    }
    return work->result->entry_count == first || add_kind(work, folder, first, err);
}

static bool look_at_all(struct evaluation *work, struct error *err)
{
    struct pictures_result *result = work->result;
    for (size_t i = 0; i < work->set.folder_count; i++)
        if (!look_at_folder(work, &work->set.folders[i], err))
            return false;
    if (result->entry_count == 0)
        return error_set(err, ERROR_INPUT, "no picture in '%s/test' could be used (%zu left out)",
                         work->settings->dataset,
                         work->set.left_out_count + result->left_out_count);
    result->left_out_count += work->set.left_out_count;
    pictures_draw_curves(work->pixels.all, result);
    if (!pictures_measure(result->entries, result->entry_count, EVERY_KIND, work->pixels.all,
                          &result->all, &result->ranking, err))
        return false;
    result->aupimo_resolved = image_overlap_is_resolved(work->pixels.normals);
    return true;
}

bool pictures_evaluate(const struct pictures_settings *settings, struct pictures_result *ret_result,
                       struct error *err)
{
    assert(settings->repeats >= 1 && settings->interval_ns > 0);
    struct pictures_result result = {0};
    struct evaluation work = {.settings = settings, .result = &result};
    const bool good = pictures_set_load(settings->dataset, &settings->listener, &work.set, err) &&
                      prepare(&work, err) && look_at_all(&work, err);
    evaluation_finish(&work);
    if (good)
        *ret_result = result;
    else
        pictures_result_finish(&result);
    return good;
}

void pictures_result_finish(struct pictures_result *result)
{
    for (size_t i = 0; i < result->kind_count; i++)
        free(result->kinds[i].name);
    free(result->kinds);
    free(result->entries);
    free(result->paths);
    ranking_finish(&result->ranking);
    *result = (struct pictures_result){0};
}
