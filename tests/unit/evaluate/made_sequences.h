/* Sequences of tiny pictures, and a detector that anybody can predict: its score is the red value
 * of the first pixel / 255, its threshold 0.5; green 255 there is a covered lens, blue 255 a scene
 * that changed. Its box is the upper left quarter.
 */
#ifndef TESTS_MADE_SEQUENCES_H
#define TESTS_MADE_SEQUENCES_H

#include "frame/image.h"
#include "platform/clock.h"
#include "platform/file.h"
#include "score/detector_kind.h"
#include "scratch.h"

#include <stdlib.h>
#include <string.h>

enum { SIDE = 8, QUIET_RED = 10, SLOW_RED = 20, LEAK_RED = 200 };
enum { COVERED_GREEN = 255, CHANGED_BLUE = 255, SLOW_MS = 10 };

/* ---- files */

static inline bool make_text(const char *path, const char *text)
{
    struct error err;
    char folder[PATH_SIZE];
    snprintf(folder, sizeof folder, "%s", scratch(path));
    *strrchr(folder, '/') = '\0';
    return folder_create(folder, false, &err) &&
           file_replace(scratch(path), text, strlen(text), false, &err);
}

static inline bool make_picture_of(const char *path, int width, int height, int red, int green,
                                   int blue)
{
    struct error err;
    char folder[PATH_SIZE];
    uint8_t *rgb = malloc((size_t)width * (size_t)height * 3);
    for (int i = 0; rgb && i < width * height; i++) {
        rgb[3 * i] = (uint8_t)red;
        rgb[3 * i + 1] = (uint8_t)green;
        rgb[3 * i + 2] = (uint8_t)blue;
    }
    snprintf(folder, sizeof folder, "%s", scratch(path));
    *strrchr(folder, '/') = '\0';
    struct buffer png = {0};
    bool good = rgb && folder_create(folder, false, &err) &&
                image_encode_png(rgb, width, height, &png, &err);
    FILE *file = good ? fopen(scratch(path), "wb") : NULL; /* image_write_png waits for the disk */
    good = file && fwrite(png.data, 1, png.size, file) == png.size;
    good = file && fclose(file) == 0 && good;
    buffer_finish(&png);
    free(rgb);
    return good;
}

static inline bool make_picture(const char *path, int red)
{
    return make_picture_of(path, SIDE, SIDE, red, 0, 0);
}

/* 'q' a quiet frame, 'w' one that takes 10 ms, 'L' one that the detector calls abnormal, 'c' a
 * covered lens, 's' a scene that changed. */
static inline bool make_frames(const char *folder, const char *letters)
{
    char path[256];
    for (int i = 0; letters[i]; i++) {
        snprintf(path, sizeof path, "%s/%03d.png", folder, i);
        if (!make_picture_of(path, SIDE, SIDE,
                             letters[i] == 'L'   ? LEAK_RED
                             : letters[i] == 'w' ? SLOW_RED
                                                 : QUIET_RED,
                             letters[i] == 'c' ? COVERED_GREEN : 0,
                             letters[i] == 's' ? CHANGED_BLUE : 0))
            return false;
    }
    return true;
}

/* A sequence with a leak of `area_px` from `onset` (-1 = none) on. */
static inline bool make_sequence(const char *folder, const char *kind, const char *letters,
                                 int onset, int area_px)
{
    char path[256], text[4096];
    int length = snprintf(text, sizeof text,
                          "{\"name\": \"%s\", \"kind\": \"%s\", \"onset\": ", folder, kind);
    length += onset < 0 ? snprintf(text + length, sizeof text - (size_t)length, "null")
                        : snprintf(text + length, sizeof text - (size_t)length, "%d", onset);
    length += snprintf(text + length, sizeof text - (size_t)length, ", \"area\": [");
    for (int i = 0; letters[i]; i++)
        length += snprintf(text + length, sizeof text - (size_t)length, "%s%d", i ? ", " : "",
                           onset >= 0 && i >= onset ? area_px : 0);
    snprintf(text + length, sizeof text - (size_t)length, "]}");
    snprintf(path, sizeof path, "%s/case.json", folder);
    return make_frames(folder, letters) && make_text(path, text);
}

