/* How what has leaked looks: a pixel of liquid, of damp, of salt.
 *
 * Under rig_film.c. Coloured liquid absorbs the light from below along its depth (Lambert and
 * Beer); its surface adds the ceiling's strip light where it is tilted the right way, and the image
 * of what stands behind. Clear liquid takes next to nothing: it is seen by what it bends, by its
 * rim, and by a little darkness, because wet things scatter less. Damp in something porous is
 * darkness alone. Salt hides what is under it.
 *
 * The surprising thing: clear liquid asks the still life, not the frame, for what lies below, since
 * the frame's neighbouring pixels may be wet already.
 */
#include "camera/rig_coat.h"

#include <math.h>
#include <stddef.h>

static const float mirror_share = 0.10f;
static const float clear_mirror_share = 0.06f;

/* One pixel of a film. */
struct spot {
    const struct film *film;
    struct canvas *frame;
    const struct canvas *scene;
    enum liquid liquid;
    bool on_floor;
    int x, y;
    size_t i;
    float height;
    struct point p, slope;
    float light[3]; /* on a surface that faces the viewer */
};

/* Tilt of the surface by central differences, in depth per unit. */
static struct point slope_at(const struct film *film, const struct canvas *frame, int x, int y)
{
    const int left = x > 0 ? x - 1 : x, right = x < frame->width - 1 ? x + 1 : x;
    const int above = y > 0 ? y - 1 : y, below = y < frame->height - 1 ? y + 1 : y;
    const float *row = film->height + (size_t)y * (size_t)frame->width;
    const float half = frame->scale / 2.0f;
    return (struct point){
        (row[right] - row[left]) * half,
        (film->height[(size_t)below * (size_t)frame->width + (size_t)x] -
         film->height[(size_t)above * (size_t)frame->width + (size_t)x]) *
            half,
    };
}

/* The strip light in the tilted surface. */
static float gloss_at(struct point slope)
{
    const float toward = 0.55f * slope.x + 0.83f * slope.y; /* faces left and up */
    const float across = 0.83f * slope.x - 0.55f * slope.y;
    const float miss = (toward - 0.52f) * (toward - 0.52f) * 22.0f + across * across * 9.0f;
    return expf(-miss);
}

static size_t mirrored(const struct canvas *frame, float mirror_line, int x, struct point p,
                       struct point slope)
{
    const float ripple = 2.5f * texture_noise(p.x / 9.0f, p.y / 3.0f, 3);
    const float image_y = 2.0f * mirror_line - p.y - 24.0f * slope.y + ripple;
    float row = (image_y - frame->top) * frame->scale;
    row = row < 0.0f ? 0.0f : row > (float)(frame->height - 1) ? (float)(frame->height - 1) : row;
    return (size_t)row * (size_t)frame->width + (size_t)x;
}

static float floor_at(const struct spot *spot)
{
    return spot->on_floor ? spot->scene->planes[PLANE_FLOOR][spot->i] : 1.0f;
}

/* A pixel or so at the edge is wet in part. */
static float wet_share(const struct spot *spot)
{
    return fminf(spot->height / 0.45f, 1.0f) * floor_at(spot);
}

static float steepness(struct point slope)
{
    return fminf(slope.x * slope.x + slope.y * slope.y, 1.0f);
}

static void blend(float *value, float target, float share)
{
    *value += (target - *value) * share;
}

static float light_liquid(const struct spot *spot)
{
    const float share = wet_share(spot);
    const float steep = steepness(spot->slope), gloss = 0.9f * gloss_at(spot->slope);
    const size_t image =
        mirrored(spot->frame, spot->film->layout->mirror_line, spot->x, spot->p, spot->slope);
    const float *color = spot->frame->lighting->liquid[spot->liquid - LIQUID_POSITIVE];
    for (int c = 0; c < 3; c++) {
        float *const value = &spot->frame->planes[c][spot->i];
        /* a depth of 3 units shows the colour as in the tanks */
        const float absorbance = -logf(fminf(color[c] + 0.02f, 1.0f)) / 3.0f;
        const float below = *value * expf(-absorbance * spot->height) * (0.93f - 0.30f * steep);
        float wet = below + gloss * spot->light[c];
        if (spot->on_floor)
            wet += mirror_share * (spot->frame->planes[c][image] - below);
        blend(value, wet, share);
    }
    return share;
}

/* The still life as seen through a surface that is tilted. */
static size_t refracted(const struct spot *spot)
{
    const float bend = 5.0f * spot->frame->scale, lift = 0.3f * spot->height * spot->frame->scale;
    const float ripple = 0.6f * texture_noise(spot->p.x / 14.0f, spot->p.y / 6.0f, 8);
    float x = (float)spot->x - bend * (spot->slope.x + 0.2f * ripple);
    float y = (float)spot->y - bend * (spot->slope.y + 0.1f * ripple) + lift;
    x = fminf(fmaxf(x + 0.5f, 0.0f), (float)spot->frame->width - 1.0f);
    y = fminf(fmaxf(y + 0.5f, 0.0f), (float)spot->frame->height - 1.0f);
    return (size_t)y * (size_t)spot->frame->width + (size_t)x;
}

