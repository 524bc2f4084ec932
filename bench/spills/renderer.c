/* Puts one frame together, in the order of the light:
 *
 *     background → parts of the scene → leak → what stands in front → light → lens → noise → JPEG
 *
 * A leak that the rig draws is in the background already; its mask then goes the same way as the
 * cover of a painted one, so that a jitter moves it and a passer-by hides it.
 */
#include "renderer.h"

#include "frame/image.h"
#include "grain.h"
#include "picture.h"

#include <math.h>
#include <stdlib.h>

enum { JPEG_QUALITY = 90, PLACES_MAX = 8 };

struct renderer {
    const struct case_plan *plan;
    struct background *background;
    struct leak *leak;
    struct picture picture;
    struct grain grain;
    uint8_t *rgb, *mask;
};

static bool render_scene(struct renderer *renderer, int frame, struct error *err)
{
    const struct case_plan *plan = renderer->plan;
    struct picture *picture = &renderer->picture;
    if (!background_render(renderer->background, frame, renderer->rgb, err))
        return false;
    light_from_rgb(&picture->light, renderer->rgb);
    nuisances_apply(plan->nuisances, plan->nuisance_count, STAGE_SCENE, frame * plan->interval_s,
                    picture);
    return true;
}

/* The leak is fitted to the scene as it is when it begins. Where its seed finds no fit place, the
 * next one may. */
static bool prepare_leak(struct renderer *renderer, struct error *err)
{
    if (renderer->plan->leak != LEAK_PAINTED)
        return true;
    if (!render_scene(renderer, renderer->plan->onset, err))
        return false;
    struct leak_settings settings = renderer->plan->leak_settings;
    struct error reason = {.code = ERROR_INPUT};
    for (int i = 0; i < PLACES_MAX && !renderer->leak && reason.code == ERROR_INPUT; i++) {
        renderer->leak = leak_create(&settings, &renderer->picture.light, &reason);
        settings.seed += UINT64_C(1) << 32;
    }
    if (!renderer->leak && err)
        *err = reason;
    return renderer->leak;
}

struct renderer *renderer_create(const struct scene_plan *scene, const struct case_plan *plan,
                                 const struct footage *footage, struct error *err)
{
    struct renderer *renderer = calloc(1, sizeof *renderer);
    if (!renderer) {
        error_set(err, ERROR_MEMORY, "no memory for a case");
        return NULL;
    }
    renderer->plan = plan;
    const size_t pixels = (size_t)scene->width * (size_t)scene->height;
    renderer->rgb = malloc(pixels * 3);
    renderer->mask = calloc(pixels, 1);
    renderer->background = background_create(scene, plan, footage, err);
    bool done = renderer->background;
    if (done && (!renderer->rgb || !renderer->mask))
        done = error_set(err, ERROR_MEMORY, "no memory for pictures of %dx%d px", scene->width,
                         scene->height);
    done = done && picture_init(&renderer->picture, scene->width, scene->height, err) &&
           grain_init(&renderer->grain, scene->width, err) && prepare_leak(renderer, err);
    if (done)
        return renderer;
    renderer_destroy(renderer);
    return NULL;
}

void renderer_destroy(struct renderer *renderer)
{
    if (!renderer)
        return;
    background_destroy(renderer->background);
    leak_destroy(renderer->leak);
    picture_finish(&renderer->picture);
    grain_finish(&renderer->grain);
    free(renderer->rgb);
    free(renderer->mask);
    free(renderer);
}

/* Draws it, or takes over the rig's own, and fills the cover. */
static bool add_leak(struct renderer *renderer, int frame, double *ret_contrast, struct error *err)
{
    const struct case_plan *plan = renderer->plan;
    struct picture *picture = &renderer->picture;
    picture->has_cover = plan->leak != LEAK_NONE && frame >= plan->onset;
    if (!picture->has_cover)
        return true;
    if (plan->leak == LEAK_PAINTED) {
        leak_draw(renderer->leak, (frame - plan->onset) * plan->interval_s, &picture->light, NULL,
                  picture->cover);
        *ret_contrast = leak_contrast(renderer->leak);
        return true;
    }
    if (!background_leak(renderer->background, frame, renderer->rgb, renderer->mask, ret_contrast,
                         err))
        return false;
    const size_t pixels = (size_t)picture->light.width * (size_t)picture->light.height;
    for (size_t i = 0; i < pixels; i++)
        picture->cover[i] = renderer->mask[i] / 255.0f;
    return true;
}

static int64_t take_mask(struct renderer *renderer)
{
    const struct picture *picture = &renderer->picture;
    const size_t pixels = (size_t)picture->light.width * (size_t)picture->light.height;
    int64_t area = 0;
    for (size_t i = 0; i < pixels; i++) {
        const bool is_leak = picture->has_cover && picture->cover[i] >= 0.5f;
        renderer->mask[i] = is_leak ? 255 : 0;
        area += is_leak;
    }
    return area;
}

bool renderer_frame(struct renderer *renderer, int frame, struct buffer *jpeg,
                    struct rendering *ret_rendering, struct error *err)
{
    const struct case_plan *plan = renderer->plan;
    const struct nuisance *nuisances = plan->nuisances;
    const int count = plan->nuisance_count;
    struct picture *picture = &renderer->picture;
    const int width = picture->light.width, height = picture->light.height;
    frame = nuisances_shown_frame(nuisances, count, frame, plan->interval_s);
    const double time_s = frame * plan->interval_s;
    double contrast = 0.0;
    if (!render_scene(renderer, frame, err) || !add_leak(renderer, frame, &contrast, err))
        return false;
    for (enum nuisance_stage stage = STAGE_OBJECT; stage < STAGE_SENSOR; stage++)
        nuisances_apply(nuisances, count, stage, time_s, picture);
    light_to_rgb(&picture->light, renderer->rgb);
    grain_add(&renderer->grain, nuisances_noise(nuisances, count),
              plan->seed * 0x9e3779b97f4a7c15u + (uint64_t)frame, renderer->rgb, width, height);
    if (!image_encode_jpeg(renderer->rgb, width, height,
                           nuisances_jpeg_quality(nuisances, count, JPEG_QUALITY), jpeg, err))
        return false;
    *ret_rendering = (struct rendering){.width = width,
                                        .height = height,
                                        .mask = renderer->mask,
                                        .area_px = take_mask(renderer),
                                        .contrast = contrast};
    return true;
}