/* ---- the detector */

static int made_detectors_open, made_learned;

static inline bool made_observe(struct detector *detector, const struct frame *frame,
                                struct observation *ret_observation, struct error *err)
{
    (void)detector;
    if (frame->rgb[0] == 255)
        return error_set(err, ERROR_INTERNAL, "this detector does not like red");
    if (frame->rgb[0] == SLOW_RED)
        clock_sleep_ns(SLOW_MS * NS_PER_MS);
    struct observation seen = {.score = frame->rgb[0] / 255.0, .threshold = 0.5};
    seen.camera_faults = frame->rgb[1] == COVERED_GREEN ? 1u << CAMERA_FAULT_COVERED : 0;
    seen.scene_changed = frame->rgb[2] == CHANGED_BLUE;
    seen.score_triggered = seen.score > seen.threshold;
    if (seen.score_triggered) {
        seen.path = ALARM_PATH_SCORE;
        seen.box_count = 1;
        seen.boxes[0] = (struct rect){0, 0, frame->width / 2, frame->height / 2};
        seen.area_px = frame->width / 2.0 * frame->height / 2.0;
        seen.area_fraction = 0.25;
    }
    *ret_observation = seen;
    return true;
}

static inline void made_destroy(struct detector *detector)
{
    __atomic_fetch_sub(&made_detectors_open, 1, __ATOMIC_SEQ_CST);
    free(detector);
}

static const struct detector_ops made_ops = {"made", made_observe, made_destroy};

static inline struct detector *made_open(const struct trained_model *model,
                                         const struct config *config, int camera_width,
                                         int camera_height, int threads, struct error *err)
{
    (void)model, (void)config, (void)camera_width, (void)camera_height, (void)threads, (void)err;
    struct detector *detector = calloc(1, sizeof *detector);
    if (detector)
        *detector = (struct detector){&made_ops, SIDE, SIDE};
    __atomic_fetch_add(&made_detectors_open, 1, __ATOMIC_SEQ_CST);
    return detector;
}

static inline bool made_learn(const struct learning *learning, struct learned *ret_learned,
                              struct error *err)
{
    char path[PATH_SIZE];
    const struct learn_progress now = {"training", 1, 2, ""};
    const struct learn_listener *listener = &learning->listener;
    const bool go_on = !listener->progress || listener->progress(listener->context, &now);
    *ret_learned = (struct learned){.interrupted = !go_on};
    made_learned++;
    return path_join(path, sizeof path, learning->model_folder, "made.txt", err) &&
           (!listener->before_save || listener->before_save(listener->context, err)) &&
           file_replace(path, "made", 4, false, err);
}

static inline bool made_load(const char *model_folder, struct trained_model *ret_model,
                             struct error *err)
{
    char path[PATH_SIZE];
    struct buffer text = {0};
    const bool good = path_join(path, sizeof path, model_folder, "made.txt", err) &&
                      file_read(path, 16, &text, err);
    buffer_finish(&text);
    if (good)
        *ret_model = (struct trained_model){0};
    return good;
}

static inline bool made_check(const struct trained_model *model, const struct config *config,
                              struct error *err)
{
    (void)model, (void)config, (void)err;
    return true;
}

static inline void made_unload(struct trained_model *model)
{
    *model = (struct trained_model){0};
}

static const char *const made_files[] = {"made.txt", NULL};
static const struct detector_kind made_kind = {.name = "made",
                                               .files = made_files,
                                               .learn = made_learn,
                                               .load = made_load,
                                               .check = made_check,
                                               .unload = made_unload,
                                               .open = made_open};

#endif
