/* A made-up bench as a formula: its logarithmic luma is known at any place, between pixels too, so
 * that a picture of it that is shifted by 0.05 px is exact and not made by somebody's
 * interpolation.
 *
 * Boxes with soft edges (as a lens draws them) of all sizes on a slope. The seed places them.
 */
#ifndef TESTS_BENCH_PICTURE_H
#define TESTS_BENCH_PICTURE_H

#include "base/rng.h"
#include "score/scene_view.h"

#include <math.h>

enum { BENCH_BOXES = 60 };

static const double BENCH_EDGE_PX = 1.5; /* half of a soft edge */

struct bench {
    struct {
        double x, y, half_width, half_height, contrast;
    } boxes[BENCH_BOXES];
};

static inline struct bench bench_make(struct scene_size size, uint64_t seed)
{
    struct rng rng = rng_seeded(seed, 0);
    struct bench bench;
    for (int i = 0; i < BENCH_BOXES; i++) {
        bench.boxes[i].x = rng_uniform(&rng) * size.width;
        bench.boxes[i].y = rng_uniform(&rng) * size.height;
        bench.boxes[i].half_width = rng_uniform_between(&rng, 5.0, 25.0);
        bench.boxes[i].half_height = rng_uniform_between(&rng, 5.0, 25.0);
        bench.boxes[i].contrast = rng_uniform_between(&rng, -0.4, 0.4);
    }
    return bench;
}

static inline double bench_luma(const struct bench *bench, double x, double y)
{
    double luma = -1.2 + 0.0005 * x;
    for (int i = 0; i < BENCH_BOXES; i++) {
        double across = bench->boxes[i].half_width - fabs(x - bench->boxes[i].x);
        double down = bench->boxes[i].half_height - fabs(y - bench->boxes[i].y);
        if (across < -8.0 || down < -8.0) /* tanh would be -1 to the last bit that matters here */
            continue;
        luma += bench->boxes[i].contrast * 0.25 * (1.0 + tanh(across / BENCH_EDGE_PX)) *
                (1.0 + tanh(down / BENCH_EDGE_PX));
    }
    return luma;
}

/* The bench as it looks when everything in it has moved right by `right` and down by `down` px. */
static inline void bench_paint(const struct bench *bench, struct scene_size size, double right,
                               double down, float *ret_luma)
{
    for (int y = 0; y < size.height; y++)
        for (int x = 0; x < size.width; x++)
            ret_luma[y * size.width + x] = (float)bench_luma(bench, x - right, y - down);
}

#endif
