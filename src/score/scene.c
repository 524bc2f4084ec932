/* The scene detector, frame by frame: inference thread.
 *
 * Time is the frames' own. Three states of the scene besides the quiet one: a fault of the picture
 * (nothing is followed), busy (too much strays: evidence is held, for two minutes at most), and a
 * change of light (most of the picture strays the same way: it is taken into the baseline within
 * seconds). What appears in such a time is a change of the scene, not a leak, unless it grows.
 */
#include "score/scene.h"

#include "score/error_map.h"
#include "score/scene_baseline.h"
#include "score/scene_candidates.h"
#include "score/scene_evidence.h"
#include "score/scene_health.h"
#include "score/scene_region.h"

#include <math.h>
#include <stdlib.h>

static const float BUSY_SHARE = 0.05f;
static const double BUSY_SECONDS = 120.0;
static const double VISIT_ECHO_SECONDS = 8.0; /* what appears so soon afterwards came with it */
static const float LIGHT_SHARE = 0.45f;
static const double START_SECONDS = 10.0;
static const double SETTLE_SECONDS = 3.0;
static const double LIGHT_SECONDS = 8.0, LIGHT_HOLD_SECONDS = 20.0;
static const float LIGHT_CHANGE = 0.035f;  /* mean of the logarithm over the picture, */
static const float LIGHT_MEMORY = 0.25f;   /* against what it was some frames ago */
static const float LIGHT_LIKENESS = 0.88f; /* of that of normal pictures */
static const float LIGHT_STEP = 0.4f;
static const float HEAT_MAP_RANGE = 2.0f; /* thresholds */
static const double SCORE_SHARE = 1e-4;   /* of the pixels: whose strength is the score */
static const double ACCEPT_ECHO_SECONDS = 60.0;
enum { ACCEPT_MARGIN_PX = 6 };

struct scene_detector {
    struct detector base;
    const struct scene_normal *normal;
    int camera_width, camera_height;
    struct rect roi; /* camera px */
    struct scene_rest *rest;
    struct scene_baseline *baseline;
    struct scene_evidence *evidence;
    struct scene_candidates *candidates;
    struct scene_health health;
    struct rect accepted; /* px of the planes: around the change accepted last */
    double accepted_until_s;
    bool has_time, judged; /* judged: the last frame was */
    double first_s, last_s, busy_since_s, visited_until_s, light_since_s, light_until_s;
    double settled_s; /* until then the camera's exposure may follow the light */
    bool busy, light;
    float *input, *expected, *planes; /* for people: [3][height][width] */
};

static bool observe(struct detector *base, const struct frame *frame,
                    struct observation *ret_observation, struct error *err);
static void destroy(struct detector *base);

static bool accept_boxes(struct detector *base, const struct rect *boxes, int count, bool undo);

static const struct detector_ops scene_ops = {
    .kind = "scene", .observe = observe, .destroy = destroy, .accept = accept_boxes};

/* ---- where things are */

static struct rect grown(const struct scene_detector *detector, struct rect box, int margin)
{
    const struct scene_size size = detector->normal->size;
    int left = box.x - margin < 0 ? 0 : box.x - margin;
    int top = box.y - margin < 0 ? 0 : box.y - margin;
    int right = box.x + box.width + margin, bottom = box.y + box.height + margin;
    right = right > size.width ? size.width : right;
    bottom = bottom > size.height ? size.height : bottom;
    return (struct rect){left, top, right - left, bottom - top};
}

static struct rect box_to_camera(const struct scene_detector *detector, struct rect box)
{
    int scale = detector->normal->size.reduction;
    return (struct rect){detector->roi.x + box.x * scale, detector->roi.y + box.y * scale,
                         box.width * scale, box.height * scale};
}

static double camera_area(const struct scene_detector *detector, double area_px)
{
    double scale = detector->normal->size.reduction;
    return area_px * scale * scale;
}

/* ---- one frame */

