/* Between the detector's map and the mask of a picture: the same place must be the same pixel. */
#include "evaluate/map_resize.h"

#include <stddef.h>

/* Between which two pixels of `count` a place of `to_count` lies, and how far from the first. */
struct place {
    int first, second;
    float part;
};

static struct place place_of(int at, int to_count, int count)
{
    const double centre = (at + 0.5) * count / to_count - 0.5;
    if (centre <= 0.0)
        return (struct place){0, 0, 0.0f};
    const int first = (int)centre;
    if (first >= count - 1)
        return (struct place){count - 1, count - 1, 0.0f};
    return (struct place){first, first + 1, (float)(centre - first)};
}

static float between(float a, float b, float part)
{
    return a + (b - a) * part;
}

void map_resize(const float *map, int width, int height, int to_width, int to_height,
                float *ret_map)
{
    for (int y = 0; y < to_height; y++) {
        const struct place row = place_of(y, to_height, height);
        const float *upper = map + (size_t)row.first * (size_t)width;
        const float *lower = map + (size_t)row.second * (size_t)width;
        for (int x = 0; x < to_width; x++) {
            const struct place column = place_of(x, to_width, width);
            const float above = between(upper[column.first], upper[column.second], column.part);
            const float below = between(lower[column.first], lower[column.second], column.part);
            *ret_map++ = between(above, below, row.part);
        }
    }
}
