/* A leak painted into pictures that had none: where it is, how it grows, and what light does in it.
 *
 *     struct leak_settings settings = {.kind = LEAK_PUDDLE, .seed = 7, .area_fraction = 0.002,
 *                                      .contrast = 0.3, .grow_s = 40};
 *     struct leak *leak = leak_create(&settings, &background, &err);
 *     leak_draw(leak, age_s, &frame, NULL, cover);
 *
 * leak_create looks at a quiet picture of the scene, chooses a place, and solves for the wanted
 * area and contrast. leak_draw then changes the current frame in place: what it does there is a
 * factor on the light that the frame has now, plus mirrored light of the same frame and of the
 * lamps, which follow the frame's brightness. So a lamp that is switched, a sunrise, a shadow act
 * on the leak as on everything else. Draw the leak before what the camera adds: shake, blur, noise,
 * JPEG.
 *
 * A pixel belongs to the leak where its cover is >= 0.5; area counts such pixels. Contrast is the
 * mean of |ln((with + e) / (without + e))| in linear light over the pixels of the fully grown leak
 * and the three channels, e = 0.004 (13/255 in sRGB): 0.1 is a tenth darker or brighter.
 *
 * Everything follows from settings and background; age is the only clock, and any age may be asked
 * for in any order. Ownership: leak_destroy takes NULL; the background is only read by leak_create.
 * leak_draw allocates nothing. One thread per leak.
 *
 * This code has nothing in common with the leaks of the simulated rig (src/camera/rig_*), and
 * nothing with whatever corrupts training pictures (src/model/): a detector that had learned either
 * of those would not know these. Keep it so.
 */
#ifndef SPILLS_LEAK_H
#define SPILLS_LEAK_H

#include "frame/convert.h"
#include "light.h"

enum leak_kind {
    LEAK_PUDDLE,  /* coloured electrolyte, millimetres deep */
    LEAK_FILM,    /* clear and thin: wet, mirroring, hardly any colour */
    LEAK_DROPS,   /* domes that appear one by one; some run and leave a trace */
    LEAK_TRICKLE, /* a thin line down from a point, with beads */
    LEAK_CRUST,   /* dried salt: light, rough, matt, grows in branches */
    LEAK_STAIN,   /* something porous takes it up: darker, with a soft front that creeps */
    LEAK_KIND_COUNT
};

enum leak_liquid {
    LEAK_LIQUID_SEEDED, /* one that suits the kind */
    LEAK_LIQUID_CLEAR,
    LEAK_LIQUID_V2, /* violet */
    LEAK_LIQUID_V3, /* green */
    LEAK_LIQUID_V4, /* blue */
    LEAK_LIQUID_V5, /* yellow */
    LEAK_LIQUID_IRON,
    LEAK_LIQUID_BROMINE,
    LEAK_LIQUID_COUNT
};

enum leak_growth {
    LEAK_GROWTH_SEEDED,
    LEAK_GROWTH_LINEAR, /* area ~ time: a steady source */
    LEAK_GROWTH_SQRT,   /* area ~ square root of time: a source that runs dry, or a wick */
    LEAK_GROWTH_STEPS,  /* bursts and rests */
    LEAK_GROWTH_COUNT
};

struct leak_settings {
    enum leak_kind kind;
    uint64_t seed;
    double area_fraction;    /* of the frame when fully grown, 0.00002..0.2; met within 15 % */
    double contrast;         /* wanted, 0.02..2; see leak_contrast for what was possible */
    double grow_s;           /* until fully grown, > 0 */
    enum leak_liquid liquid; /* 0 = seeded */
    enum leak_growth growth; /* 0 = seeded */
    double tilt;             /* height / width of a circle on the floor; 0 = 0.55 */
    struct rect region;      /* where it may begin, px; zeroed = the lower two thirds (of a trickle:
                           their      upper half) */
};

struct leak;

/* ERROR_USAGE for settings out of range, a region outside of the picture, or a picture smaller than
 * 64x64; ERROR_INPUT when no place in the region is fit (all saturated or black); ERROR_MEMORY. */
struct leak *leak_create(const struct leak_settings *settings, const struct light *background,
                         struct error *err);
void leak_destroy(struct leak *leak);

/* Draws the leak as it is `age_s` after its onset; before 0 the frame stays as it is. `frame` has
 * the size of the background. `occluder` (may be NULL): [height][width], 0..1, what stands in front
 * of the leak; there the frame stays as it is and the cover is 0. `ret_cover` (may be NULL):
 * [height][width], 0..1, wholly written. */
void leak_draw(struct leak *leak, double age_s, struct light *frame, const float *occluder,
               float *ret_cover);

/* What was reached on the background when fully grown. */
int leak_area_px(const struct leak *leak);
double leak_contrast(const struct leak *leak);
/* Holds all that is ever covered, px. */
struct rect leak_bounds(const struct leak *leak);

/* "puddle", "film", …: the kinds of case.json. */
const char *leak_kind_name(enum leak_kind kind);

#endif
