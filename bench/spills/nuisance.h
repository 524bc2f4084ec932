/* What changes in a picture without being a leak: one row per kind, each with a strength.
 *
 * Every nuisance is a pure function of (seed, time): a frame needs no frame before it. Strength 0
 * leaves the picture as it is, bit by bit. They are applied in the order of their stage: what
 * belongs to the scene lies under a leak, what passes by stands in front of it, and light and lens
 * act on everything.
 */
#ifndef SPILLS_NUISANCE_H
#define SPILLS_NUISANCE_H

#include "picture.h"

enum nuisance_stage {
    STAGE_SCENE,  /* a part of the scene: before the leak */
    STAGE_OBJECT, /* stands in front of it */
    STAGE_LIGHT,
    STAGE_LENS,
    STAGE_SENSOR, /* taken into account by whoever exposes the picture */
    STAGE_COUNT
};

enum nuisance_kind {
    NUISANCE_LED,
    NUISANCE_DISPLAY,
    NUISANCE_ROTOR,
    NUISANCE_TANK,
    NUISANCE_INSECTS,
    NUISANCE_WALKER,
    NUISANCE_STANDING,
    NUISANCE_OBJECT,
    NUISANCE_GAIN_DRIFT,
    NUISANCE_GAIN_STEPS,
    NUISANCE_WHITE_BALANCE,
    NUISANCE_LAMP,
    NUISANCE_SUN_EDGE,
    NUISANCE_SUN_WINDOW,
    NUISANCE_CLOUDS,
    NUISANCE_FLICKER,
    NUISANCE_DARK,
    NUISANCE_SATURATED,
    NUISANCE_JITTER,
    NUISANCE_VIBRATION,
    NUISANCE_MOVED,
    NUISANCE_COVERED,
    NUISANCE_DEFOCUSED,
    NUISANCE_NOISE,
    NUISANCE_JPEG,
    NUISANCE_FROZEN,
    NUISANCE_COUNT
};

struct nuisance {
    enum nuisance_kind kind;
    double amount; /* in the row's unit; 0 = nothing */
    uint64_t seed;
    double from_s; /* when it begins */
};

struct nuisance_row {
    const char *name;
    const char *unit;   /* of the amount */
    const char *expect; /* the fault or record that it should raise; "" for none */
    enum nuisance_stage stage;
    void (*apply)(const struct nuisance *nuisance, double time_s, struct picture *picture);
};
extern const struct nuisance_row nuisance_rows[NUISANCE_COUNT];

/* All of one stage, in the order given. */
void nuisances_apply(const struct nuisance *nuisances, int count, enum nuisance_stage stage,
                     double time_s, struct picture *picture);

/* Noise to add, σ in 1/255 of sRGB. */
double nuisances_noise(const struct nuisance *nuisances, int count);
/* Quality of the JPEG, `usual` without one. */
int nuisances_jpeg_quality(const struct nuisance *nuisances, int count, int usual);
/* The frame that is shown instead: a frozen camera repeats one. */
int nuisances_shown_frame(const struct nuisance *nuisances, int count, int frame,
                          double interval_s);

/* Where jitter has moved the picture, px. */
struct spot nuisance_jitter_at(const struct nuisance *nuisance, double time_s);

/* The rows' functions. */
void nuisance_led(const struct nuisance *nuisance, double time_s, struct picture *picture);
void nuisance_display(const struct nuisance *nuisance, double time_s, struct picture *picture);
void nuisance_rotor(const struct nuisance *nuisance, double time_s, struct picture *picture);
void nuisance_tank(const struct nuisance *nuisance, double time_s, struct picture *picture);
void nuisance_insects(const struct nuisance *nuisance, double time_s, struct picture *picture);
void nuisance_walker(const struct nuisance *nuisance, double time_s, struct picture *picture);
void nuisance_standing(const struct nuisance *nuisance, double time_s, struct picture *picture);
void nuisance_object(const struct nuisance *nuisance, double time_s, struct picture *picture);
void nuisance_gain_drift(const struct nuisance *nuisance, double time_s, struct picture *picture);
void nuisance_gain_steps(const struct nuisance *nuisance, double time_s, struct picture *picture);
void nuisance_white_balance(const struct nuisance *nuisance, double time_s,
                            struct picture *picture);
void nuisance_lamp(const struct nuisance *nuisance, double time_s, struct picture *picture);
void nuisance_sun_edge(const struct nuisance *nuisance, double time_s, struct picture *picture);
void nuisance_sun_window(const struct nuisance *nuisance, double time_s, struct picture *picture);
void nuisance_clouds(const struct nuisance *nuisance, double time_s, struct picture *picture);
void nuisance_flicker(const struct nuisance *nuisance, double time_s, struct picture *picture);
void nuisance_dark(const struct nuisance *nuisance, double time_s, struct picture *picture);
void nuisance_saturated(const struct nuisance *nuisance, double time_s, struct picture *picture);
void nuisance_jitter(const struct nuisance *nuisance, double time_s, struct picture *picture);
void nuisance_vibration(const struct nuisance *nuisance, double time_s, struct picture *picture);
void nuisance_moved(const struct nuisance *nuisance, double time_s, struct picture *picture);
void nuisance_covered(const struct nuisance *nuisance, double time_s, struct picture *picture);
void nuisance_defocused(const struct nuisance *nuisance, double time_s, struct picture *picture);

#endif
