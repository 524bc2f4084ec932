/* Gradient noise on the integer lattice. A lattice point's gradient is one of 16 directions chosen
 * by a hash of seed and position, so the noise has no period and no table to share.
 */
#include "leak_noise.h"

#include <math.h>

static uint32_t lattice_hash(uint32_t seed, int x, int y)
{
    uint32_t h = seed ^ ((uint32_t)x * 0x9e3779b1u) ^ ((uint32_t)y * 0x85ebca77u);
    h = (h ^ (h >> 15)) * 0x2c1b3c6du;
    h = (h ^ (h >> 12)) * 0x297a2d39u;
    return h ^ (h >> 15);
}

static float lattice_slope(uint32_t seed, int x, int y, float dx, float dy)
{
    static const float cosine[16] = {1.0f,     0.9239f,  0.7071f, 0.3827f,  0.0f,     -0.3827f,
                                     -0.7071f, -0.9239f, -1.0f,   -0.9239f, -0.7071f, -0.3827f,
                                     0.0f,     0.3827f,  0.7071f, 0.9239f};
    const uint32_t direction = lattice_hash(seed, x, y) & 15u;
    return cosine[direction] * dx + cosine[(direction + 12u) & 15u] * dy;
}

static float fade(float t)
{
    return t * t * t * (t * (t * 6.0f - 15.0f) + 10.0f);
}

float noise_at(uint32_t seed, float x, float y)
{
    const float left = floorf(x), top = floorf(y);
    const int ix = (int)left, iy = (int)top;
    const float dx = x - left, dy = y - top;
    const float u = fade(dx), v = fade(dy);
    const float a = lattice_slope(seed, ix, iy, dx, dy);
    const float b = lattice_slope(seed, ix + 1, iy, dx - 1.0f, dy);
    const float c = lattice_slope(seed, ix, iy + 1, dx, dy - 1.0f);
    const float d = lattice_slope(seed, ix + 1, iy + 1, dx - 1.0f, dy - 1.0f);
    const float upper = a + u * (b - a), lower = c + u * (d - c);
    return 1.6f * (upper + v * (lower - upper));
}

float noise_fractal(uint32_t seed, int octaves, float x, float y)
{
    float sum = 0.0f, height = 1.0f;
    for (int octave = 0; octave < octaves; octave++) {
        sum += height * noise_at(seed + (uint32_t)octave * 0x632be5abu, x, y);
        x = 2.0f * x + 17.3f;
        y = 2.0f * y - 9.1f;
        height *= 0.5f;
    }
    return sum;
}
