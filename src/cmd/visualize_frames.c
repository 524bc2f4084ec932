/* The frames of `visualize`: from a folder or a source through the detector to their panels.
 *
 * Headers of all pictures are read, but only those that are shown are decoded, so a folder of
 * thousands costs little. They are scored by the detector that watches. The surprising thing:
 * captured pictures are cut to the region of interest already while evidence and the camera's own
 * are whole, so the detector is told which of the two it gets by their size.
 */
#include "base/log.h"
#include "camera/grab.h"
#include "cmd/look.h"
#include "cmd/visualize.h"
#include "platform/process.h"
#include "platform/signal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* `cut`: the picture is the region of interest, no more. */
static bool make_detector(struct visualization *job, int width, int height, bool cut,
                          struct error *err)
{
    struct config config = *job->config;
    struct trained_model model = job->model;
    detector_destroy(job->detector);
    job->detector = NULL;
    job->region = (struct rect){0, 0, width, height};
    if (cut)
        config.roi_enabled = model.set.identity.roi_enabled = false;
    if (config.roi_enabled &&
        !roi_resolve(config.roi_units == ROI_RELATIVE, config.roi_x, config.roi_y, config.roi_width,
                     config.roi_height, width, height, &job->region, err))
        return false;
    job->detector =
        detector_kind_of(&config)->open(&model, &config, width, height, process_cpu_count(), err);
    return job->detector != NULL;
}

static bool show_frame(struct visualization *job, const char *name, const struct frame *frame,
                       struct error *err)
{
    const struct detector_kind *kind = detector_kind_of(job->config);
    struct observation seen;
    if (!(job->wishes.camera ? detector_observe(job->detector, frame, &seen, err)
                             : detector_kind_look(kind, job->detector, frame, &seen, err)))
        return false;
    if (!job->shown) {
        struct reconstruction_settings settings = job->wishes.files;
        settings.most = job->wanted;
        settings.region = job->region;
        settings.meaning = seen.maps.meaning;
        settings.scale = (struct color_scale){seen.maps.error_scale,
                                              job->model.set.threshold.pixel_error_threshold};
        job->shown = reconstructions_create(&settings, err);
    }
    if (!job->shown || !reconstructions_add(job->shown, name, &seen, job->region, err))
        return false;
    progress_show(&job->progress, (double)reconstructions_count(job->shown), (double)job->wanted,
                  "pictures");
    return true;
}

size_t visualize_count(const struct visualization *job)
{
    return job->shown ? reconstructions_count(job->shown) : 0;
}

static bool set_stopped(const struct visualization *job, struct error *err)
{
    const bool has_files = visualize_count(job) > 0 && job->wishes.files.individual;
    return error_set(err, ERROR_CANCELLED, "stopped after %zu of %zu pictures%s%s",
                     visualize_count(job), job->wanted,
                     has_files ? "; those that were ready are in " : "",
                     has_files ? job->wishes.files.folder : "");
}

/* ---- pictures of a folder */

static void warn_of_picture(void *context, const char *sentence)
{
    struct visualization *job = context;
    if (job->left_out++ < WARNINGS_SAID)
        log_warning("%s", sentence);
}

static bool is_cut(const struct visualization *job, int width, int height)
{
    return width == job->model.set.identity.picture_width &&
           height == job->model.set.identity.picture_height;
}

static bool fits_model(void *context, const struct image_header *header)
{
    const struct visualization *job = context;
    const struct config *config = job->config;
    struct rect roi;
    struct error ignored;
    if (is_cut(job, header->width, header->height))
        return true;
    return config->roi_enabled &&
           roi_resolve(config->roi_units == ROI_RELATIVE, config->roi_x, config->roi_y,
                       config->roi_width, config->roi_height, header->width, header->height, &roi,
                       &ignored) &&
           is_cut(job, roi.width, roi.height);
}

