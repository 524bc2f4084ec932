/* `leakwatch crop`: normal pictures that were taken whole, cut to the region of interest.
 *
 * For those who decide on a region after the pictures were taken. `capture` crops by itself when
 * roi.enabled is set, so such pictures are told apart by their size and left alone. What training
 * and monitor need to know of the region is printed, because a model fits only the region of its
 * pictures.
 */
#include "base/log.h"
#include "base/parse.h"
#include "cmd/commands.h"
#include "cmd/crop_pictures.h"
#include "cmd/output.h"
#include "cmd/progress.h"
#include "platform/signal.h"

#include <stdio.h>
#include <string.h>

struct session {
    const struct config *config;
    struct crop_settings settings;
    struct crop_report report;
    struct progress progress;
};

static bool on_progress(void *context, size_t done, size_t total)
{
    struct session *session = context;
    progress_show(&session->progress, (double)done, (double)total, "");
    return !stop_requested();
}

/* ---- which region */

/* Who writes 400 means pixels. */
static bool check_fractions(const struct crop_settings *settings, struct error *err)
{
    const double values[] = {settings->x, settings->y, settings->width, settings->height};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        if (values[i] > 1)
            return error_set(err, ERROR_USAGE,
                             "--roi: %g is more than the whole picture (roi.units is relative: "
                             "fractions from 0 to 1); for pixels write --roi.units=pixels too",
                             values[i]);
    }
    return true;
}

static bool parse_roi(const char *text, struct crop_settings *settings, struct error *err)
{
    double *const values[] = {&settings->x, &settings->y, &settings->width, &settings->height};
    const char *at = text;
    for (int i = 0; i < 4; i++) {
        char number[32];
        size_t length = strcspn(at, ",");
        bool last = i == 3;
        if (length < sizeof number) {
            memcpy(number, at, length);
            number[length] = '\0';
        }
        if (length >= sizeof number || at[length] != (last ? '\0' : ',') ||
            !parse_double(number, 0, 1e6, values[i]))
            return error_set(err, ERROR_USAGE,
                             "--roi: \"%.60s\" is no region; write x,y,width,height in %s (as "
                             "roi.units says), such as %s",
                             text, settings->relative ? "fractions of the picture" : "pixels",
                             settings->relative ? "0.25,0.1,0.5,0.8" : "320,72,640,576");
        at += length + 1;
    }
    return !settings->relative || check_fractions(settings, err);
}

static bool choose_region(const struct invocation *invocation, struct crop_settings *settings,
                          struct error *err)
{
    const struct config *config = invocation->config;
    settings->relative = config->roi_units == ROI_RELATIVE;
    if (invocation_has(invocation, "roi"))
        return parse_roi(invocation_text(invocation, "roi", ""), settings, err);
    if (!config->roi_enabled)
        return error_set(err, ERROR_USAGE,
                         "which region? give --roi x,y,width,height, or set the section roi in "
                         "config.yaml with enabled: true");
    settings->x = config->roi_x;
    settings->y = config->roi_y;
    settings->width = config->roi_width;
    settings->height = config->roi_height;
    settings->captured_from_width = config->camera_width;
    settings->captured_from_height = config->camera_height;
    return true;
}

static bool config_agrees(const struct session *session)
{
    const struct config *config = session->config;
    const struct crop_settings *settings = &session->settings;
    return config->roi_enabled && config->roi_x == settings->x && config->roi_y == settings->y &&
           config->roi_width == settings->width && config->roi_height == settings->height;
}

/* ---- what came of it */

static void append_config(struct buffer *out, const struct session *session)
{
    const struct crop_settings *settings = &session->settings;
    buffer_append_format(out,
                         "roi: {enabled: true, units: %s, x: %.10g, y: %.10g, width: %.10g, "
                         "height: %.10g}",
                         settings->relative ? "relative" : "pixels", settings->x, settings->y,
                         settings->width, settings->height);
}

static void append_count(struct buffer *out, size_t count, const char *one, const char *many)
{
    if (count > 0)
        buffer_append_format(out, "%zu picture%s\n", count, count == 1 ? one : many);
}

static void append_next_step(struct buffer *out, const struct session *session)
{
    const struct crop_settings *settings = &session->settings;
    if (settings->dry_run) {
        buffer_append_text(out, "nothing was written (--dry-run)\n");
        return;
    }
    if (!settings->overwrite) {
        buffer_append_text(out, "the pictures that `train` reads are as they were; --overwrite "
                                "crops those (the originals are kept)\n");
        return;
    }
    buffer_append_format(out, "the originals are in %s\n", session->report.originals);
    buffer_append_text(out, config_agrees(session)
                                ? "config.yaml says this region already; next: `leakwatch train`\n"
                                : "before `leakwatch train`, set this region in config.yaml:\n  ");
    if (config_agrees(session))
        return;
    append_config(out, session);
    buffer_append_text(out, "\n");
}

