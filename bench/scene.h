/* How long the scene detector takes for a frame, from RGB to observation. */
#ifndef BENCH_SCENE_H
#define BENCH_SCENE_H

#include "base/error.h"

struct scene_figure {
    double cpu_seconds, wall_seconds; /* of the best frame */
};

/* Of `frames` frames of that size that tremble by a pixel and have a sensor's noise; one thread. */
MUST_CHECK bool scene_measure(int width, int height, int frames, struct scene_figure *ret_figure,
                              struct error *err);

#endif
