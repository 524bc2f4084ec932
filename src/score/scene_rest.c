/* Frame → registered → light removed → difference → means over windows. Inference thread.
 */
#include "score/scene_rest.h"

#include "score/scene_light.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const int scene_scale_radius[SCALE_COUNT] = {1, 4};

static const float SHIFT_LEAST = 0.02f;          /* px; less is noise of the estimate */
static const float BURNT = 0.90f, BLACK = 0.05f; /* of full scale: where light no longer adds up */
static const float DOUBT_OF_LIGHT = 0.06f, DOUBT_AT_ENDS = 0.6f; /* of the light's change */
static const float DOUBT_OF_SHIFT = 0.4f; /* of an edge's gradient, per px shifted */
static const float SHAKE_MEMORY = 0.9f;   /* kept from frame to frame */
static const float LIKENESS_LEAST = 0.5f; /* below this a shift means nothing */

struct scene_rest {
    struct scene_size size;
    struct scene_parts parts;
    const float *mean;
    struct scene_view *view;
    struct scene_light *light;
    struct scene_register *registration;
    float *frame;       /* [CHANNEL_COUNT][height][width], registered */
    float *difference;  /* the same, light removed */
    float *maps;        /* [MAP_COUNT][height][width] */
    float *doubt_share; /* [height][width]: of the light's change that may be left in the rest */
    float *edges;       /* [height][width]: gradient of the normal luma per px */
    float *doubt;       /* [height][width] */
    float shaken_px;    /* how far pictures were shifted back lately */
    float *scratch;     /* [width] */
};

/* By the brightest and the darkest colour of the normal picture. */
static void share_doubt(struct scene_rest *rest)
{
    const size_t plane = scene_pixels(rest->size);
    for (size_t i = 0; i < plane; i++) {
        float luma = rest->mean[i], red_blue = rest->mean[plane + i];
        float green_other = rest->mean[2 * plane + i];
        float green = luma + green_other * (2.0f / 3.0f), both = luma - green_other * (1.0f / 3.0f);
        float highest = fmaxf(green, both + 0.5f * fabsf(red_blue));
        float lowest = fminf(green, both - 0.5f * fabsf(red_blue));
        bool at_end = highest > logf(BURNT) || lowest < logf(BLACK + 8.0f / 255.0f);
        rest->doubt_share[i] = at_end ? DOUBT_AT_ENDS : DOUBT_OF_LIGHT;
    }
}

struct scene_rest *scene_rest_create(struct scene_size size, const float *mean,
                                     struct scene_parts parts, struct error *err)
{
    struct scene_rest *rest = calloc(1, sizeof *rest);
    const size_t plane = scene_pixels(size);
    if (rest) {
        *rest = (struct scene_rest){.size = size, .parts = parts, .mean = mean};
        rest->frame = malloc(CHANNEL_COUNT * plane * sizeof(float));
        rest->difference = malloc(CHANNEL_COUNT * plane * sizeof(float));
        rest->maps = calloc(MAP_COUNT * plane, sizeof(float));
        rest->doubt_share = malloc(plane * sizeof(float));
        rest->edges = malloc(plane * sizeof(float));
        rest->doubt = calloc(plane, sizeof(float));
        rest->scratch = malloc((size_t)size.width * sizeof(float));
    }
    if (!rest || !rest->frame || !rest->difference || !rest->maps || !rest->doubt_share ||
        !rest->edges || !rest->doubt || !rest->scratch) {
        scene_rest_destroy(rest);
        error_set(err, ERROR_MEMORY, "no memory for a scene of %dx%d px", size.width, size.height);
        return NULL;
    }
    if (!(rest->view = scene_view_create(size, err)) ||
        !(rest->light = scene_light_create(size, err)) ||
        !(rest->registration = scene_register_create(size, mean, err))) {
        scene_rest_destroy(rest);
        return NULL;
    }
    share_doubt(rest);
    scene_gradient(mean, size, rest->edges);
    return rest;
}