static float light_clear(const struct spot *spot)
{
    const float share = wet_share(spot);
    const float steep = steepness(spot->slope), gloss = 0.9f * gloss_at(spot->slope);
    const size_t below_i = refracted(spot);
    const size_t image =
        mirrored(spot->frame, spot->film->layout->mirror_line, spot->x, spot->p, spot->slope);
    /* The rim is a lens: the light it gathers lies at the side away from the room's light. */
    const float *to_room = spot->frame->optics->to_room;
    const float gathered =
        0.22f * fmaxf(0.0f, spot->slope.x * to_room[0] + spot->slope.y * to_room[1]);
    for (int c = 0; c < 3; c++) {
        const float below =
            canvas_lit(spot->scene, spot->frame->lighting, c, below_i) * (0.92f - 0.24f * steep);
        float wet = below * (1.0f + gathered) + gloss * spot->light[c];
        wet += clear_mirror_share * (spot->frame->planes[c][image] - below);
        blend(&spot->frame->planes[c][spot->i], wet, share);
    }
    return share;
}

/* Fibres draw the liquid on unevenly, and the front is the darkest. */
static float light_stain(const struct spot *spot)
{
    const float frayed =
        spot->height + 0.22f * texture_noise(spot->p.x / 3.0f, spot->p.y / 2.0f, 4);
    const float wetness = fminf(fmaxf(frayed / 0.9f, 0.0f), 1.0f);
    const float share = wetness * floor_at(spot);
    const float front = 0.10f * 4.0f * wetness * (1.0f - wetness);
    const float *color = spot->frame->lighting->liquid[spot->liquid - LIQUID_POSITIVE];
    for (int c = 0; c < 3; c++) {
        float *const value = &spot->frame->planes[c][spot->i];
        const float tinted = 0.62f * (0.72f + 0.28f * fminf(color[c] * 2.0f, 1.0f)) - front;
        blend(value, *value * tinted, share);
    }
    return share;
}

/* Rough and pale, with a breath of the liquid's colour. */
static float light_crust(const struct spot *spot)
{
    const float rough = texture_noise(spot->p.x / 2.2f, spot->p.y / 2.2f, 6);
    const float lumps = texture_noise(spot->p.x / 6.0f, spot->p.y / 6.0f, 7);
    const float share = fminf(spot->height * (1.0f + 0.5f * rough) / 0.7f, 1.0f) * floor_at(spot);
    const float *to_room = spot->frame->optics->to_room;
    const float facing = -(spot->slope.x * to_room[0] + spot->slope.y * to_room[1]);
    const float shade = 0.92f + 0.16f * rough + 0.10f * lumps - 0.28f * facing;
    const float *color = spot->frame->lighting->liquid[spot->liquid - LIQUID_POSITIVE];
    for (int c = 0; c < 3; c++) {
        const float albedo = 0.80f * (0.86f + 0.14f * fminf(color[c] * 2.0f, 1.0f));
        blend(&spot->frame->planes[c][spot->i], albedo * fmaxf(shade, 0.3f) * spot->light[c],
              share);
    }
    return share;
}

float coat_pixel(const struct coat *coat, const struct film *film, struct canvas *frame,
                 const struct canvas *scene, int x, int y)
{
    const size_t i = (size_t)y * (size_t)frame->width + (size_t)x;
    if (film->height[i] <= 0.0f || (coat->on_floor && scene->planes[PLANE_FLOOR][i] <= 0.0f))
        return 0.0f;
    struct spot spot = {
        .film = film,
        .frame = frame,
        .scene = scene,
        .liquid = coat->liquid,
        .on_floor = coat->on_floor,
        .x = x,
        .y = y,
        .i = i,
        .height = film->height[i],
        .p = canvas_point(frame, x, y),
        .slope = slope_at(film, frame, x, y),
    };
    const float room = light_room_at(frame->optics, spot.p);
    const float lamp = light_lamp_at(frame->optics, spot.p);
    for (int c = 0; c < 3; c++)
        spot.light[c] = room * frame->lighting->room[c] + lamp * frame->lighting->lamp[c];
    switch (coat->look) {
    case LOOK_CLEAR:
        return light_clear(&spot);
    case LOOK_STAIN:
        return light_stain(&spot);
    case LOOK_CRUST:
        return light_crust(&spot);
    case LOOK_LIQUID:
        break;
    }
    return light_liquid(&spot);
}