/* The light is as it was while learning: what was taken into the baseline since is of no use. */
static void forget_light(struct scene_detector *detector, struct scene_stir *stir, double now_s)
{
    bool better = stir->abnormal >= BUSY_SHARE && stir->abnormal_at_first < 0.5f * stir->abnormal;
    better |= stir->alike >= LIGHT_SHARE && stir->alike_at_first < 0.5f * stir->alike;
    if (!better)
        return;
    scene_baseline_reset_light(detector->baseline);
    detector->light_until_s = now_s;
    detector->settled_s = now_s + SETTLE_SECONDS;
    stir->abnormal = stir->abnormal_at_first;
    stir->alike = stir->alike_at_first;
}

/* A change of light leaves the edges where they are; somebody who stands before them does not. */
static void follow_state(struct scene_detector *detector, struct scene_stir stir,
                         const struct scene_glance *glance, double now_s)
{
    bool light = (stir.alike >= LIGHT_SHARE || glance->light_change >= LIGHT_CHANGE) &&
                 glance->edges.likeness >= LIGHT_LIKENESS * detector->normal->likeness;
    scene_rest_remember_light(detector->rest, LIGHT_MEMORY);
    if (light && now_s >= detector->light_until_s)
        detector->light_since_s = now_s;
    if (light)
        detector->light_until_s = now_s + LIGHT_SECONDS;
    detector->light = now_s < detector->light_until_s;
    bool stirred = !detector->light && stir.abnormal >= BUSY_SHARE;
    if (stirred && !detector->busy)
        detector->busy_since_s = now_s;
    detector->busy = stirred;
    if (detector->light || stirred)
        detector->visited_until_s = now_s + VISIT_ECHO_SECONDS;
}

static bool is_held(const struct scene_detector *detector, double now_s)
{
    return now_s < detector->settled_s ||
           (detector->busy && now_s - detector->busy_since_s < BUSY_SECONDS) ||
           (detector->light && now_s - detector->light_since_s < LIGHT_HOLD_SECONDS);
}

static void report_leak(const struct scene_detector *detector,
                        const struct scene_candidate *candidate, struct observation *observation)
{
    if (observation->box_count < BOXES_MAX)
        observation->boxes[observation->box_count++] = box_to_camera(detector, candidate->box);
    double area_px = camera_area(detector, candidate->area_px);
    observation->area_px += area_px;
    if (area_px > observation->largest_blob_area) {
        observation->largest_blob_area = area_px;
        observation->path = candidate->path;
    }
}

static int accept_margin(struct rect box)
{
    return ACCEPT_MARGIN_PX + (box.width + box.height) / 16;
}

static void take_in(struct scene_detector *detector, struct rect box)
{
    struct rect region = grown(detector, box, accept_margin(box));
    scene_baseline_accept(detector->baseline, detector->rest, region);
    scene_evidence_forget_box(detector->evidence, region);
}

static void accept(struct scene_detector *detector, struct rect box)
{
    take_in(detector, box);
    detector->accepted = grown(detector, box, 2 * accept_margin(box));
    detector->accepted_until_s = detector->last_s + ACCEPT_ECHO_SECONDS;
}

/* What shows at the brim of a change that has just been accepted belongs to it. */
static bool is_echo(const struct scene_detector *detector, struct rect box)
{
    const struct rect *around = &detector->accepted;
    return detector->last_s < detector->accepted_until_s && box.x >= around->x &&
           box.y >= around->y && box.x + box.width <= around->x + around->width &&
           box.y + box.height <= around->y + around->height;
}

static void report_change(struct scene_detector *detector, const struct scene_candidate *candidate,
                          struct observation *observation)
{
    observation->scene_changed = true;
    if (observation->changed_box_count < BOXES_MAX)
        observation->changed_boxes[observation->changed_box_count++] =
            box_to_camera(detector, candidate->box);
}

static enum region_look look_at_region(void *context, struct rect box)
{
    const struct scene_detector *detector = context;
    return scene_region_look(detector->normal, detector->rest,
                             scene_baseline_offset(detector->baseline),
                             scene_evidence_strength(detector->evidence), box);
}

