/* A redox-flow-battery rig on a laboratory bench as a webcam sees it, drawn by us: for demos, for
 * tests of the whole program, and for rehearsing leaks that nobody wants to make.
 *
 * A frame is a function of (settings, frame number) alone: any frame can be rendered by itself, in
 * any order, with the same bits on the same machine. Frames of two scenarios with equal settings
 * are equal until the onset. Ownership: rig_destroy takes NULL. One thread per rig; nothing is
 * allocated by rig_render but the memory of the JPEG codec and its file.
 *
 * The leaks here are for rehearsal and evaluation only. The generator of corrupted training images
 * shares no code with them, or the bench would measure whether the detector knows our brush.
 */
#ifndef CAMERA_RIG_H
#define CAMERA_RIG_H

#include "base/error.h"

#include <stdint.h>

enum scenario {
    SCENARIO_NORMAL,
    SCENARIO_DROPS,
    SCENARIO_TRICKLE,
    SCENARIO_PUDDLE,
    SCENARIO_WALKER,
    SCENARIO_LAMP,
    SCENARIO_COVERED,
    /* leaks that are hard to see */
    SCENARIO_CLEAR,
    SCENARIO_CRUST,
    SCENARIO_STAIN,
    /* changes that mean nothing */
    SCENARIO_SUNRISE,
    SCENARIO_CLOUDS,
    SCENARIO_FLICKER,
    SCENARIO_INSECT,
    SCENARIO_STANDER,
    SCENARIO_OBJECT,
    SCENARIO_VIBRATION,
    /* faults of the camera */
    SCENARIO_MOVED,
    SCENARIO_DEFOCUSED,
    SCENARIO_FROZEN,
    SCENARIO_DARK,
    SCENARIO_SATURATED,
    SCENARIO_COUNT
};

/* In the order of the enum; the texts are for --help. */
struct scenario_row {
    const char *name;
    const char *text;
};
extern const struct scenario_row scenario_rows[SCENARIO_COUNT];

/* The laboratories to choose from: rig=0 … */
enum { RIG_LAYOUT_COUNT = 8 };

enum { RIG_WIDTH_MIN = 160, RIG_HEIGHT_MIN = 90, RIG_WIDTH_MAX = 3840, RIG_HEIGHT_MAX = 2160 };

struct rig_settings {
    enum scenario scenario;
    int rig;           /* which laboratory, 0..RIG_LAYOUT_COUNT-1 */
    uint64_t seed;     /* light, noise, and what leaks exactly where */
    int width, height; /* px */
    double fps;
    double duration_s; /* 0 = without end */
    double onset_s;    /* when the scenario begins, counted from frame 0 */
    double start_s;    /* the rig's age at frame 0: another start is another hour of the same rig */
    double amount;     /* of what leaks, as a factor on the area it covers; 1 is usual */
    double rate;       /* how fast it grows; 1 is usual */
};

/* Takes apart "sim:SCENARIO?name=value&…". ERROR_USAGE names what is allowed; `ret_settings` is
 * untouched then. */
MUST_CHECK bool rig_settings_parse(const char *spec, struct rig_settings *ret_settings,
                                   struct error *err);

/* Frames in all, -1 without end. */
int64_t rig_frame_count(const struct rig_settings *settings);

/* Seconds since the onset of `scenario`, negative before it and in every other scenario. */
double rig_since_s(const struct rig_settings *settings, enum scenario scenario, double time_s);

struct rig;

struct rig *rig_create(const struct rig_settings *settings, struct error *err);
void rig_destroy(struct rig *rig);

/* `ret_rgb`: packed RGB, width x height. Fails only for lack of memory. */
MUST_CHECK bool rig_render(struct rig *rig, int64_t frame_number, uint8_t *ret_rgb,
                           struct error *err);

/* The truth about a frame: for each pixel 0..255, how much of it a leak covers with a visible
 * thickness, drops in the air included; what a leak merely shades or mirrors is not counted. All 0
 * before the onset and in scenarios without a leak. */
void rig_leak_cover(struct rig *rig, int64_t frame_number, uint8_t *ret_cover);

#endif
