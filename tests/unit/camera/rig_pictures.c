/* See rig_pictures.h. A rig is drawn anew for each picture, so tests that need many open one rig.
 */
#include "rig_pictures.h"

#include "camera/rig.h"

#include <stdio.h>
#include <stdlib.h>

struct rig *picture_rig(const char *scenario, const char *more)
{
    char spec[128];
    struct rig_settings settings;
    struct error err = {0};
    snprintf(spec, sizeof spec, "sim:%s?size=%dx%d%s", scenario, PICTURE_WIDTH, PICTURE_HEIGHT,
             more);
    struct rig *rig =
        rig_settings_parse(spec, &settings, &err) ? rig_create(&settings, &err) : NULL;
    if (!rig)
        printf("%s: %s\n", spec, err.message);
    return rig;
}

bool picture_render(const char *scenario, const char *more, int64_t number,
                    struct picture *ret_picture)
{
    struct error err = {0};
    struct rig *rig = picture_rig(scenario, more);
    const bool done = rig && rig_render(rig, number, ret_picture->rgb, &err);
    if (rig && !done)
        printf("%s%s: %s\n", scenario, more, err.message);
    rig_destroy(rig);
    return done;
}

bool picture_cover(const char *scenario, const char *more, int64_t number,
                   uint8_t ret_cover[PICTURE_PIXELS])
{
    struct rig *rig = picture_rig(scenario, more);
    if (rig)
        rig_leak_cover(rig, number, ret_cover);
    rig_destroy(rig);
    return rig;
}

int picture_difference(const struct picture *a, const struct picture *b, int i)
{
    int most = 0;
    for (int c = 0; c < 3; c++) {
        const int difference = abs(a->rgb[i * 3 + c] - b->rgb[i * 3 + c]);
        most = difference > most ? difference : most;
    }
    return most;
}

int picture_changed(const struct picture *a, const struct picture *b, int tolerance)
{
    int count = 0;
    for (int i = 0; i < PICTURE_PIXELS; i++)
        count += picture_difference(a, b, i) > tolerance;
    return count;
}

double picture_mean(const struct picture *picture)
{
    double sum = 0.0;
    for (int i = 0; i < PICTURE_PIXELS * 3; i++)
        sum += picture->rgb[i];
    return sum / (PICTURE_PIXELS * 3);
}
