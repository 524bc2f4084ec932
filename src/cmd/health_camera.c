/* Health of the camera: do pictures come, of which size, and can anything be seen in them?
 *
 * A few pictures are taken over a second and a half, long enough for a webcam to get used to the
 * light. Invariant: a camera that a monitor watches with is never opened, because the monitor would
 * lose it. The rate is counted from the camera's own numbers, not from the pictures taken.
 */
#include "cmd/health.h"

#include "camera/grab.h"
#include "cmd/job_source.h"
#include "frame/convert.h"
#include "frame/image.h"
#include "platform/clock.h"
#include "platform/signal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PICTURES = 7,
    TIMEOUT_MS = 20000,
    NORMALS_MAX = 1000000,
    SNAPSHOT_QUALITY = 95,
};
static const double picture_interval_s = 0.25;

void health_camera_finish(struct health_camera *camera)
{
    free(camera->rgb);
    *camera = (struct health_camera){0};
}

static bool keep(struct health_camera *camera, const struct frame *frame)
{
    size_t size = 3 * (size_t)frame->width * (size_t)frame->height;
    if (!camera->rgb)
        camera->rgb = malloc(size);
    if (camera->rgb)
        memcpy(camera->rgb, frame->rgb, size);
    return camera->rgb != NULL;
}

static bool visit(void *context, const struct frame *frame)
{
    struct health_camera *camera = context;
    if (camera->count == 0) {
        camera->width = frame->width;
        camera->height = frame->height;
        camera->first_number = frame->number;
        camera->first_ns = frame->time_ns;
    } else {
        double difference =
            quality_difference(frame->rgb, camera->rgb, frame->width, frame->height);
        if (difference > camera->most_difference)
            camera->most_difference = difference;
    }
    camera->last_number = frame->number;
    camera->last_ns = frame->time_ns;
    camera->last_utc_ms = frame->utc_ms;
    if (!keep(camera, frame))
        return false;
    camera->count++;
    return true;
}

/* 0 when it can not be told from one picture. */
static double frames_per_second(const struct health_camera *camera)
{
    double seconds = (double)(camera->last_ns - camera->first_ns) / (double)NS_PER_SECOND;
    return seconds > 0 ? (double)(camera->last_number - camera->first_number) / seconds : 0;
}

static bool is_device(const char *spec)
{
    return spec[strspn(spec, "0123456789")] == '\0' || strncmp(spec, "/dev/", 5) == 0;
}

static void judge_camera(const struct health *health, const char *spec,
                         struct health_result *result)
{
    const struct health_camera *camera = &health->camera;
    const struct config *config = health->config;
    double rate = frames_per_second(camera), interval_s = config->monitor_frame_interval_seconds;
    double needed = interval_s > 0 ? 1 / interval_s : 0; /* 0: whatever comes is wanted */
    char shown[160];
    source_mask_spec(spec, shown, sizeof shown);
    health_add_figure(result, "width_px", camera->width);
    health_add_figure(result, "height_px", camera->height);
    health_add_figure(result, "frames_per_second", rate);
    bool other_size = is_device(spec) && (camera->width != config->camera_width ||
                                          camera->height != config->camera_height);
    bool too_slow = is_device(spec) && rate > 0 && rate < 0.9 * needed;
    char wanted[48] = "";
    if (other_size)
        snprintf(wanted, sizeof wanted, " instead of %dx%d", config->camera_width,
                 config->camera_height);
    health_set(result, other_size || too_slow ? HEALTH_WARN : HEALTH_OK,
               "%s %s: %dx%d px%s, %.3g frames/s", is_device(spec) ? "camera" : "source", shown,
               camera->width, camera->height, wanted, rate);
    if (other_size)
        health_set_remedy(result, "set camera.width and camera.height to a size that `leakwatch "
                                  "cameras` lists, then capture and train anew");
    else if (too_slow)
        health_set_remedy(result, "fewer come than monitor.frame_interval_seconds asks for; more "
                                  "light lets the camera be faster");
}

