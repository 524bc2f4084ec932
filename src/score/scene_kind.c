/* The scene method as a row of detector_kinds: learn from a folder, keep as scene.bin, open.
 */
#include "score/scene.h"

#include "model/dataset.h"
#include "model/picture_list.h"
#include "platform/clock.h"
#include "score/scene_advice.h"
#include "score/scene_file.h"

#include <stdio.h>

struct session {
    const struct learning *learning;
    struct picture_list list;
    struct image picture; /* the one that is being learned from */
};

static void say(const struct session *session, enum learn_tone tone, const char *sentence)
{
    const struct learn_listener *listener = &session->learning->listener;
    if (listener->say)
        listener->say(listener->context, tone, sentence);
}

static void on_left_out(void *context, const char *sentence)
{
    say(context, LEARN_WARNING, sentence);
}

static bool report(const struct session *session, const char *phase, double done, double total)
{
    const struct learn_listener *listener = &session->learning->listener;
    const struct learn_progress now = {phase, done, total, ""};
    return !listener->progress || listener->progress(listener->context, &now);
}

static bool on_progress(void *context, double done, double total)
{
    return report(context, "scene", done, total);
}

/* The list has looked at the headers; a picture whose pixels are damaged ends learning. */
static bool read_picture(void *context, size_t index, const uint8_t **ret_rgb, struct error *err)
{
    struct session *session = context;
    image_finish(&session->picture);
    if (!picture_read(session->learning->normal_folder, session->list.names[index],
                      &session->list.kind, &session->picture, err))
        return error_add_context(err, "%s/%s", session->learning->normal_folder,
                                 session->list.names[index]);
    *ret_rgb = session->picture.rgb;
    return true;
}

static bool list_pictures(struct session *session, struct error *err)
{
    const struct picture_listener listener = {on_left_out, session, NULL};
    const struct picture_rule rule = {.wanted = "pictures of one size"};
    char sentence[LEARN_TEXT_SIZE];
    if (!picture_list_load(session->learning->normal_folder, rule, listener, &session->list, err))
        return false;
    if (session->list.count < DATASET_LEAST)
        return error_set(err, ERROR_FORMAT,
                         "%s holds %zu usable pictures; at least %d are needed, %d or more over a "
                         "day and a night are better",
                         session->learning->normal_folder, session->list.count, DATASET_LEAST,
                         DATASET_ADVISED);
    snprintf(sentence, sizeof sentence, "%zu normal pictures of %dx%d px", session->list.count,
             session->list.kind.width, session->list.kind.height);
    say(session, LEARN_RESULT, sentence);
    return true;
}

/* A sheet that cannot be written costs a warning, not the model. */
static void advise(const struct session *session, const struct scene_normal *normal,
                   const struct scene_lesson *lesson)
{
    const struct scene_adviser adviser = {.folder = session->learning->normal_folder,
                                          .list = &session->list,
                                          .normal = normal,
                                          .lesson = lesson,
                                          .listener = session->learning->listener};
    struct error err;
    scene_advise(&adviser);
    if (!scene_sheet_write(&adviser, session->learning->model_folder, &err))
        say(session, LEARN_WARNING, err.message);
}

static bool save(const struct session *session, const struct scene_normal *normal,
                 struct error *err)
{
    const struct learn_listener *listener = &session->learning->listener;
    if (listener->before_save && !listener->before_save(listener->context, err))
        return false;
    return scene_file_save(session->learning->model_folder, normal, err);
}

static bool run(struct session *session, struct learned *ret_learned, struct error *err)
{
    const int64_t started_ns = clock_monotonic_ns();
    struct scene_lesson lesson = {0};
    if (!list_pictures(session, err))
        return false;
    const struct scene_pictures pictures = {.count = session->list.count,
                                            .width = session->list.kind.width,
                                            .height = session->list.kind.height,
                                            .read = read_picture,
                                            .progress = on_progress,
                                            .context = session};
    const struct scene_learning how = {
        .parts = {.registration = true, .light = true},
        .interval_seconds = session->learning->config->capture_interval_seconds,
        .false_alarms_per_month = session->learning->config->detector_false_alarms_per_month};
    (void)report(session, "scene", 0, 0);
    struct scene_normal *normal = scene_learn(&pictures, &how, &lesson, err);
    if (!normal)
        return false;
    const bool good = save(session, normal, err);
    if (good)
        advise(session, normal, &lesson);
    scene_normal_destroy(normal);
    if (good) {
        *ret_learned =
            (struct learned){.seconds = (double)(clock_monotonic_ns() - started_ns) * 1e-9};
        snprintf(ret_learned->outcome, sizeof ret_learned->outcome,
                 "the scene of %zu pictures, thresholds from %zu later ones", lesson.used,
                 lesson.held_out);
        snprintf(ret_learned->summary, sizeof ret_learned->summary,
                 "learned the scene of %zu pictures in %.0f s", lesson.used, ret_learned->seconds);
    }
    scene_lesson_finish(&lesson);
    return good;
}

static bool learn(const struct learning *learning, struct learned *ret_learned, struct error *err)
{
    struct session session = {.learning = learning};
    const bool good = run(&session, ret_learned, err);
    image_finish(&session.picture);
    picture_list_finish(&session.list);
    return good;
}

static bool load(const char *model_folder, struct trained_model *ret_model, struct error *err)
{
    struct trained_model model = {0};
    struct scene_normal *normal = scene_file_load(model_folder, model.set.identity.set_digest, err);
    if (!normal)
        return false;
    model.extra = normal;
    model.set.identity.width = normal->size.width;
    model.set.identity.height = normal->size.height;
    model.set.identity.picture_width = normal->picture_width;
    model.set.identity.picture_height = normal->picture_height;
    model.set.threshold.threshold = model.set.threshold.pixel_error_threshold = 1.0;
    *ret_model = model;
    return true;
}

/* The region of interest is compared when a detector is opened: it must give the pictures' size. */
static bool check(const struct trained_model *model, const struct config *config, struct error *err)
{
    (void)model;
    (void)config;
    (void)err;
    return true;
}

static void unload(struct trained_model *model)
{
    scene_normal_destroy(model->extra);
    *model = (struct trained_model){0};
}

static struct detector *open_detector(const struct trained_model *model,
                                      const struct config *config, int camera_width,
                                      int camera_height, int threads, struct error *err)
{
    (void)threads;
    const struct scene_parts parts = {.registration = true, .light = true};
    return scene_detector_create(model->extra, config, parts, camera_width, camera_height, err);
}

/* Seconds in which a picture that stays says what it has to say, and no visit is believed yet. */
enum { LOOKS = 30 };

static const char *const files[] = {SCENE_FILE_NAME, NULL};

const struct detector_kind scene_kind = {.name = "scene",
                                         .files = files,
                                         .accepts = true,
                                         .looks = LOOKS,
                                         .learn = learn,
                                         .load = load,
                                         .check = check,
                                         .unload = unload,
                                         .open = open_detector};