void scene_rest_destroy(struct scene_rest *rest)
{
    if (!rest)
        return;
    scene_view_destroy(rest->view);
    scene_light_destroy(rest->light);
    scene_register_destroy(rest->registration);
    free(rest->frame);
    free(rest->difference);
    free(rest->maps);
    free(rest->doubt_share);
    free(rest->edges);
    free(rest->doubt);
    free(rest->scratch);
    free(rest);
}

static void subtract_mean(struct scene_rest *rest, const float *offset)
{
    const size_t count = CHANNEL_COUNT * scene_pixels(rest->size);
    if (offset)
        for (size_t i = 0; i < count; i++)
            rest->difference[i] = rest->frame[i] - rest->mean[i] - offset[i];
    else
        for (size_t i = 0; i < count; i++)
            rest->difference[i] = rest->frame[i] - rest->mean[i];
}

/* The error of interpolation is largest for half a pixel; evidence remembers it for some frames. */
static void doubt_known_causes(struct scene_rest *rest, struct shift shift)
{
    const size_t width = (size_t)rest->size.width;
    float now = fminf(hypotf(shift.x, shift.y), 0.5f);
    rest->shaken_px = fmaxf(now, SHAKE_MEMORY * rest->shaken_px);
    const float of_edges = DOUBT_OF_SHIFT * rest->shaken_px;
    for (int y = 0; y < rest->size.height; y++) {
        float *row = rest->doubt + (size_t)y * width;
        const float *share = rest->doubt_share + (size_t)y * width;
        const float *edges = rest->edges + (size_t)y * width;
        const float *light = scene_light_row(rest->light, CHANNEL_LUMA, y);
        for (size_t x = 0; x < width; x++)
            row[x] = share[x] * fabsf(light[x]) + of_edges * edges[x];
    }
}

void scene_rest_remember_light(struct scene_rest *rest, float share)
{
    scene_light_remember(rest->light, share);
}

const float *scene_rest_doubt(const struct scene_rest *rest)
{
    return rest->doubt;
}

void scene_rest_read(struct scene_rest *rest, const uint8_t *rgb, ptrdiff_t stride,
                     const float *doubt, const float *offset, struct scene_glance *ret_glance)
{
    const size_t plane = scene_pixels(rest->size);
    struct scene_glance glance = {0};
    scene_view_read(rest->view, rgb, stride, rest->frame, &glance.brightness);
    glance.shift = scene_register_find(rest->registration, rest->frame, &glance.edges);
    if (rest->parts.registration && glance.edges.likeness >= LIKENESS_LEAST &&
        fabsf(glance.shift.x) + fabsf(glance.shift.y) >= SHIFT_LEAST)
        scene_register_undo(rest->registration, glance.shift, rest->frame);
    subtract_mean(rest, offset);
    if (rest->parts.light) {
        scene_light_remove(rest->light, rest->difference, doubt);
        glance.light_level = scene_light_level(rest->light);
        glance.light_depth = scene_light_depth(rest->light);
        glance.light_change = scene_light_change(rest->light);
    }
    doubt_known_causes(rest, rest->parts.registration ? glance.shift : (struct shift){0.0f, 0.0f});
    for (int map = 0; map < MAP_COUNT; map++)
        scene_box_mean(rest->difference + (size_t)(map % CHANNEL_COUNT) * plane, rest->size,
                       scene_scale_radius[map / CHANNEL_COUNT], rest->scratch,
                       rest->maps + (size_t)map * plane);
    *ret_glance = glance;
}

const float *scene_rest_map(const struct scene_rest *rest, int map)
{
    return rest->maps + (size_t)map * scene_pixels(rest->size);
}

const float *scene_rest_difference(const struct scene_rest *rest, enum scene_channel channel)
{
    return rest->difference + (size_t)channel * scene_pixels(rest->size);
}

const float *scene_rest_frame(const struct scene_rest *rest)
{
    return rest->frame;
}

void scene_rest_expected(const struct scene_rest *rest, float *ret_planes)
{
    const size_t count = CHANNEL_COUNT * scene_pixels(rest->size);
    for (size_t i = 0; i < count; i++)
        ret_planes[i] = rest->frame[i] - rest->difference[i];
}