static void judge(struct scene_detector *detector, double now_s, struct observation *observation)
{
    const float *strength = scene_evidence_strength(detector->evidence);
    const struct scene_candidate *list;
    const struct region_viewer viewer = {look_at_region, detector};
    bool visited = now_s < detector->visited_until_s;
    int count =
        scene_candidates_follow(detector->candidates, strength, now_s, visited, viewer, &list);
    for (int i = 0; i < count; i++) {
        if (list[i].outcome == CANDIDATE_WAITS)
            continue;
        bool echo = is_echo(detector, list[i].box);
        if (list[i].outcome == CANDIDATE_LEAKS && !echo)
            report_leak(detector, &list[i], observation);
        else if (list[i].outcome == CANDIDATE_CHANGED && !echo) {
            report_change(detector, &list[i], observation);
            accept(detector, list[i].box);
        } else
            take_in(detector, list[i].box);
    }
    observation->heatmap_triggered = observation->box_count > 0;
    observation->area_fraction =
        observation->area_px / ((double)detector->camera_width * (double)detector->camera_height);
}

/* A change of light that was seen takes everything with it that changed in the same moment. One
 * that had happened before the first frame may hide a leak that was there: what strays clearly
 * stays, and is told as a change of the scene. */
static void take_light(struct scene_detector *detector, double now_s)
{
    const float *spared = now_s < detector->first_s + START_SECONDS
                              ? scene_evidence_present(detector->evidence)
                              : scene_evidence_strength(detector->evidence);
    scene_baseline_take_light(detector->baseline, detector->rest, spared, LIGHT_STEP);
}

static void follow_frame(struct scene_detector *detector, const struct scene_glance *glance,
                         double now_s, double step_s, struct observation *observation)
{
    const float *strength = scene_evidence_strength(detector->evidence);
    struct scene_stir stir = scene_evidence_stir(detector->evidence, detector->rest,
                                                 scene_baseline_light(detector->baseline));
    forget_light(detector, &stir, now_s);
    follow_state(detector, stir, glance, now_s);
    bool held = is_held(detector, now_s);
    scene_evidence_follow(detector->evidence, detector->rest, step_s, held);
    if (detector->light)
        take_light(detector, now_s);
    if (held) {
        scene_candidates_wait(detector->candidates, now_s);
        observation->busy = true;
        return;
    }
    scene_baseline_drift(detector->baseline, detector->rest, strength, step_s);
    judge(detector, now_s, observation);
}

static void fill_maps(struct scene_detector *detector, struct observation *observation)
{
    const struct scene_size size = detector->normal->size;
    scene_view_to_rgb(size, scene_rest_frame(detector->rest), detector->input);
    scene_rest_expected(detector->rest, detector->planes);
    scene_view_to_rgb(size, detector->planes, detector->expected);
    observation->maps =
        (struct detector_maps){.width = size.width,
                               .height = size.height,
                               .input = detector->input,
                               .reconstruction = detector->expected,
                               .error_map = scene_evidence_strength(detector->evidence),
                               .error_scale = HEAT_MAP_RANGE,
                               .meaning = MAPS_OF_EVIDENCE};
}

static bool observe(struct detector *base, const struct frame *frame,
                    struct observation *ret_observation, struct error *err)
{
    struct scene_detector *detector = (struct scene_detector *)base;
    if (frame->width != detector->camera_width || frame->height != detector->camera_height)
        return error_set(
            err, ERROR_INTERNAL, "a frame of %dx%d px came from a source that promised %dx%d px",
            frame->width, frame->height, detector->camera_width, detector->camera_height);
    const ptrdiff_t stride = 3 * (ptrdiff_t)frame->width;
    const uint8_t *corner = frame->rgb + detector->roi.y * stride + 3 * (ptrdiff_t)detector->roi.x;
    const size_t plane = scene_pixels(detector->normal->size);
    const double now_s = (double)frame->time_ns * 1e-9;
    const double step_s = detector->has_time ? now_s - detector->last_s : 0.0;
    if (!detector->has_time)
        detector->first_s = now_s;
    struct observation observation = {.threshold = 1.0};
    struct scene_glance glance;
    scene_rest_read(detector->rest, corner, stride, scene_evidence_strength(detector->evidence),
                    scene_baseline_offset(detector->baseline), &glance);
    observation.camera_faults =
        scene_health_look(&detector->health, detector->normal, frame, &glance);
    if (observation.camera_faults & ~(1u << CAMERA_FAULT_FROZEN))
        scene_candidates_wait(detector->candidates, now_s);
    else
        follow_frame(detector, &glance, now_s, step_s, &observation);
    observation.score = score_top_k(scene_evidence_strength(detector->evidence), plane,
                                    1 + (size_t)(SCORE_SHARE * (double)plane));
    observation.blob_area_threshold = 0.0;
    detector->judged =
        !observation.busy && !(observation.camera_faults & ~(1u << CAMERA_FAULT_FROZEN));
    fill_maps(detector, &observation);
    detector->last_s = now_s;
    detector->has_time = true;
    *ret_observation = observation;
    return true;
}

