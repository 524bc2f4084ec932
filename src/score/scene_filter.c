/* Windows and gradients, row by row, so that the compiler makes vectors of them.
 *
 * Down the columns a sum runs: one row enters, one leaves. Along a row it is added up anew, because
 * a running sum would wait for the one before at every pixel.
 */
#include "score/scene_filter.h"

#include <math.h>
#include <string.h>

/* Row `y` enters the sums of the columns (`sign` 1) or leaves them (-1). */
static void add_row(const float *restrict from, int width, int y, float sign, float *restrict sums)
{
    const float *row = from + (size_t)y * (size_t)width;
    for (int x = 0; x < width; x++)
        sums[x] += sign * row[x];
}

static float mean_at_border(const float *sums, int width, int radius, int x, float share)
{
    const int first = x > radius ? x - radius : 0;
    const int last = x + radius < width ? x + radius : width - 1;
    float sum = 0.0f;
    for (int i = first; i <= last; i++)
        sum += sums[i];
    return sum * share / (float)(last - first + 1);
}

/* `share`: of one row. */
static void mean_along(const float *restrict sums, int width, int radius, float share,
                       float *restrict to)
{
    const int first = radius < width ? radius : width;
    const int end = width - radius > first ? width - radius : first;
    const float of_window = share / (float)(2 * radius + 1);
    for (int x = 0; x < first; x++)
        to[x] = mean_at_border(sums, width, radius, x, share);
    for (int x = first; x < end; x++)
        to[x] = sums[x];
    for (int k = 1; k <= radius; k++)
        for (int x = first; x < end; x++)
            to[x] += sums[x - k] + sums[x + k];
    for (int x = first; x < end; x++)
        to[x] *= of_window;
    for (int x = end; x < width; x++)
        to[x] = mean_at_border(sums, width, radius, x, share);
}

void scene_box_mean(const float *from, struct scene_size size, int radius, float *scratch,
                    float *to)
{
    const int width = size.width, height = size.height;
    int inside = 0;
    memset(scratch, 0, (size_t)width * sizeof(float));
    for (; inside < radius && inside < height; inside++)
        add_row(from, width, inside, 1.0f, scratch);
    for (int y = 0; y < height; y++) {
        if (y + radius < height) {
            add_row(from, width, y + radius, 1.0f, scratch);
            inside++;
        }
        if (y - radius > 0) {
            add_row(from, width, y - radius - 1, -1.0f, scratch);
            inside--;
        }
        mean_along(scratch, width, radius, 1.0f / (float)inside, to + (size_t)y * (size_t)width);
    }
}

void scene_gradient(const float *plane, struct scene_size size, float *ret_gradient)
{
    const int width = size.width, height = size.height;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            int left = x > 0 ? x - 1 : x, right = x + 1 < width ? x + 1 : x;
            int above = y > 0 ? y - 1 : y, below = y + 1 < height ? y + 1 : y;
            float gx = 0.5f * (plane[y * width + right] - plane[y * width + left]);
            float gy = 0.5f * (plane[below * width + x] - plane[above * width + x]);
            ret_gradient[y * width + x] = hypotf(gx, gy);
        }
}
