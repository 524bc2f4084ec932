/* `leakwatch visualize`: what the network makes of pictures: input, reconstruction, error.
 *
 * Headers of all pictures are read, but only those that are shown are decoded, so a folder of
 * thousands costs little. They are scored by the detector that watches. The surprising thing:
 * captured pictures are cut to the region of interest already while evidence and the camera's own
 * are whole, so the detector is told which of the two it gets by their size.
 */
#include "base/log.h"
#include "camera/grab.h"
#include "cmd/commands.h"
#include "cmd/look.h"
#include "cmd/output.h"
#include "cmd/progress.h"
#include "model/picture_list.h"
#include "monitor/announce.h"
#include "platform/clock.h"
#include "platform/process.h"
#include "platform/signal.h"
#include "report/reconstructions.h"
#include "sink/message.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUM_DEFAULT = 16, NUM_MOST = 1000, WARNINGS_SAID = 5, SEEDS = 1000000 };

struct wishes {
    size_t num;
    bool random, camera, json;
    uint64_t seed;
    const char *folder;
    struct reconstruction_settings files;
};

struct session {
    const struct config *config;
    const struct project *project;
    struct wishes wishes;
    struct model_set set;
    struct detector *detector;
    struct rect region;
    struct reconstructions *shown;
    char stamp[CLOCK_TEXT_SIZE];
    size_t wanted, available; /* available: of a folder */
    char camera[128];         /* its name for people */
    size_t left_out;
    bool good; /* of the camera's frames */
    struct error *err;
    struct progress progress;
};

/* ---- frames */

/* `cut`: the picture is the region of interest, no more. */
static bool make_detector(struct session *session, int width, int height, bool cut,
                          struct error *err)
{
    struct config config = *session->config;
    struct model_set set = session->set;
    session->region = (struct rect){0, 0, width, height};
    if (cut)
        config.roi_enabled = set.identity.roi_enabled = false;
    if (config.roi_enabled &&
        !roi_resolve(config.roi_units == ROI_RELATIVE, config.roi_x, config.roi_y, config.roi_width,
                     config.roi_height, width, height, &session->region, err))
        return false;
    session->detector =
        reference_detector_create(&set, &config, width, height, process_cpu_count(), err);
    return session->detector != NULL;
}

static bool show_frame(struct session *session, const char *name, const struct frame *frame,
                       struct error *err)
{
    struct observation seen;
    if (!detector_observe(session->detector, frame, &seen, err))
        return false;
    if (!session->shown) {
        struct reconstruction_settings settings = session->wishes.files;
        settings.most = session->wanted;
        settings.region = session->region;
        settings.scale = (struct color_scale){seen.maps.error_scale,
                                              session->set.threshold.pixel_error_threshold};
        session->shown = reconstructions_create(&settings, err);
    }
    if (!session->shown || !reconstructions_add(session->shown, name, &seen, session->region, err))
        return false;
    progress_show(&session->progress, (double)reconstructions_count(session->shown),
                  (double)session->wanted, "pictures");
    return true;
}

static size_t count_shown(const struct session *session)
{
    return session->shown ? reconstructions_count(session->shown) : 0;
}

static bool set_stopped(const struct session *session, struct error *err)
{
    const bool has_files = count_shown(session) > 0 && session->wishes.files.individual;
    return error_set(err, ERROR_CANCELLED, "stopped after %zu of %zu pictures%s%s",
                     count_shown(session), session->wanted,
                     has_files ? "; those that were ready are in " : "",
                     has_files ? session->wishes.files.folder : "");
}

/* ---- pictures of a folder */

static void warn_of_picture(void *context, const char *sentence)
{
    struct session *session = context;
    if (session->left_out++ < WARNINGS_SAID)
        log_warning("%s", sentence);
}

static bool is_cut(const struct session *session, int width, int height)
{
    return width == session->set.identity.picture_width &&
           height == session->set.identity.picture_height;
}

static bool fits_model(void *context, const struct image_header *header)
{
    const struct session *session = context;
    const struct config *config = session->config;
    struct rect roi;
    struct error ignored;
    if (is_cut(session, header->width, header->height))
        return true;
    return config->roi_enabled &&
           roi_resolve(config->roi_units == ROI_RELATIVE, config->roi_x, config->roi_y,
                       config->roi_width, config->roi_height, header->width, header->height, &roi,
                       &ignored) &&
           is_cut(session, roi.width, roi.height);
}

