/* Faults of the simulated camera. Between the painting of a frame and the sensor: light is blurred
 * and shifted before it becomes noise, as in a lens.
 *
 * The blur is three box filters in a row, which is close to a Gaussian and takes the same time for
 * any width.
 */
#include "camera/rig_fault.h"

#include "base/rng.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static const double turn = 6.283185307179586;
static const float defocus_units = 4.0f; /* half width of each box */
static const float overexposure = 11.0f;

int64_t fault_frame_number(const struct rig_settings *settings, int64_t frame_number)
{
    if (settings->scenario != SCENARIO_FROZEN)
        return frame_number;
    const int64_t last = (int64_t)ceil(settings->onset_s * settings->fps - 1e-6);
    return frame_number < last ? frame_number : last;
}

bool fault_has_moved(const struct rig_settings *settings, double time_s)
{
    return rig_since_s(settings, SCENARIO_MOVED, time_s) >= 0.0;
}

void fault_move(const struct rig_settings *settings, float usual_rad, struct canvas *canvas)
{
    struct rng rng = rng_seeded(settings->seed, 0xb0b);
    const double side = rng_below(&rng, 2) ? 1.0 : -1.0;
    const double degrees = side * rng_uniform_between(&rng, 1.2, 2.4);
    const double length = rng_uniform_between(&rng, 16.0, 26.0);
    const double direction = turn * rng_uniform(&rng);
    canvas_move_camera(
        canvas, usual_rad + (float)(degrees * turn / 360.0),
        (struct point){(float)(length * cos(direction)), (float)(length * sin(direction))});
}

/* One row or column, `step` apart in memory; what lies outside repeats the edge. */
static void box_line(float *line, int count, size_t step, int half, float *buffer)
{
    const float share = 1.0f / (float)(2 * half + 1);
    double sum = (double)line[0] * (half + 1);
    for (int i = 0; i < count; i++)
        buffer[i] = line[(size_t)i * step];
    for (int i = 1; i <= half; i++)
        sum += (double)buffer[i < count ? i : count - 1];
    for (int i = 0; i < count; i++) {
        line[(size_t)i * step] = (float)sum * share;
        const int enters = i + half + 1, leaves = i - half;
        sum += (double)buffer[enters < count ? enters : count - 1] -
               (double)buffer[leaves > 0 ? leaves : 0];
    }
}

static void blur_plane(float *plane, int width, int height, int half, float *buffer)
{
    for (int pass = 0; pass < 3; pass++) {
        for (int y = 0; y < height; y++)
            box_line(plane + (size_t)y * (size_t)width, width, 1, half, buffer);
        for (int x = 0; x < width; x++)
            box_line(plane + (size_t)x, height, (size_t)width, half, buffer);
    }
}

/* By how much the picture is shaken, in px: 0.3 to 1.5, waxing and waning. */
static struct point shake_at(const struct rig_settings *settings, double since_s)
{
    struct rng rng = rng_seeded(settings->seed ^ 0x5aec, (uint64_t)llround(since_s * 1000.0));
    const double wane = 0.5 + 0.5 * (double)texture_noise((float)fmod(since_s / 12.0, 1e5), 0.5f,
                                                          (uint32_t)settings->seed);
    const double length = (0.3 + 1.2 * wane) * (0.4 + 0.6 * rng_uniform(&rng));
    const double direction = turn * rng_uniform(&rng);
    return (struct point){(float)(length * cos(direction)), (float)(length * sin(direction))};
}

static int clamp_index(int i, int count)
{
    return i < 0 ? 0 : i >= count ? count - 1 : i;
}

/* Between four pixels; the lens moved while the shutter was open, so a little blur is right. */
static void shift_plane(float *plane, int width, int height, struct point shift, float *scratch)
{
    const int whole_x = (int)floorf(shift.x), whole_y = (int)floorf(shift.y);
    const float u = shift.x - (float)whole_x, v = shift.y - (float)whole_y;
    memcpy(scratch, plane, (size_t)width * (size_t)height * sizeof *scratch);
    for (int y = 0; y < height; y++) {
        const float *above = scratch + (size_t)clamp_index(y + whole_y, height) * (size_t)width;
        const float *below = scratch + (size_t)clamp_index(y + whole_y + 1, height) * (size_t)width;
        float *row = plane + (size_t)y * (size_t)width;
        for (int x = 0; x < width; x++) {
            const int a = clamp_index(x + whole_x, width), b = clamp_index(x + whole_x + 1, width);
            const float top = above[a] + u * (above[b] - above[a]);
            const float bottom = below[a] + u * (below[b] - below[a]);
            row[x] = top + v * (bottom - top);
        }
    }
}

void fault_distort(struct canvas *frame, const struct rig_settings *settings, double time_s,
                   float *scratch)
{
    const double shaken_s = rig_since_s(settings, SCENARIO_VIBRATION, time_s);
    const int width = frame->width, height = frame->height;
    const int half = (int)ceilf(defocus_units * frame->scale);
    for (int c = 0; c < FRAME_PLANE_COUNT; c++) {
        if (shaken_s >= 0.0)
            shift_plane(frame->planes[c], width, height, shake_at(settings, shaken_s), scratch);
        if (rig_since_s(settings, SCENARIO_DEFOCUSED, time_s) >= 0.0)
            blur_plane(frame->planes[c], width, height, half, scratch);
    }
}

float fault_exposure(const struct rig_settings *settings, double time_s)
{
    return rig_since_s(settings, SCENARIO_SATURATED, time_s) >= 0.0 ? overexposure : 1.0f;
}
