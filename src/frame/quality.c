/* Brightness, sharpness and difference of pictures, for advice while capturing.
 *
 * Sums are of integers, so that the figures are the same on every machine. Sharpness is the
 * variance of the Laplacian (Pech-Pacheco et al. 2000): high where there are edges, also where
 * there is only noise, so it is compared with other pictures of the same scene, never with a fixed
 * number.
 */
#include "frame/quality.h"

#include <stddef.h>
#include <stdlib.h>

static const double dark_brightness = 20.0, bright_brightness = 235.0;
static const double identical_difference = 0.02; /* grey levels */
static const double blurred_share = 0.4;

/* Rec. 601 luma in 1/256. */
static int luma(const uint8_t *pixel)
{
    return (77 * pixel[0] + 150 * pixel[1] + 29 * pixel[2]) >> 8;
}

static int laplacian(const uint8_t *pixel, size_t stride)
{
    return luma(pixel - 3) + luma(pixel + 3) + luma(pixel - stride) + luma(pixel + stride) -
           4 * luma(pixel);
}

static double laplacian_variance(const uint8_t *rgb, int width, int height)
{
    if (width < 3 || height < 3)
        return 0.0;
    size_t stride = 3 * (size_t)width;
    int64_t sum = 0, square_sum = 0;
    for (int y = 1; y < height - 1; y++) {
        const uint8_t *row = rgb + (size_t)y * stride;
        for (int x = 1; x < width - 1; x++) {
            int value = laplacian(row + 3 * (size_t)x, stride);
            sum += value;
            square_sum += (int64_t)value * value;
        }
    }
    double count = (double)(width - 2) * (height - 2);
    double mean = (double)sum / count;
    return (double)square_sum / count - mean * mean;
}

struct quality quality_measure(const uint8_t *rgb, int width, int height)
{
    size_t bytes = 3 * (size_t)width * (size_t)height;
    uint64_t sum = 0;
    for (size_t i = 0; i < bytes; i++)
        sum += rgb[i];
    return (struct quality){.brightness = (double)sum / (double)bytes,
                            .sharpness = laplacian_variance(rgb, width, height)};
}

double quality_difference(const uint8_t *a, const uint8_t *b, int width, int height)
{
    size_t bytes = 3 * (size_t)width * (size_t)height;
    uint64_t sum = 0;
    for (size_t i = 0; i < bytes; i++)
        sum += (uint64_t)abs(a[i] - b[i]);
    return (double)sum / (double)bytes;
}

bool quality_is_dark(struct quality quality)
{
    return quality.brightness < dark_brightness;
}

bool quality_is_bright(struct quality quality)
{
    return quality.brightness > bright_brightness;
}

bool quality_is_blurred(struct quality quality, double sharpness_of_other)
{
    return quality.sharpness < blurred_share * sharpness_of_other;
}

bool quality_is_identical(double difference)
{
    return difference < identical_difference;
}