static bool show_picture(struct session *session, const struct picture_list *list, const char *name,
                         struct error *err)
{
    struct image image = {0};
    struct error reason = {0};
    bool good = true;
    if (picture_read(session->wishes.folder, name, &list->kind, &image, &reason)) {
        const struct frame frame = {.width = image.width, .height = image.height, .rgb = image.rgb};
        good = show_frame(session, name, &frame, err);
    } else if (reason.code == ERROR_MEMORY) {
        *err = reason;
        good = false;
    } else {
        char sentence[ERROR_MESSAGE_SIZE + 32];
        snprintf(sentence, sizeof sentence, "picture left out: %s", reason.message);
        warn_of_picture(session, sentence);
    }
    image_finish(&image);
    return good;
}

static bool show_chosen(struct session *session, const struct picture_list *list,
                        const size_t *chosen, struct error *err)
{
    const int width = list->kind.width, height = list->kind.height;
    if (!make_detector(session, width, height, is_cut(session, width, height), err))
        return false;
    for (size_t i = 0; i < session->wanted; i++) {
        if (stop_requested())
            return set_stopped(session, err);
        if (!show_picture(session, list, list->names[chosen[i]], err))
            return false;
    }
    if (count_shown(session) > 0)
        return true;
    return error_set(err, ERROR_INPUT,
                     "none of the %zu pictures chosen from '%s' can be read; capture new ones",
                     session->wanted, session->wishes.folder);
}

static bool show_list(struct session *session, const struct picture_list *list, struct error *err)
{
    const struct wishes *wishes = &session->wishes;
    session->available = list->count;
    session->wanted = wishes->num < list->count ? wishes->num : list->count;
    size_t *chosen = calloc(session->wanted, sizeof *chosen);
    if (!chosen)
        return error_set(err, ERROR_MEMORY, "no memory to choose %zu pictures", session->wanted);
    if (wishes->random)
        picture_choose_random(list->count, session->wanted, wishes->seed, chosen);
    else
        picture_choose_even(list->count, session->wanted, chosen);
    const bool good = show_chosen(session, list, chosen, err);
    free(chosen);
    return good;
}

static bool show_folder(struct session *session, struct error *err)
{
    char wanted[96];
    snprintf(wanted, sizeof wanted, "%dx%d px, for which the model was trained",
             session->set.identity.picture_width, session->set.identity.picture_height);
    struct picture_list list = {0};
    const bool good =
        picture_list_load(session->wishes.folder,
                          (struct picture_rule){fits_model, session, wanted},
                          (struct dataset_warnings){warn_of_picture, session}, &list, err) &&
        show_list(session, &list, err);
    picture_list_finish(&list);
    return good;
}

/* ---- frames of a camera */

static bool on_frame(void *context, const struct frame *frame)
{
    struct session *session = context;
    char stamp[CLOCK_TEXT_SIZE], name[96];
    clock_format_stamp(frame->utc_ms, false, stamp);
    snprintf(name, sizeof name, "frame_%06lld_%s.jpg", (long long)frame->number, stamp);
    session->good = (session->detector ||
                     make_detector(session, frame->width, frame->height, false, session->err)) &&
                    show_frame(session, name, frame, session->err);
    return session->good;
}

static bool show_camera(struct session *session, const struct invocation *invocation,
                        struct error *err)
{
    const double interval_s = session->config->monitor_frame_interval_seconds;
    const double patience_ms = 1000.0 * (15.0 + 2.0 * interval_s * (double)session->wanted);
    struct look look;
    int count = 0;
    session->good = true;
    if (!look_prepare(invocation, interval_s, &look, err))
        return false;
    source_mask_spec(look.source.settings.spec, session->camera, sizeof session->camera);
    if (!grab_frames(&look.source.settings, (int)session->wanted,
                     (int)fmin(patience_ms, (double)INT32_MAX), on_frame, session, &count, err))
        return err->code == ERROR_CANCELLED ? set_stopped(session, err) : false;
    if (!session->good || count_shown(session) > 0)
        return session->good;
    return error_set(err, ERROR_INPUT, "%s holds no picture", session->camera);
}

/* ---- what is said of it */

struct summary {
    size_t count, abnormal;
    double lowest, highest, threshold;
};

static struct summary summarize(const struct session *session)
{
    struct summary summary = {.count = count_shown(session),
                              .lowest = INFINITY,
                              .highest = -INFINITY,
                              .threshold = session->set.threshold.threshold};
    for (size_t i = 0; i < summary.count; i++) {
        const struct observation *seen = &reconstructions_at(session->shown, i)->measured;
        summary.abnormal += seen->score_triggered || seen->heatmap_triggered;
        summary.lowest = fmin(summary.lowest, seen->score);
        summary.highest = fmax(summary.highest, seen->score);
    }
    return summary;
}

