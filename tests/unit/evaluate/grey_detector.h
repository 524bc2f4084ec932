/* A detector whose map is the red channel of the picture, 0..255, and whose score is the map's
 * largest value: what an evaluation must say of it can be worked by hand. It keeps count of what it
 * was shown, and fails when told to.
 */
#ifndef TESTS_GREY_DETECTOR_H
#define TESTS_GREY_DETECTOR_H

#include "score/detector.h"

#include <math.h>
#include <stdlib.h>

enum grey_failure { GREY_WORKS, GREY_FAILS, GREY_SCORE_NAN, GREY_MAP_NAN, GREY_NO_MAP };

/* What the test wants of it, and what it saw; outlives the detectors. */
struct grey_wish {
    struct rect region; /* what the map shows; width 0 = all */
    int shrink;         /* the map has every n-th pixel only; 0 = all */
    double threshold;
    bool busy; /* these of all frames */
    unsigned faults;
    bool maker_fails;
    enum grey_failure failure;
    int failure_at; /* frame, counted from 0 over all detectors */
    int made, destroyed, frames;
    int64_t last_time_ns;
    bool time_rises;
};

struct grey_detector {
    struct detector base;
    struct grey_wish *wish;
    struct rect region;
    float *map;
};

static bool grey_observe(struct detector *base, const struct frame *frame,
                         struct observation *ret_observation, struct error *err)
{
    struct grey_detector *detector = (struct grey_detector *)base;
    struct grey_wish *wish = detector->wish;
    const int shrink = wish->shrink ? wish->shrink : 1;
    const bool fails = wish->failure != GREY_WORKS && wish->frames == wish->failure_at;
    wish->time_rises =
        wish->time_rises && (wish->frames == 0 || frame->time_ns > wish->last_time_ns);
    wish->last_time_ns = frame->time_ns;
    wish->frames++;
    if (fails && wish->failure == GREY_FAILS)
        return error_set(err, ERROR_INTERNAL, "the network broke");
    float largest = 0.0f;
    for (int y = 0; y < base->map_height; y++)
        for (int x = 0; x < base->map_width; x++) {
            const int at =
                (detector->region.y + y * shrink) * frame->width + detector->region.x + x * shrink;
            const float value = frame->rgb[3 * at];
            detector->map[y * base->map_width + x] = value;
            largest = fmaxf(largest, value);
        }
    if (fails && wish->failure == GREY_MAP_NAN)
        detector->map[1] = NAN;
    *ret_observation = (struct observation){
        .score = fails && wish->failure == GREY_SCORE_NAN ? (double)NAN : largest,
        .threshold = wish->threshold,
        .busy = wish->busy,
        .camera_faults = wish->faults,
        .score_triggered = largest > wish->threshold,
        .maps = {.width = base->map_width,
                 .height = base->map_height,
                 .error_map = fails && wish->failure == GREY_NO_MAP ? NULL : detector->map}};
    return true;
}

static void grey_destroy(struct detector *base)
{
    struct grey_detector *detector = (struct grey_detector *)base;
    detector->wish->destroyed++;
    free(detector->map);
    free(detector);
}

/* For pictures_settings.make_detector; `context` is a struct grey_wish. */
static inline struct detector *grey_make(void *context, int width, int height, struct error *err)
{
    static const struct detector_ops ops = {"grey", grey_observe, grey_destroy};
    struct grey_wish *wish = context;
    if (wish->maker_fails) {
        error_set(err, ERROR_CONFIG, "the model does not fit");
        return NULL;
    }
    const struct rect all = {0, 0, width, height};
    const struct rect region = wish->region.width ? wish->region : all;
    const int shrink = wish->shrink ? wish->shrink : 1;
    struct grey_detector *detector = calloc(1, sizeof *detector);
    float *map = calloc((size_t)region.width * (size_t)region.height, sizeof *map);
    if (!detector || !map) {
        free(detector);
        free(map);
        error_set(err, ERROR_MEMORY, "no memory for a detector");
        return NULL;
    }
    *detector =
        (struct grey_detector){.base = {&ops, region.width / shrink, region.height / shrink},
                               .wish = wish,
                               .region = region,
                               .map = map};
    if (wish->made++ == 0)
        wish->time_rises = true;
    return &detector->base;
}

#endif