static void take_pictures(struct health *health, struct health_result *result)
{
    struct job_source wish = job_source_default(picture_interval_s);
    wish.spec = invocation_text(health->invocation, "source", NULL);
    struct prepared_source source;
    job_source_prepare(health->config, &wish, &source);
    struct error err;
    int count;
    bool good =
        grab_frames(&source.settings, PICTURES, TIMEOUT_MS, visit, &health->camera, &count, &err);
    if (good && health->camera.count > 0) {
        judge_camera(health, source.settings.spec, result);
        return;
    }
    char shown[160];
    source_mask_spec(source.settings.spec, shown, sizeof shown);
    if (good)
        error_set(&err, ERROR_INPUT, "%s has no pictures", shown);
    health_set(result, HEALTH_FAIL, "%s", err.message);
    health_set_remedy(result, "`leakwatch cameras` lists what is connected; camera.index or "
                              "camera.source in config.yaml chooses one");
}

void health_check_camera(struct health *health, struct health_result *result)
{
    bool is_named = invocation_has(health->invocation, "source");
    bool is_busy = health->monitor_running && health->mode_known && health->mode == MODE_MONITOR;
    if (invocation_has(health->invocation, "skip-camera"))
        health_set(result, HEALTH_SKIP, "as asked (--skip-camera)");
    else if (!is_busy || is_named)
        take_pictures(health, result);
    else if (health->records.last_frame_utc_ms == 0)
        health_set(result, HEALTH_SKIP, "the running monitor has it");
    else {
        char age[HEALTH_AGE_SIZE];
        double age_s = (double)(health->report.utc_ms - health->records.last_frame_utc_ms) / 1000;
        health_format_age(age_s > 0 ? age_s : 0, age);
        health_set(result, HEALTH_SKIP, "the running monitor has it; its last frame is %s old",
                   age);
        health_add_figure(result, "last_frame_age_s", age_s);
    }
}

/* ---- what is in the picture */

static bool resolve_region(const struct health *health, struct rect *ret_region, struct error *err)
{
    const struct config *config = health->config;
    const struct health_camera *camera = &health->camera;
    return roi_resolve(config->roi_units == ROI_RELATIVE, config->roi_x, config->roi_y,
                       config->roi_width, config->roi_height, camera->width, camera->height,
                       ret_region, err);
}

/* All of the picture when the region does not fit. */
static struct rect region_of(const struct health *health)
{
    struct rect region = {0, 0, health->camera.width, health->camera.height};
    struct error ignored;
    if (health->config->roi_enabled && !resolve_region(health, &region, &ignored))
        region = (struct rect){0, 0, health->camera.width, health->camera.height};
    return region;
}

void health_check_region(struct health *health, struct health_result *result)
{
    struct rect region;
    struct error err;
    if (!health->config->roi_enabled)
        health_set(result, HEALTH_OK, "the whole picture (roi.enabled is false)");
    else if (health->camera.count == 0)
        health_set(result, HEALTH_SKIP, "needs a picture");
    else if (resolve_region(health, &region, &err))
        health_set(result, HEALTH_OK, "%dx%d px from %d,%d", region.width, region.height, region.x,
                   region.y);
    else {
        health_set(result, HEALTH_FAIL, "%s", err.message);
        health_set_remedy(result,
                          "set roi.x, roi.y, roi.width and roi.height for pictures of "
                          "%dx%d px",
                          health->camera.width, health->camera.height);
    }
}