/* ---- what people declare normal */

/* All pixels of the planes that the box touches. */
static struct rect box_from_camera(const struct scene_detector *detector, struct rect box)
{
    const int scale = detector->normal->size.reduction;
    const int left = (box.x - detector->roi.x) / scale, top = (box.y - detector->roi.y) / scale;
    const int right = (box.x - detector->roi.x + box.width + scale - 1) / scale;
    const int bottom = (box.y - detector->roi.y + box.height + scale - 1) / scale;
    return grown(detector, (struct rect){left, top, right - left, bottom - top}, 0);
}

/* With the surroundings in which echoes may have been accepted since. */
static void take_back(struct scene_detector *detector, struct rect box)
{
    const struct rect region = grown(detector, box, 2 * accept_margin(box));
    scene_baseline_restore(detector->baseline, region);
    scene_evidence_forget_box(detector->evidence, region);
    detector->accepted_until_s = detector->last_s;
}

static bool accept_boxes(struct detector *base, const struct rect *boxes, int count, bool undo)
{
    struct scene_detector *detector = (struct scene_detector *)base;
    if (!undo && !detector->judged)
        return false;
    for (int i = 0; i < count; i++) {
        const struct rect box = box_from_camera(detector, boxes[i]);
        if (box.width <= 0 || box.height <= 0)
            continue; /* of another region of interest */
        if (undo)
            take_back(detector, box);
        else
            accept(detector, box);
    }
    return true;
}

/* ---- life */

static void destroy(struct detector *base)
{
    struct scene_detector *detector = (struct scene_detector *)base;
    scene_rest_destroy(detector->rest);
    scene_baseline_destroy(detector->baseline);
    scene_evidence_destroy(detector->evidence);
    scene_candidates_destroy(detector->candidates);
    free(detector->input);
    free(detector->expected);
    free(detector->planes);
    free(detector);
}

static bool prepare(struct scene_detector *detector, const struct config *config,
                    struct scene_parts parts, struct error *err)
{
    const struct scene_normal *normal = detector->normal;
    const size_t size = 3 * scene_pixels(normal->size) * sizeof(float);
    if (!detector_find_region(config, detector->camera_width, detector->camera_height,
                              normal->picture_width, normal->picture_height, &detector->roi, err))
        return false;
    detector->input = malloc(size);
    detector->expected = malloc(size);
    detector->planes = malloc(size);
    if (!detector->input || !detector->expected || !detector->planes)
        return error_set(err, ERROR_MEMORY, "no memory for a detector of %dx%d px",
                         normal->size.width, normal->size.height);
    return (detector->rest = scene_rest_create(normal->size, normal->mean, parts, err)) &&
           (detector->baseline = scene_baseline_create(normal->size, err)) &&
           (detector->evidence = scene_evidence_create(normal, err)) &&
           (detector->candidates = scene_candidates_create(normal->size, err));
}

struct detector *scene_detector_create(const struct scene_normal *normal,
                                       const struct config *config, struct scene_parts parts,
                                       int camera_width, int camera_height, struct error *err)
{
    struct scene_detector *detector = calloc(1, sizeof *detector);
    if (!detector) {
        error_set(err, ERROR_MEMORY, "no memory for a detector");
        return NULL;
    }
    detector->base = (struct detector){&scene_ops, normal->size.width, normal->size.height};
    detector->normal = normal;
    detector->camera_width = camera_width;
    detector->camera_height = camera_height;
    detector->accepted_until_s = detector->visited_until_s = detector->light_until_s =
        detector->settled_s = -1.0;
    if (!prepare(detector, config, parts, err)) {
        destroy(&detector->base);
        return NULL;
    }
    return &detector->base;
}
