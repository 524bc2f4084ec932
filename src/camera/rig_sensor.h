/* The simulated camera behind its lens: vignetting, shot and read noise, gain, tone curve, 8 bits.
 * Ownership: sensor_finish frees the tables and takes a zeroed struct. One thread at a time. */
#ifndef CAMERA_RIG_SENSOR_H
#define CAMERA_RIG_SENSOR_H

#include "camera/rig_layout.h"

struct sensor {
    int width, height;
    const struct eye *eye; /* borrowed */
    float *noise;          /* one long strip of correlated Gaussian noise, unit variance */
    float *vignette;       /* [width]: loss by column */
    int16_t *levels;       /* [3][width], one row before the tone curve */
};

MUST_CHECK bool sensor_init(struct sensor *sensor, int width, int height, const struct eye *eye,
                            uint64_t seed, struct error *err);
void sensor_finish(struct sensor *sensor);

/* `noise_seed` is another one for each frame. */
void sensor_expose(struct sensor *sensor, const struct canvas *frame, float exposure,
                   uint64_t noise_seed, uint8_t *ret_rgb);

#endif
