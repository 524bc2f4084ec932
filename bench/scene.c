/* The scene detector on made-up frames: boxes and noise that differ from frame to frame, shifted by
 * a pixel in every other frame, so that none of its steps has nothing to do. What is normal is put
 * together here; learning is not what is measured.
 */
#include "scene.h"

#include "timing.h"

#include "base/rng.h"
#include "score/scene.h"

#include <stdlib.h>
#include <string.h>

enum { FRAMES = 4, BOX = 40, CONTRAST = 60, DARKER = 80 };

static const double NOISE = 2.0; /* levels of 255 */

/* `rng` NULL: without noise. */
static void paint(uint8_t *rgb, int width, int height, int shift, struct rng *rng)
{
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            for (int colour = 0; colour < 3; colour++) {
                const int boxes = (x + shift) / BOX + y / BOX;
                const double noise = rng ? NOISE * rng_normal(rng) : 0.0;
                const double level = DARKER + boxes % 2 * CONTRAST + 10 * colour + noise;
                rgb[3 * ((size_t)y * (size_t)width + (size_t)x) + (size_t)colour] = (uint8_t)level;
            }
}

/* Spreads and thresholds as noise of that size gives them. */
static bool make_normal(struct scene_normal *normal, const uint8_t *rgb, struct error *err)
{
    struct scene_brightness brightness;
    struct scene_view *view = scene_view_create(normal->size, err);
    if (!view)
        return false;
    scene_view_read(view, rgb, 3 * (ptrdiff_t)normal->picture_width, normal->mean, &brightness);
    scene_view_destroy(view);
    for (size_t i = 0; i < MAP_COUNT * scene_pixels(normal->size); i++)
        normal->spread[i] = 0.02f;
    for (int map = 0; map < MAP_COUNT; map++) {
        normal->calm[map] = 0.67f;
        normal->threshold[map] = 4.0f;
    }
    normal->likeness = normal->sharpness_low = 1.0f;
    normal->brightness_low = normal->brightness_high = brightness.mean;
    return true;
}

static bool run(struct detector *detector, uint8_t *const pictures[FRAMES], int width, int height,
                int frames, struct scene_figure *ret_figure, struct error *err)
{
    struct observation observation;
    for (int i = 0; i < frames; i++) {
        const struct frame frame = {.width = width,
                                    .height = height,
                                    .number = i,
                                    .time_ns = (int64_t)i * NS_PER_SECOND,
                                    .rgb = pictures[i % FRAMES]};
        const double cpu = cpu_seconds(), wall = wall_seconds();
        if (!detector_observe(detector, &frame, &observation, err))
            return false;
        const struct scene_figure now = {cpu_seconds() - cpu, wall_seconds() - wall};
        if (i == 0 || now.cpu_seconds < ret_figure->cpu_seconds)
            *ret_figure = now;
    }
    return true;
}

bool scene_measure(int width, int height, int frames, struct scene_figure *ret_figure,
                   struct error *err)
{
    const struct scene_parts parts = {.registration = true, .light = true};
    const size_t bytes = 3 * (size_t)width * (size_t)height;
    struct rng rng = rng_seeded(3, 0);
    struct config *config = config_default(err);
    struct scene_normal *normal = config ? scene_normal_create(width, height, err) : NULL;
    struct detector *detector = NULL;
    uint8_t *pictures[FRAMES];
    bool done = normal != NULL;
    for (int i = 0; i < FRAMES; i++) {
        pictures[i] = malloc(bytes);
        if (done && !pictures[i])
            done = error_set(err, ERROR_MEMORY, "no memory for frames of %dx%d px", width, height);
    }
    if (done) {
        paint(pictures[0], width, height, 0, NULL);
        done = make_normal(normal, pictures[0], err);
        for (int i = 0; i < FRAMES; i++)
            paint(pictures[i], width, height, i % 2, &rng);
    }
    if (done)
        detector = scene_detector_create(normal, config, parts, width, height, err);
    done = detector && run(detector, pictures, width, height, frames, ret_figure, err);
    detector_destroy(detector);
    for (int i = 0; i < FRAMES; i++)
        free(pictures[i]);
    scene_normal_destroy(normal);
    config_destroy(config);
    return done;
}
