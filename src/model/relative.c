/* Log ratios and back. The ratio is taken before the logarithm: one logarithm a value. */
#include "model/relative.h"

#include <math.h>

static float clamp_unit(float value)
{
    return value < 0.0f ? 0.0f : value > 1.0f ? 1.0f : value;
}

void relative_encode(const float *picture, const float *reference, size_t count,
                     float *ret_relative)
{
    const float scale = 0.5f / RELATIVE_RANGE;
    for (size_t i = 0; i < count; i++) {
        const float ratio = (picture[i] + RELATIVE_DARK) / (reference[i] + RELATIVE_DARK);
        ret_relative[i] = clamp_unit(0.5f + scale * logf(ratio));
    }
}

void relative_decode(const float *relative, const float *reference, size_t count,
                     float *ret_picture)
{
    for (size_t i = 0; i < count; i++) {
        const float ratio = expf((relative[i] - 0.5f) * 2.0f * RELATIVE_RANGE);
        ret_picture[i] = clamp_unit(ratio * (reference[i] + RELATIVE_DARK) - RELATIVE_DARK);
    }
}
