/* Augmentation of training pictures: dataset → here → trainer, as input and target alike.
 *
 * Rotation and translation are two resamplings in a row, not one combined, because that is what two
 * layers in a Keras model do, and the blur of each is part of what the reference method learns
 * from. Sampling is bilinear; outside the picture it is continued by reflection about its edge
 * (… c b a | a b c … c | c b a …), so no black corners are learnt as normal. A draw of zero leaves
 * the picture as it is, bit for bit.
 */
#include "model/augment.h"

#include "base/rng.h"
#include "model/random_streams.h"

#include <math.h>
#include <string.h>

enum { CHANNELS = 3 };

/* Where the pixel (x, y) of the result comes from: (xx·x + xy·y + x0, yx·x + yy·y + y0). */
struct affine {
    double xx, xy, x0;
    double yx, yy, y0;
};

static int index_reflect(int index, int count)
{
    const int period = 2 * count;
    int inside = index % period;
    if (inside < 0)
        inside += period;
    return inside < count ? inside : period - 1 - inside;
}

/* The four neighbours of one point, as offsets into a plane, and how near it is to each pair. */
struct neighbours {
    size_t top_left, top_right, bottom_left, bottom_right;
    float right_share, bottom_share;
};

static struct neighbours neighbours_at(double x, double y, int width, int height)
{
    const double x_floor = floor(x);
    const double y_floor = floor(y);
    const int left = index_reflect((int)x_floor, width);
    const int right = index_reflect((int)x_floor + 1, width);
    const size_t top = (size_t)index_reflect((int)y_floor, height) * (size_t)width;
    const size_t bottom = (size_t)index_reflect((int)y_floor + 1, height) * (size_t)width;
    return (struct neighbours){
        .top_left = top + (size_t)left,
        .top_right = top + (size_t)right,
        .bottom_left = bottom + (size_t)left,
        .bottom_right = bottom + (size_t)right,
        .right_share = (float)(x - x_floor),
        .bottom_share = (float)(y - y_floor),
    };
}

static float sample(const float *plane, const struct neighbours *at)
{
    const float top =
        plane[at->top_left] + at->right_share * (plane[at->top_right] - plane[at->top_left]);
    const float bottom = plane[at->bottom_left] +
                         at->right_share * (plane[at->bottom_right] - plane[at->bottom_left]);
    return top + at->bottom_share * (bottom - top);
}

static void resample(const struct affine *source, int width, int height, float *planes,
                     float *scratch)
{
    const size_t area = (size_t)width * (size_t)height;
    memcpy(scratch, planes, CHANNELS * area * sizeof *planes);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            const struct neighbours at =
                neighbours_at(source->xx * x + source->xy * y + source->x0,
                              source->yx * x + source->yy * y + source->y0, width, height);
            const size_t pixel = (size_t)y * (size_t)width + (size_t)x;
            for (size_t c = 0; c < CHANNELS; c++)
                planes[c * area + pixel] = sample(scratch + c * area, &at);
        }
    }
}

/* About the centre of the picture, the way keras' get_rotation_matrix writes it. */
static struct affine affine_rotation(double angle_rad, int width, int height)
{
    const double cosine = cos(angle_rad);
    const double sine = sin(angle_rad);
    const double last_x = width - 1;
    const double last_y = height - 1;
    return (struct affine){
        .xx = cosine,
        .xy = -sine,
        .x0 = (last_x - (cosine * last_x - sine * last_y)) / 2.0,
        .yx = sine,
        .yy = cosine,
        .y0 = (last_y - (sine * last_x + cosine * last_y)) / 2.0,
    };
}

static void tone_change(const struct variation *variation, size_t area, float *plane)
{
    double sum = 0.0;
    for (size_t i = 0; i < area; i++)
        sum += plane[i];
    const float mean = (float)(sum / (double)area);
    const float contrast = (float)variation->contrast;
    const float brightness = (float)variation->brightness;
    for (size_t i = 0; i < area; i++) {
        const float value = (plane[i] - mean) * contrast + mean + brightness;
        plane[i] = value < 0.0f ? 0.0f : value > 1.0f ? 1.0f : value;
    }
}

struct variation variation_draw(const struct augmentation *augmentation, int width, int height,
                                uint64_t seed, int epoch, size_t picture)
{
    static const double turn_rad = 6.283185307179586;
    if (!augmentation->enabled)
        return (struct variation){.contrast = 1.0};
    struct rng rng = rng_seeded(seed, random_stream(RANDOM_AUGMENTATION, epoch, picture));
    struct variation variation; /* one statement each: the order of the draws is part of the seed */
    variation.angle_rad =
        augmentation->rotation_turns * turn_rad * rng_uniform_between(&rng, -1, 1);
    variation.shift_y = augmentation->translation * height * rng_uniform_between(&rng, -1, 1);
    variation.shift_x = augmentation->translation * width * rng_uniform_between(&rng, -1, 1);
    variation.contrast = 1.0 + augmentation->contrast * rng_uniform_between(&rng, -1, 1);
    variation.brightness = augmentation->brightness * rng_uniform_between(&rng, -1, 1);
    return variation;
}

void variation_apply(const struct variation *variation, int width, int height, float *planes,
                     float *scratch)
{
    if (variation->angle_rad != 0.0) {
        const struct affine rotation = affine_rotation(variation->angle_rad, width, height);
        resample(&rotation, width, height, planes, scratch);
    }
    if (variation->shift_x != 0.0 || variation->shift_y != 0.0) {
        const struct affine shift = {
            .xx = 1.0, .x0 = -variation->shift_x, .yy = 1.0, .y0 = -variation->shift_y};
        resample(&shift, width, height, planes, scratch);
    }
    if (variation->contrast == 1.0 && variation->brightness == 0.0)
        return;
    const size_t area = (size_t)width * (size_t)height;
    for (size_t c = 0; c < CHANNELS; c++)
        tone_change(variation, area, planes + c * area);
}