/* The sharpness of the newest normal picture of this size; 0 when there is none. */
static double normal_sharpness(const struct health *health, int width, int height)
{
    struct name_list names = {0};
    struct error ignored;
    double sharpness = 0;
    const char *folder = health->project.normal_dir;
    size_t count = folder_list(folder, NORMALS_MAX, &names, &ignored) ? names.count : 0;
    while (count > 0 && !image_has_known_name(names.names[count - 1]))
        count--;
    char path[PATH_SIZE];
    struct image image = {0};
    if (count > 0 && path_join(path, sizeof path, folder, names.names[count - 1], &ignored) &&
        image_read(path, &image, &ignored) && image.width == width && image.height == height)
        sharpness = quality_measure(image.rgb, width, height).sharpness;
    image_finish(&image);
    name_list_finish(&names);
    return sharpness;
}

static void judge_picture(const struct health *health, struct quality quality, double normal,
                          struct health_result *result)
{
    const struct health_camera *camera = &health->camera;
    if (camera->count > 1 && quality_is_identical(camera->most_difference)) {
        health_set(result, HEALTH_FAIL, "frozen: %d pictures in a row are identical",
                   camera->count);
        health_set_remedy(result, "unplug the camera and plug it in again");
    } else if (quality_is_dark(quality)) {
        health_set(result, HEALTH_WARN, "nearly black: brightness %.0f of 255", quality.brightness);
        health_set_remedy(result, "is the light on and the lens free?");
    } else if (quality_is_bright(quality)) {
        health_set(result, HEALTH_WARN, "nearly white: brightness %.0f of 255", quality.brightness);
        health_set_remedy(result, "does a lamp or the sun shine into the camera?");
    } else if (normal > 0 && quality_is_blurred(quality, normal)) {
        health_set(result, HEALTH_WARN,
                   "much less sharp (%.0f) than the newest normal picture (%.0f)",
                   quality.sharpness, normal);
        health_set_remedy(result, "clean the lens, look for fog, and set the focus");
    } else {
        health_set(result, HEALTH_OK, "brightness %.0f of 255, sharpness %.0f%s, not frozen",
                   quality.brightness, quality.sharpness,
                   normal > 0 ? " as the normal pictures'" : "");
    }
}

void health_check_picture(struct health *health, struct health_result *result)
{
    const struct health_camera *camera = &health->camera;
    if (camera->count == 0) {
        health_set(result, HEALTH_SKIP, "needs a picture");
        return;
    }
    struct rect region = region_of(health);
    uint8_t *cropped = malloc(3 * (size_t)region.width * (size_t)region.height);
    if (!cropped) {
        health_set(result, HEALTH_SKIP, "no memory for a picture");
        return;
    }
    rgb_crop(camera->rgb, camera->width, region, cropped);
    struct quality quality = quality_measure(cropped, region.width, region.height);
    free(cropped);
    health_add_figure(result, "brightness", quality.brightness);
    health_add_figure(result, "sharpness", quality.sharpness);
    health_add_figure(result, "difference", camera->most_difference);
    judge_picture(health, quality, normal_sharpness(health, region.width, region.height), result);
}

void health_check_snapshot(struct health *health, struct health_result *result)
{
    const struct health_camera *camera = &health->camera;
    char stamp[CLOCK_TEXT_SIZE], name[64], path[PATH_SIZE];
    struct error err;
    if (!invocation_has(health->invocation, "save-snapshot")) {
        health_set(result, HEALTH_SKIP, "--save-snapshot saves the camera's picture");
        return;
    }
    if (camera->count == 0) {
        health_set(result, HEALTH_FAIL, "there is no picture to save");
        health_set_remedy(result, "see the camera above; with a running monitor, `leakwatch "
                                  "snapshot` is the way");
        return;
    }
    clock_format_stamp(health->report.utc_ms, false, stamp);
    snprintf(name, sizeof name, "snapshot_%s.jpg", stamp);
    if (!path_join(path, sizeof path, health->project.health_dir, name, &err) ||
        !folder_create(health->project.health_dir, true, &err) ||
        !image_write_jpeg(path, camera->rgb, camera->width, camera->height, SNAPSHOT_QUALITY, &err))
        health_set(result, HEALTH_FAIL, "not saved: %.400s", err.message);
    else
        health_set(result, HEALTH_OK, "%s", path);
}
