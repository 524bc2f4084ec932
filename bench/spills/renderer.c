/* Puts one frame together, from the background to the bytes of its JPEG.
 *
 * Where the rig itself draws the leak, the mask is where the rig with the leak differs from the
 * same rig without it: both have the same light and the same noise.
 */
#include "renderer.h"

#include "frame/image.h"

#include <math.h>
#include <stdlib.h>

enum { DIFFERENCE_MIN = 14 }; /* of 255, in one channel: beyond what JPEG smears */

struct renderer {
    const struct case_plan *plan;
    int width, height;
    struct rig *rig, *bare; /* `bare`: the same without the leak */
    uint8_t *rgb, *bare_rgb, *mask;
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
        .onset_s = plan->onset < 0 ? 5.0 : plan->onset * plan->interval_s,
        .start_s = plan->start_s,
    };
    return rig_create(&settings, err);
}

struct renderer *renderer_create(const struct scene_plan *scene, const struct case_plan *plan,
                                 struct error *err)
{
    struct renderer *renderer = calloc(1, sizeof *renderer);
    if (!renderer) {
        error_set(err, ERROR_MEMORY, "no memory for a case");
        return NULL;
    }
    renderer->plan = plan;
    renderer->width = scene->width;
    renderer->height = scene->height;
    const size_t pixels = (size_t)scene->width * (size_t)scene->height;
    renderer->rgb = malloc(pixels * 3);
    renderer->bare_rgb = malloc(pixels * 3);
    renderer->mask = calloc(pixels, 1);
    bool done = renderer->rgb && renderer->bare_rgb && renderer->mask;
    if (!done)
        error_set(err, ERROR_MEMORY, "no memory for pictures of %dx%d px", scene->width,
                  scene->height);
    if (done) {
        renderer->rig = create_rig(scene, plan, plan->scenario, err);
        done = renderer->rig;
    }
    if (done && plan->leak == LEAK_OF_RIG) {
        renderer->bare = create_rig(scene, plan, SCENARIO_NORMAL, err);
        done = renderer->bare;
    }
    if (done)
        return renderer;
    renderer_destroy(renderer);
    return NULL;
}

void renderer_destroy(struct renderer *renderer)
{
    if (!renderer)
        return;
    rig_destroy(renderer->rig);
    rig_destroy(renderer->bare);
    free(renderer->rgb);
    free(renderer->bare_rgb);
    free(renderer->mask);
    free(renderer);
}

static double light_of(uint8_t value)
{
    const double srgb = value / 255.0;
    return srgb <= 0.04045 ? srgb / 12.92 : pow((srgb + 0.055) / 1.055, 2.4);
}

static void measure_leak(struct renderer *renderer, struct rendering *rendering)
{
    const size_t pixels = (size_t)renderer->width * (size_t)renderer->height;
    double sum = 0.0;
    for (size_t i = 0; i < pixels; i++) {
        int difference = 0;
        double with = 0.01, without = 0.01;
        for (size_t c = 3 * i; c < 3 * i + 3; c++) {
            const int d = abs(renderer->rgb[c] - renderer->bare_rgb[c]);
            difference = d > difference ? d : difference;
        }
        renderer->mask[i] = difference >= DIFFERENCE_MIN ? 255 : 0;
        if (!renderer->mask[i])
            continue;
        for (size_t c = 3 * i; c < 3 * i + 3; c++) {
            with += light_of(renderer->rgb[c]);
            without += light_of(renderer->bare_rgb[c]);
        }
        sum += fabs(log(with / without));
        rendering->area_px++;
    }
    if (rendering->area_px)
        rendering->contrast = sum / (double)rendering->area_px;
}

bool renderer_frame(struct renderer *renderer, int frame, struct buffer *jpeg,
                    struct rendering *ret_rendering, struct error *err)
{
    struct rendering rendering = {
        .width = renderer->width, .height = renderer->height, .mask = renderer->mask};
    if (!rig_render(renderer->rig, frame, renderer->rgb, err))
        return false;
    if (renderer->bare && frame >= renderer->plan->onset) {
        if (!rig_render(renderer->bare, frame, renderer->bare_rgb, err))
            return false;
        measure_leak(renderer, &rendering);
    }
    if (!image_encode_jpeg(renderer->rgb, renderer->width, renderer->height,
                           renderer->plan->jpeg_quality, jpeg, err))
        return false;
    *ret_rendering = rendering;
    return true;
}
