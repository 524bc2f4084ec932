/* A frame as a detector would have seen it, for the tests of what is drawn from it: a blue-grey
 * scene with a red square that the network did not expect. */
#ifndef TESTS_VIEW_FIXTURE_H
#define TESTS_VIEW_FIXTURE_H

#include "report/panel.h"

enum { SIDE = 32 };

static float fixture_input[3 * SIDE * SIDE], fixture_back[3 * SIDE * SIDE];
static float fixture_map[SIDE * SIDE];

static inline struct observation fixture_observation(bool abnormal)
{
    for (int i = 0; i < 3 * SIDE * SIDE; i++)
        fixture_input[i] = fixture_back[i] = 0.2f + 0.2f * (float)(i / (SIDE * SIDE));
    for (int i = 0; i < SIDE * SIDE; i++) {
        const bool leak = abnormal && i / SIDE >= 16 && i / SIDE < 24 && i % SIDE < 8;
        fixture_map[i] = leak ? 0.5f : 0.0f;
        if (leak)
            fixture_input[i] = 1.0f;
    }
    struct observation observation = {
        .score = abnormal ? 0.5 : 0.001,
        .threshold = 0.01,
        .score_triggered = abnormal,
        .largest_blob_area = abnormal ? 64 : 0,
        .blob_area_threshold = 16,
        .box_count = abnormal ? 1 : 0,
        .maps = {SIDE, SIDE, fixture_input, fixture_back, fixture_map, 0.5f}};
    observation.boxes[0] = (struct rect){20, 90, 40, 30};
    return observation;
}

static inline const uint8_t *pixel_at(const struct picture *picture, int x, int y)
{
    return picture->rgb + 3 * ((size_t)y * (size_t)picture->width + (size_t)x);
}

static inline bool has_color(const struct picture *picture, int x, int y, int red, int green,
                             int blue)
{
    const uint8_t *p = pixel_at(picture, x, y);
    return p[0] == red && p[1] == green && p[2] == blue;
}

#endif