/* "16 of 500 pictures in data/normal, 2 abnormal; scores 0.001 to 0.03, threshold 0.02" */
static void describe(const struct session *session, struct buffer *text)
{
    const struct summary summary = summarize(session);
    if (session->wishes.camera)
        buffer_append_format(text, "%zu frames of source ", summary.count);
    else if (summary.count == session->available)
        buffer_append_format(text, "all %zu pictures in ", summary.count);
    else
        buffer_append_format(text, "%zu of %zu pictures in ", summary.count, session->available);
    letters_clean(session->wishes.camera ? session->camera : session->wishes.folder, text);
    buffer_append_format(text, ", %zu abnormal; scores %.4g to %.4g, threshold %.4g",
                         summary.abnormal, summary.lowest, summary.highest, summary.threshold);
}

static bool main_file(const struct session *session, char ret_path[PATH_SIZE], struct error *err)
{
    const char *folder = session->wishes.files.folder;
    if (session->wishes.files.montage)
        return path_join(ret_path, PATH_SIZE, folder, MONTAGE_NAME, err);
    snprintf(ret_path, PATH_SIZE, "%s", folder);
    return true;
}

static bool print_text(const struct session *session, const char *description, struct error *err)
{
    const struct wishes *wishes = &session->wishes;
    const size_t count = count_shown(session);
    char path[PATH_SIZE];
    struct buffer text = {0};
    if (!main_file(session, path, err))
        return false;
    buffer_append_format(&text, "%s\n", description);
    if (wishes->num > session->wanted)
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

static json_t *clean_json(const char *text)
{
    struct buffer clean = {0};
    letters_clean(text, &clean);
    json_t *value = clean.failed ? NULL : json_string(buffer_text(&clean));
    buffer_finish(&clean);
    return value;
}

static json_t *picture_as_json(const struct reconstruction *picture)
{
    const struct observation *seen = &picture->measured;
    return json_pack("{s:o, s:f, s:b, s:b, s:f, s:o}", "name", clean_json(picture->name), "score",
                     seen->score, "score_triggered", seen->score_triggered, "heatmap_triggered",
                     seen->heatmap_triggered, "largest_blob_area", seen->largest_blob_area, "panel",
                     picture->panel[0] ? clean_json(picture->panel) : json_null());
}

static bool print_json(const struct session *session, struct error *err)
{
    const struct wishes *wishes = &session->wishes;
    const struct summary summary = summarize(session);
    json_t *pictures = json_array();
    for (size_t i = 0; i < summary.count; i++)
        json_array_append_new(pictures, picture_as_json(reconstructions_at(session->shown, i)));
    json_t *document =
        json_pack("{s:o, s:o, s:o, s:o, s:I, s:I, s:f, s:f, s:I, s:o}", "folder",
                  clean_json(wishes->files.folder), "montage",
                  wishes->files.montage ? json_string(MONTAGE_NAME) : json_null(), "input_folder",
                  wishes->camera ? json_null() : clean_json(wishes->folder), "seed",
                  wishes->random ? json_integer((json_int_t)wishes->seed) : json_null(),
                  "available", (json_int_t)(wishes->camera ? summary.count : session->available),
                  "left_out", (json_int_t)session->left_out, "threshold", summary.threshold,
                  "pixel_error_threshold", session->set.threshold.pixel_error_threshold, "abnormal",
                  (json_int_t)summary.abnormal, "pictures", pictures);
    return output_json(document, err);
}

/* A report that cannot be recorded is a report all the same, unless the disk is full. */
static bool record(const struct session *session, const char *description, struct error *err)
{
    struct event event = announce_event(EVENT_RECONSTRUCTION_VIZ_COMPLETE, description);
    snprintf(event.detail, sizeof event.detail, "reports/reconstruction_viz/%s%s", session->stamp,
             session->wishes.files.montage ? "/" MONTAGE_NAME : "");
    struct error reason;
    if (announce(session->config, session->project, &event, 0, NULL, &reason))
        return true;
    if (reason.code == ERROR_SPACE) {
        *err = reason;
        return false;
    }
    log_warning("the report is made, but could not be recorded: %s", reason.message);
    return true;
}

/* ---- the command */

static bool write_montage(struct session *session, const char *description, struct error *err)
{
    char name[128], title[256], now[CLOCK_TEXT_SIZE];
    message_project_name(session->project->root, name, sizeof name);
    clock_format_iso8601(clock_wall_utc_ms(), false, now);
    snprintf(title, sizeof title, "Reconstructions of %s, %.10s %.5s", name, now, now + 11);
    return reconstructions_finish(session->shown, title, description, err);
}

static bool finish(struct session *session, struct error *err)
{
    struct buffer description = {0};
    describe(session, &description);
    const char *text = buffer_text(&description);
    if (session->left_out > WARNINGS_SAID)
        log_warning("%zu more files were left out", session->left_out - WARNINGS_SAID);
    const bool good =
        buffer_check(&description, err) && write_montage(session, text, err) &&
        record(session, text, err) &&
        (session->wishes.json ? print_json(session, err) : print_text(session, text, err));
    buffer_finish(&description);
    return good;
}

static bool read_wishes(const struct invocation *invocation, struct wishes *ret_wishes,
                        struct error *err)
{
    const bool has_seed = invocation_has(invocation, "seed");
    const bool has_folder = invocation_has(invocation, "input-dir");
    struct wishes wishes = {
        .num = (size_t)invocation_int(invocation, "num", NUM_DEFAULT),
        .random = invocation_has(invocation, "random"),
        .camera = invocation_has(invocation, "use-camera") || invocation_has(invocation, "source"),
        .json = invocation_has(invocation, "json"),
        .seed = (uint64_t)invocation_int(invocation, "seed", clock_wall_utc_ms() % SEEDS),
        .folder = invocation_text(invocation, "input-dir", invocation->project->normal_dir),
        .files = {.colors = (enum color_map)invocation->config->heatmap_colormap,
                  .montage = !invocation_has(invocation, "no-grid"),
                  .individual = !invocation_has(invocation, "no-individual"),
                  .columns = (int)invocation_int(invocation, "grid-cols", 0)}};
    if (!wishes.files.montage && !wishes.files.individual)
        return error_set(err, ERROR_USAGE,
                         "--no-grid and --no-individual together leave nothing to make");
    if (wishes.camera && (wishes.random || has_folder))
        return error_set(err, ERROR_USAGE,
                         "%s goes with the pictures of a folder, not with a camera",
                         has_folder ? "--input-dir" : "--random");
    if (has_seed && !wishes.random)
        return error_set(err, ERROR_USAGE, "--seed goes with --random");
    *ret_wishes = wishes;
    return true;
}

static bool load_model(struct session *session, struct error *err)
{
    return model_set_load(session->project->model_dir, &session->set, err) &&
           model_set_check(&session->set, session->config, err);
}

static bool run(const struct invocation *invocation, struct error *err)
{
    struct session session = {.config = invocation->config,
                              .project = invocation->project,
                              .progress = progress_begin("visualize"),
                              .err = err};
    clock_format_stamp(clock_wall_utc_ms(), false, session.stamp);
    if (!read_wishes(invocation, &session.wishes, err) ||
        !path_join(session.wishes.files.folder, PATH_SIZE, session.project->visualize_dir,
                   session.stamp, err))
        return false;
    session.wanted = session.wishes.num;
    bool good =
        load_model(&session, err) && (session.wishes.camera ? show_camera(&session, invocation, err)
                                                            : show_folder(&session, err));
    progress_end(&session.progress);
    good = good && finish(&session, err);
    reconstructions_destroy(session.shown);
    detector_destroy(session.detector);
    model_set_finish(&session.set);
    return good;
}

static const struct command_flag flags[] = {
    {"num", FLAG_INT, "N", 1, NUM_MOST, "how many pictures; 16 without this"},
    {"random", FLAG_SWITCH, NULL, 0, 0, "choose at random instead of evenly from oldest to newest"},
    {"seed", FLAG_INT, "SEED", 0, 9007199254740992.0,
     "with --random: the same seed, the same choice"},
    {"input-dir", FLAG_TEXT, "FOLDER", 0, 0, "pictures from here instead of data/normal"},
    {"use-camera", FLAG_SWITCH, NULL, 0, 0, "frames of the camera, as they come"},
    LOOK_SOURCE_FLAG,
    {"grid-cols", FLAG_INT, "N", 1, NUM_MOST,
     "columns of the montage; as fits a screen without this"},
    {"no-grid", FLAG_SWITCH, NULL, 0, 0, "no montage"},
    {"no-individual", FLAG_SWITCH, NULL, 0, 0, "no panels of single pictures"},
    {"json", FLAG_SWITCH, NULL, 0, 0, "print the result as JSON"},
    {0},
};

const struct command command_visualize = {
    .name = "visualize",
    .arguments = "",
    .summary = "see what the network makes of pictures",
    .details =
        "Shows pictures beside their reconstruction and a heat map of the error, with score and "
        "name: a panel for each and one montage, in reports/reconstruction_viz. Without flags 16 "
        "of "
        "data/normal, evenly from the oldest to the newest. A reconstruction that is blurred "
        "everywhere needs more training; an error that is always at one place is something that "
        "moves there. --source SOURCE means --use-camera, from that source.",
    .flags = flags,
    .needs = NEEDS_PROJECT | NEEDS_FOLDERS,
    .run = run,
};
