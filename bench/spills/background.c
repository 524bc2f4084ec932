/* Of a rig any frame can be rendered by itself. Of footage there are seconds, and minutes are
 * needed: its frames are run through back and forth, in stretches of random length, now and then
 * jumping to another range, so that the sensor's own noise and the coder's own breathing live on.
 * Which clip frame is shown when is laid down at creation.
 *
 * Where the rig itself draws the leak, its contrast is taken from the same rig without it, which
 * has the same light and the same noise.
 */
#include "background.h"

#include "base/rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a quiet scenario of the rig does begins soon. */
static const double quiet_onset_s = 5.0;

struct background {
    const struct scene_plan *scene;
    const struct case_plan *plan;
    struct rig *rig, *bare; /* `bare`: the same without the leak; NULL when not needed */
    uint8_t *bare_rgb;
    const struct footage *footage;
    int *order; /* clip frame by frame; NULL of a rig */
};

static struct rig *create_rig(const struct scene_plan *scene, const struct case_plan *plan,
                              enum scenario scenario, struct error *err)
{
    const struct rig_settings settings = {
        .scenario = scenario,
        .seed = scene->seed,
        .width = scene->width,
        .height = scene->height,
        .fps = 1.0 / plan->interval_s,
        .rig = scene->rig,
        .onset_s = plan->onset < 0 ? quiet_onset_s : plan->onset * plan->interval_s,
        .start_s = plan->start_s,
        .amount = plan->rig_amount,
        .rate = plan->rig_rate,
    };
    if (scene->rig >= RIG_LAYOUT_COUNT) {
        error_set(err, ERROR_CONFIG, "there is no simulated rig %d; there are 0 to %d", scene->rig,
                  RIG_LAYOUT_COUNT - 1);
        return NULL;
    }
    return rig_create(&settings, err);
}

static int range_count(const struct frame_range *ranges)
{
    int count = 0;
    while (count < FOOTAGE_RANGES_MAX && ranges[count].last > 0)
        count++;
    return count;
}

/* Where one walks among the clean frames. */
struct stroll {
    const struct frame_range *ranges;
    int range_count, range, at, step, left;
};

static void stroll_turn(struct stroll *stroll, struct rng *rng)
{
    if (rng_uniform(rng) < 0.15) {
        stroll->range = (int)rng_below(rng, (uint32_t)stroll->range_count);
        const struct frame_range range = stroll->ranges[stroll->range];
        stroll->at = range.first + (int)rng_below(rng, (uint32_t)(range.last - range.first + 1));
    }
    stroll->step = rng_below(rng, 2) ? 1 : -1;
    stroll->left = 4 + (int)rng_below(rng, 20);
}

static int stroll_on(struct stroll *stroll, struct rng *rng)
{
    if (stroll->left-- <= 0)
        stroll_turn(stroll, rng);
    const struct frame_range range = stroll->ranges[stroll->range];
    if (stroll->at + stroll->step < range.first || stroll->at + stroll->step > range.last)
        stroll->step = -stroll->step;
    stroll->at += stroll->step;
    return stroll->at;
}

static void lay_order(struct background *background)
{
    const struct case_plan *plan = background->plan;
    const struct footage_row *row = footage_row_of(background->footage);
    const struct frame_range *ranges = plan->is_normal ? row->normals : row->clean;
    struct rng rng = rng_seeded(plan->seed, 0xf007);
    struct stroll stroll = {.ranges = ranges, .range_count = range_count(ranges), .step = 1};
    stroll.at = ranges[0].first;
    stroll_turn(&stroll, &rng);
    const int visit_frames = (row->frame_count - 1) / row->stride + 1;
    int until_visit = 20 + (int)rng_below(&rng, 30), visit = 0;
    for (int i = 0; i < plan->frames; i++) {
        if (plan->has_visits && until_visit-- <= 0) {
            background->order[i] = visit++ * row->stride;
            if (visit < visit_frames)
                continue;
            visit = 0;
            until_visit = 30 + (int)rng_below(&rng, 60);
            continue;
        }
        background->order[i] = stroll_on(&stroll, &rng);
    }
}

static bool prepare_rig(struct background *background, struct error *err)
{
    const struct scene_plan *scene = background->scene;
    const struct case_plan *plan = background->plan;
    background->rig = create_rig(scene, plan, plan->scenario, err);
    if (!background->rig || plan->leak != LEAK_OF_RIG)
        return background->rig;
    background->bare = create_rig(scene, plan, SCENARIO_NORMAL, err);
    background->bare_rgb = malloc(3 * (size_t)scene->width * (size_t)scene->height);
    if (background->bare && !background->bare_rgb)
        return error_set(err, ERROR_MEMORY, "no memory for a rig without its leak");
    return background->bare;
}

static bool prepare_footage(struct background *background, struct error *err)
{
    background->order = malloc((size_t)background->plan->frames * sizeof *background->order);
    if (!background->order)
        return error_set(err, ERROR_MEMORY, "no memory for the order of frames");
    lay_order(background);
    return true;
}

struct background *background_create(const struct scene_plan *scene, const struct case_plan *plan,
                                     const struct footage *footage, struct error *err)
{
    struct background *background = calloc(1, sizeof *background);
    if (!background) {
        error_set(err, ERROR_MEMORY, "no memory for a background");
        return NULL;
    }
    *background = (struct background){.scene = scene, .plan = plan, .footage = footage};
    if (footage ? prepare_footage(background, err) : prepare_rig(background, err))
        return background;
    background_destroy(background);
    return NULL;
}

void background_destroy(struct background *background)
{
    if (!background)
        return;
    rig_destroy(background->rig);
    rig_destroy(background->bare);
    free(background->bare_rgb);
    free(background->order);
    free(background);
}

bool background_render(struct background *background, int frame, uint8_t *ret_rgb,
                       struct error *err)
{
    if (background->rig)
        return rig_render(background->rig, frame, ret_rgb, err);
    const struct scene_plan *scene = background->scene;
    const uint8_t *rgb = footage_frame(background->footage, background->order[frame]);
    if (!rgb)
        return error_set(err, ERROR_INTERNAL, "frame %d of %s was not kept",
                         background->order[frame], scene->footage);
    memcpy(ret_rgb, rgb, 3 * (size_t)scene->width * (size_t)scene->height);
    return true;
}

static double light_of(uint8_t value)
{
    const double srgb = value / 255.0;
    return srgb <= 0.04045 ? srgb / 12.92 : pow((srgb + 0.055) / 1.055, 2.4);
}

/* As leak.h defines it. */
static double contrast_of(const uint8_t *with, const uint8_t *without)
{
    double sum = 0.0;
    for (int c = 0; c < 3; c++)
        sum += fabs(log((light_of(with[c]) + 0.004) / (light_of(without[c]) + 0.004)));
    return sum / 3.0;
}

bool background_leak(struct background *background, int frame, const uint8_t *rgb,
                     uint8_t *ret_cover, double *ret_contrast, struct error *err)
{
    if (!rig_render(background->bare, frame, background->bare_rgb, err))
        return false;
    rig_leak_cover(background->rig, frame, ret_cover);
    const size_t pixels = (size_t)background->scene->width * (size_t)background->scene->height;
    double sum = 0.0;
    int64_t area = 0;
    for (size_t i = 0; i < pixels; i++)
        if (ret_cover[i] >= 128) {
            sum += contrast_of(rgb + 3 * i, background->bare_rgb + 3 * i);
            area++;
        }
    *ret_contrast = area ? sum / (double)area : 0.0;
    return true;
}
