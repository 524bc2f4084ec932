/* Pictures of the simulated rig for its tests, all 320x180 unless a spec says otherwise (never
 * larger). What goes wrong is printed with the spec. */
#ifndef TESTS_RIG_PICTURES_H
#define TESTS_RIG_PICTURES_H

#include <stdbool.h>
#include <stdint.h>

enum { PICTURE_WIDTH = 320, PICTURE_HEIGHT = 180, PICTURE_PIXELS = PICTURE_WIDTH * PICTURE_HEIGHT };

struct picture {
    uint8_t rgb[PICTURE_PIXELS * 3];
};

struct rig;

/* The rig itself, for many frames of one; NULL when there is none. The caller destroys it. */
struct rig *picture_rig(const char *scenario, const char *more);

/* One frame of "sim:SCENARIO?size=320x180" with `more` behind it ("" or "&rig=1"). */
bool picture_render(const char *scenario, const char *more, int64_t number,
                    struct picture *ret_picture);
bool picture_cover(const char *scenario, const char *more, int64_t number,
                   uint8_t ret_cover[PICTURE_PIXELS]);

/* The greatest difference of the three channels at pixel i. */
int picture_difference(const struct picture *a, const struct picture *b, int i);

/* Pixels that differ by more than `tolerance`. */
int picture_changed(const struct picture *a, const struct picture *b, int tolerance);

double picture_mean(const struct picture *picture);

#endif
