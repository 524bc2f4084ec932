/* Trickles: thin lines that wander down from a point, with thick places where a bead hung.
 *
 * The arrival is the way along the line plus a lag to its sides that grows with the fourth power of
 * the distance: a blunt head, nearly parallel sides, and sides that still give way a little, which
 * is how the wanted area is met. Much liquid makes several strands, not one broad band.
 */
#include "leak_shape.h"

#include "leak_noise.h"
#include "leak_site.h"

#include <math.h>

enum { STRANDS_MAX = 7 };

struct strand {
    float x, y;      /* px, where it begins */
    float length_px; /* downwards */
    float width_px;
    float drift; /* sideways per px down */
    float at;    /* px */
    uint32_t seed;
};

static float side_at(const struct strand *strand, float s)
{
    const float bends = fminf(s / (4.0f * strand->width_px), 1.0f); /* none at the origin */
    return strand->x + strand->drift * s +
           bends * strand->width_px *
               (1.3f * noise_at(strand->seed, s / (25.0f * strand->width_px), 0.5f) +
                0.4f * noise_at(strand->seed, s / (6.0f * strand->width_px), 7.5f));
}

static float half_width_at(const struct strand *strand, float s)
{
    const float wave = noise_at(strand->seed, s / (3.5f * strand->width_px), 20.5f);
    const float bead = fmaxf(noise_at(strand->seed, s / (7.0f * strand->width_px), 40.5f), 0.25f);
    const float left = fmaxf(1.0f - (strand->length_px - s) / (2.5f * strand->width_px), 0.0f);
    return 0.5f * strand->width_px * (0.75f + 0.25f * wave + (bead - 0.25f) + 0.7f * left);
}

/* One round spot of the line at (x, y) px. */
static void stamp(struct leak_march *march, float x, float y, float half_px, float at, float lag)
{
    const struct leak_patch *patch = &march->patch;
    const float reach = 2.6f * half_px;
    const int scale = patch->scale;
    const int left = (int)((x - reach - (float)patch->rect.x) * (float)scale) - 1;
    const int right = (int)((x + reach - (float)patch->rect.x) * (float)scale) + 2;
    const int top = (int)((y - reach - (float)patch->rect.y) * (float)scale) - 1;
    const int bottom = (int)((y + reach - (float)patch->rect.y) * (float)scale) + 2;
    for (int row = top > 0 ? top : 0; row <= bottom && row < patch->height; row++) {
        const float dy = leak_patch_y(patch, row) - y;
        for (int column = left > 0 ? left : 0; column <= right && column < patch->width; column++) {
            const float dx = leak_patch_x(patch, column) - x;
            const float q = (dx * dx + dy * dy) / (half_px * half_px);
            if (q > 6.7f)
                continue;
            float *arrival = &march->arrival[row * patch->width + column];
            *arrival = fminf(*arrival, at + lag * q * q);
        }
    }
}

static void run_down(struct leak_march *march, const struct strand *strand)
{
    const float step = 0.25f / (float)march->patch.scale;
    const int steps = (int)(strand->length_px / step);
    for (int i = 0; i <= steps; i++) {
        const float s = (float)i * step;
        stamp(march, side_at(strand, s), strand->y + s, half_width_at(strand, s), strand->at + s,
              0.02f * strand->length_px);
    }
}

/* Length and width of the strands that make up the area with `room_px` below. */
static int draw_strands(struct strand *strands, float x, float y, double area_px, float room_px,
                        float unit_px, struct rng *rng)
{
    const double wanted = sqrt(area_px * rng_uniform_between(rng, 60.0, 130.0));
    const float length = (float)fmin(fmin(wanted, area_px / 1.7), (double)room_px);
    const float broadest = 4.5f * unit_px;
    int count = (int)(area_px / (double)(length * broadest)) + 1;
    count = count > STRANDS_MAX ? STRANDS_MAX : count;
    const float width = fmaxf(0.85f * (float)(area_px / (double)length) / (float)count, 1.5f);
    for (int i = 0; i < count; i++) {
        const float aside = (float)i - 0.5f * (float)(count - 1);
        struct strand *strand = &strands[i];
        strand->x = x + 0.4f * aside * width;
        strand->y = y;
        strand->length_px = length * (i ? (float)rng_uniform_between(rng, 0.6, 1.0) : 1.0f);
        strand->width_px = width * (float)rng_uniform_between(rng, 0.85, 1.15);
        strand->drift = (float)rng_uniform_between(rng, -0.06, 0.06) + 0.09f * aside;
        strand->at = i ? length * (float)rng_uniform_between(rng, 0.0, 0.3) : 0.0f;
        strand->seed = (uint32_t)rng_next(rng);
    }
    return count;
}

bool trickle_shape(const struct leak_ground *ground, double area_px, struct rng *rng,
                   struct leak_front *ret_front, struct error *err)
{
    int x = 0, y = 0;
    if (!site_choose(ground->background, ground->region, 4.0f * ground->unit_px, rng, &x, &y, err))
        return false;
    struct strand strands[STRANDS_MAX] = {0};
    const float room = fmaxf((float)(ground->background->height - 4 - y), 8.0f);
    const int count =
        draw_strands(strands, (float)x, (float)y, area_px, room, ground->unit_px, rng);
    const float width = strands[0].width_px, length = strands[0].length_px;
    const double aside = (0.5 * count + 6.0) * width + 0.4 * length;
    const struct rect rect =
        leak_reach(ground->background, x, y, aside, 4.0 * width, length + 4.0 * width);
    const int scale = (int)ceilf(5.0f / width);
    struct leak_march march;
    if (!march_init(&march, leak_patch_of(rect, scale < 1 ? 1 : scale), err))
        return false;
    for (int i = 0; i < count; i++)
        run_down(&march, &strands[i]);
    const bool made =
        front_init(ret_front, &march, strands[0].seed + 1, 0.5f, fmaxf(2.5f * width, 2.0f), err);
    march_finish(&march);
    return made;
}