static bool print_text(const struct session *session, struct error *err)
{
    struct buffer out = {0};
    const struct crop_report *report = &session->report;
    const struct rect *region = &report->region;
    if (report->from_width > 0)
        buffer_append_format(&out, "region: %d,%d, %d x %d px of %d x %d px%s\n", region->x,
                             region->y, region->width, region->height, report->from_width,
                             report->from_height,
                             report->several_sizes ? "; others have other sizes" : "");
    buffer_append_format(&out, "%zu picture%s %scropped to %s\n", report->cropped,
                         report->cropped == 1 ? "" : "s",
                         session->settings.dry_run ? "would be " : "", report->target);
    append_count(&out, report->unchanged, " was cropped so before", "s were cropped so before");
    append_count(&out, report->already,
                 " has the region's size already, from its capture, and stays; if it is a whole "
                 "picture, give --roi",
                 "s have the region's size already, from their capture, and stay; if they are "
                 "whole pictures, give --roi");
    append_count(&out, report->unreadable, " can not be read and stays",
                 "s can not be read and stay");
    append_count(&out, report->changed, " was changed since its crop and stays",
                 "s were changed since their crop and stay");
    append_next_step(&out, session);
    bool good = output_write(&out, err);
    buffer_finish(&out);
    return good;
}

static bool print_json(const struct session *session, struct error *err)
{
    const struct crop_settings *settings = &session->settings;
    const struct crop_report *report = &session->report;
    return output_json(
        json_pack("{s:b, s:b, s:{s:b, s:s, s:f, s:f, s:f, s:f}, s:[i,i,i,i], s:I, s:I, s:I, s:I, "
                  "s:I, s:I, s:b, s:s, s:s, s:b}",
                  "dry_run", settings->dry_run, "overwrite", settings->overwrite, "roi", "enabled",
                  true, "units", settings->relative ? "relative" : "pixels", "x", settings->x, "y",
                  settings->y, "width", settings->width, "height", settings->height, "region_px",
                  report->region.x, report->region.y, report->region.width, report->region.height,
                  "pictures", (json_int_t)report->pictures, "cropped", (json_int_t)report->cropped,
                  "unchanged", (json_int_t)report->unchanged, "already_cropped",
                  (json_int_t)report->already, "unreadable", (json_int_t)report->unreadable,
                  "changed", (json_int_t)report->changed, "several_sizes", report->several_sizes,
                  "folder", report->target, "originals", report->originals, "config_agrees",
                  config_agrees(session)),
        err);
}

static bool check_left_out(const struct session *session, struct error *err)
{
    const struct crop_report *report = &session->report;
    size_t left_out = report->unreadable + report->changed;
    return left_out == 0 ||
           error_set(err, ERROR_FORMAT,
                     "%zu of %zu pictures could not be cropped and are as they were; repair or "
                     "remove them and run this again",
                     left_out, report->pictures);
}

static bool crop_under_lock(struct session *session, const struct project *project, bool json,
                            struct error *err)
{
    struct file_lock lock = {0};
    if (!file_lock_try(&lock, project->training_lock_file, err)) {
        if (err->code == ERROR_BUSY)
            error_set(err, ERROR_BUSY,
                      "a training or another crop is at work on these pictures; wait until it is "
                      "done");
        return false;
    }
    bool good = crop_pictures(&session->settings, &session->report, err);
    progress_end(&session->progress);
    file_lock_release(&lock);
    return good && (json ? print_json(session, err) : print_text(session, err)) &&
           check_left_out(session, err);
}

static bool run_crop(const struct invocation *invocation, struct error *err)
{
    struct session session = {.config = invocation->config,
                              .settings = {.folder = invocation->project->normal_dir,
                                           .overwrite = invocation_has(invocation, "overwrite"),
                                           .dry_run = invocation_has(invocation, "dry-run"),
                                           .jpg_quality = invocation->config->capture_jpg_quality,
                                           .warn = log_each_warning,
                                           .progress = on_progress},
                              .progress = progress_begin("crop")};
    session.settings.context = &session;
    return choose_region(invocation, &session.settings, err) &&
           crop_under_lock(&session, invocation->project, invocation_has(invocation, "json"), err);
}

static const struct command_flag flags[] = {
    {"roi", FLAG_TEXT, "X,Y,WIDTH,HEIGHT", 0, 0,
     "this region instead of the configured one, as parts of the picture, such as "
     "0,0.2,1,0.8; in pixels with --roi.units=pixels, such as 0,144,1280,576"},
    {"overwrite", FLAG_SWITCH, NULL, 0, 0,
     "replace the pictures that training reads; each original is kept"},
    {"dry-run", FLAG_SWITCH, NULL, 0, 0, "say what would be done and write nothing"},
    {"json", FLAG_SWITCH, NULL, 0, 0, "print the outcome as JSON"},
    {0},
};

const struct command command_crop = {
    .name = "crop",
    .arguments = "",
    .summary = "cut the normal pictures to the region of interest",
    .details =
        "Only for pictures that were taken whole: `capture` crops by itself when roi.enabled is "
        "set. Without --overwrite the crops go to a folder \"cropped\" beside them, to look at. "
        "With it they take the place of the pictures, whose originals are kept in a folder "
        "\"originals\" and never written again; cropping once more, with another region, starts "
        "from those. The region is checked against every picture first. The whole picture "
        "(--roi 0,0,1,1 --roi.units=relative --overwrite) brings the originals back.",
    .flags = flags,
    .needs = NEEDS_PROJECT | NEEDS_FOLDERS,
    .run = run_crop,
};
