/* Shifting by parts of a pixel: along the rows into the scratch plane, then down the columns.
 *
 * All pixels of a plane are shifted alike, so there are four weights for all of them. Only the few
 * pixels whose taps reach beyond the border are looked at one by one.
 */
#include "score/scene_resample.h"

#include <math.h>

enum { TAPS = 4, FIRST_TAP = -1 };

void resample_linear(float part, float ret_weights[4])
{
    ret_weights[0] = ret_weights[3] = 0.0f;
    ret_weights[1] = 1.0f - part;
    ret_weights[2] = part;
}

void resample_cubic(float part, float ret_weights[4])
{
    const float t = part, t2 = t * t, t3 = t2 * t;
    ret_weights[0] = -0.5f * t3 + t2 - 0.5f * t;
    ret_weights[1] = 1.5f * t3 - 2.5f * t2 + 1.0f;
    ret_weights[2] = -1.5f * t3 + 2.0f * t2 + 0.5f * t;
    ret_weights[3] = 0.5f * t3 - 0.5f * t2;
}

void resample_spline(float part, float ret_weights[4])
{
    const float t = part, t2 = t * t, t3 = t2 * t, sixth = 1.0f / 6.0f;
    ret_weights[0] = sixth * (1.0f - 3.0f * t + 3.0f * t2 - t3);
    ret_weights[1] = sixth * (4.0f - 6.0f * t2 + 3.0f * t3);
    ret_weights[2] = sixth * (1.0f + 3.0f * t + 3.0f * t2 - 3.0f * t3);
    ret_weights[3] = sixth * t3;
}

static int within(int i, int count)
{
    return i < 0 ? 0 : i >= count ? count - 1 : i;
}

static float tap_beside_border(const float *row, int width, int at, const float weights[TAPS])
{
    float sum = 0.0f;
    for (int k = 0; k < TAPS; k++)
        sum += weights[k] * row[within(at + FIRST_TAP + k, width)];
    return sum;
}

/* `whole`: px of the shift, `weights`: of the rest of it. */
static void resample_row(const float *restrict row, int width, int whole, const float weights[TAPS],
                         float *restrict to)
{
    const float w0 = weights[0], w1 = weights[1], w2 = weights[2], w3 = weights[3];
    const int first = within(-FIRST_TAP - whole, width + 1);
    int end = within(width - (TAPS + FIRST_TAP - 1) - whole, width + 1);
    end = end > first ? end : first;
    const int offset = whole + FIRST_TAP;
    for (int x = 0; x < first; x++)
        to[x] = tap_beside_border(row, width, x + whole, weights);
    for (int x = first; x < end; x++)
        to[x] = w0 * row[x + offset] + w1 * row[x + offset + 1] + w2 * row[x + offset + 2] +
                w3 * row[x + offset + 3];
    for (int x = end; x < width; x++)
        to[x] = tap_beside_border(row, width, x + whole, weights);
}

static void blend_rows(const float *const rows[TAPS], int width, const float weights[TAPS],
                       float *restrict to)
{
    const float w0 = weights[0], w1 = weights[1], w2 = weights[2], w3 = weights[3];
    const float *restrict r0 = rows[0], *restrict r1 = rows[1];
    const float *restrict r2 = rows[2], *restrict r3 = rows[3];
    for (int x = 0; x < width; x++)
        to[x] = w0 * r0[x] + w1 * r1[x] + w2 * r2[x] + w3 * r3[x];
}

void scene_resample(const float *from, struct scene_size size, struct shift shift,
                    resample_kernel *kernel, float *scratch, float *to)
{
    const size_t width = (size_t)size.width;
    const int whole_x = (int)floorf(shift.x), whole_y = (int)floorf(shift.y);
    float across[TAPS], down[TAPS];
    kernel(shift.x - (float)whole_x, across);
    kernel(shift.y - (float)whole_y, down);
    for (int y = 0; y < size.height; y++)
        resample_row(from + (size_t)y * width, size.width, whole_x, across,
                     scratch + (size_t)y * width);
    for (int y = 0; y < size.height; y++) {
        const float *rows[TAPS];
        for (int k = 0; k < TAPS; k++)
            rows[k] = scratch + (size_t)within(y + whole_y + FIRST_TAP + k, size.height) * width;
        blend_rows(rows, size.width, down, to + (size_t)y * width);
    }
}
