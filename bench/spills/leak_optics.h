/* What light does in and on a leak's surface (leak_front.h), pixel by pixel of the current frame.
 *
 * Transmission: Beer-Lambert by depth and colour channel. Wet ground: dark, and more so where it is
 * dark already, which makes colours fuller. Refraction: the ground is seen displaced by slope and
 * depth. Mirror: Schlick's Fresnel term times what lies above, upside down and blurred. Lamps:
 * fixed places where the surface shines when it is flat, reached by slopes elsewhere: glints along
 * rims. Crusts are rough and matt instead: they hide the ground and scatter.
 *
 * Sources: Lekner & Dorf, "Why some things are darker when wet", Applied Optics 27 (1988); Schlick,
 * "An inexpensive BRDF model for physically-based rendering", Computer Graphics Forum 13 (1994).
 */
#ifndef SPILLS_LEAK_OPTICS_H
#define SPILLS_LEAK_OPTICS_H

#include "leak_front.h"
#include "leak_shape.h"

enum { OPTICS_LAMPS_MAX = 3, OPTICS_RIPPLES = 3, OPTICS_SAMPLES = 121 };

/* What a kind of leak does with light. */
struct optics_style {
    float porosity;                /* of the wet ground: 0 = as bright as dry */
    float mirror, lamps;           /* 0 = matt .. 1 = all that a flat surface gives */
    float refraction_px, shift_px; /* by slope 1, by depth 1; in units of unit_px */
    float meniscus;                /* width, in radii of the leak */
    float rim;                     /* how much a slope brightens and darkens */
    float softness;                /* of the edge, in radii; 0 = sharp */
    float opacity;                 /* of a crust at depth 1; 0 = liquid */
};

struct optics_lamp {
    float x, y;                /* px, where it shines on a flat surface */
    float px_per_slope;        /* how far a slope moves it */
    float along_px, across_px; /* size of its image */
    float cosine, sine;        /* of its direction */
    float brightness;          /* times the scene's white */
    float phase;
};

struct optics_ripple {
    float x, y, rate, phase;
};

struct leak_optics {
    struct optics_style style;
    struct leak_patch patch;
    float strength; /* 0 = invisible; solved for the wanted contrast */
    float radius_px, unit_px, fresnel, tilt;
    float absorption[3], body[3]; /* the liquid */
    float light_x, light_y;       /* direction towards the light, in the picture */
    float pivot_y;                /* px: what stands there touches its mirror image */
    float white;                  /* the background's brightest ground, linear */
    uint32_t seed;
    int lamp_count;
    struct optics_lamp lamps[OPTICS_LAMPS_MAX];
    struct optics_ripple ripples[OPTICS_RIPPLES];
    float *albedo;  /* [h][w][3] of the patch's px: the ground's share of white, 0..1 */
    float *texture; /* [h][w] of the patch's cells: the roughness of a crust; NULL for others */
    size_t samples[OPTICS_SAMPLES]; /* pixels that tell how the light is now */
    float sampled[OPTICS_SAMPLES][3];
};

/* ERROR_MEMORY. `liquid` is none of SEEDED. */
MUST_CHECK bool optics_init(struct leak_optics *ret_optics, enum leak_kind kind,
                            enum leak_liquid liquid, const struct leak_ground *ground,
                            const struct leak_patch *patch, double area_px, struct rng *rng,
                            struct error *err);
void optics_finish(struct leak_optics *optics); /* takes a zeroed one */

struct front_edge optics_edge(const struct leak_optics *optics);

struct optics_moment {
    const struct leak_cell *cells; /* [height][width] of the patch's cells */
    const struct light *frame;
    const float *occluder; /* of the frame, or NULL */
    float age_s;
    float flow; /* 0 = at rest .. 1 = liquid arrives: how much the surface moves */
};

/* The patch's pixels with the leak, and how much of each it covers. */
void optics_compose(const struct leak_optics *optics, const struct optics_moment *moment,
                    float *ret_rgb, float *ret_cover);

#endif