static bool show_picture(struct visualization *job, const struct picture_list *list,
                         const char *name, struct error *err)
{
    struct image image = {0};
    struct error reason = {0};
    bool good = true;
    if (picture_read(job->wishes.folder, name, &list->kind, &image, &reason)) {
        const struct frame frame = {.width = image.width, .height = image.height, .rgb = image.rgb};
        good = show_frame(job, name, &frame, err);
    } else if (reason.code == ERROR_MEMORY) {
        *err = reason;
        good = false;
    } else {
        picture_left_out(&(const struct picture_listener){warn_of_picture, job}, reason.message);
    }
    image_finish(&image);
    return good;
}

static bool show_chosen(struct visualization *job, const struct picture_list *list,
                        const size_t *chosen, struct error *err)
{
    const int width = list->kind.width, height = list->kind.height;
    const bool has_memory = detector_kind_of(job->config)->looks > 1;
    for (size_t i = 0; i < job->wanted; i++) {
        if (stop_requested())
            return set_stopped(job, err);
        /* Pictures of a folder have no common past. */
        if (((i == 0 || has_memory) &&
             !make_detector(job, width, height, is_cut(job, width, height), err)) ||
            !show_picture(job, list, list->names[chosen[i]], err))
            return false;
    }
    if (visualize_count(job) > 0)
        return true;
    return error_set(err, ERROR_INPUT,
                     "none of the %zu pictures chosen from '%s' can be read; capture new ones",
                     job->wanted, job->wishes.folder);
}

static bool show_list(struct visualization *job, const struct picture_list *list, struct error *err)
{
    const struct wishes *wishes = &job->wishes;
    job->available = list->count;
    job->wanted = wishes->num < list->count ? wishes->num : list->count;
    size_t *chosen = calloc(job->wanted, sizeof *chosen);
    if (!chosen)
        return error_set(err, ERROR_MEMORY, "no memory to choose %zu pictures", job->wanted);
    if (wishes->random)
        picture_choose_random(list->count, job->wanted, wishes->seed, chosen);
    else
        picture_choose_even(list->count, job->wanted, chosen);
    const bool good = show_chosen(job, list, chosen, err);
    free(chosen);
    return good;
}

bool visualize_folder(struct visualization *job, struct error *err)
{
    char wanted[96];
    snprintf(wanted, sizeof wanted, "%dx%d px, for which the model was trained",
             job->model.set.identity.picture_width, job->model.set.identity.picture_height);
    struct picture_list list = {0};
    const bool good =
        picture_list_load(job->wishes.folder, (struct picture_rule){fits_model, job, wanted},
                          (struct picture_listener){warn_of_picture, job}, &list, err) &&
        show_list(job, &list, err);
    picture_list_finish(&list);
    return good;
}

/* ---- frames of a camera */

struct camera_look {
    struct visualization *job;
    struct look look;
};

static bool on_frame(void *context, const struct frame *frame)
{
    struct camera_look *camera = context;
    struct visualization *job = camera->job;
    if (look_is_settling(&camera->look, frame))
        return true;
    char stamp[CLOCK_TEXT_SIZE], name[96];
    clock_format_stamp(frame->utc_ms, false, stamp);
    snprintf(name, sizeof name, "frame_%06lld_%s.jpg", (long long)frame->number, stamp);
    job->good =
        (job->detector || make_detector(job, frame->width, frame->height, false, job->err)) &&
        show_frame(job, name, frame, job->err);
    return job->good && visualize_count(job) < job->wanted;
}

bool visualize_camera(struct visualization *job, const struct invocation *invocation,
                      struct error *err)
{
    const double interval_s = job->config->monitor_frame_interval_seconds;
    const double patience_ms = 1000.0 * (15.0 + 2.0 * interval_s * (double)job->wanted);
    struct camera_look camera = {.job = job};
    int count = 0;
    job->good = true;
    if (!look_prepare(invocation, interval_s, &camera.look, err))
        return false;
    source_mask_spec(camera.look.source.settings.spec, job->camera, sizeof job->camera);
    if (!grab_frames(&camera.look.source.settings, look_frames(&camera.look, (int)job->wanted),
                     (int)fmin(patience_ms, (double)INT32_MAX), on_frame, &camera, &count, err))
        return err->code == ERROR_CANCELLED ? set_stopped(job, err) : false;
    if (!job->good || visualize_count(job) > 0)
        return job->good;
    return error_set(err, ERROR_INPUT, "%s holds no picture", job->camera);
}
