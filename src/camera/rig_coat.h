/* How what has leaked looks, pixel by pixel; rig_film.h has the words. */
#ifndef CAMERA_RIG_COAT_H
#define CAMERA_RIG_COAT_H

#include "camera/rig_film.h"

/* Lights one pixel of the film onto the frame. How much of the pixel it covers, 0..1. */
float coat_pixel(const struct coat *coat, const struct film *film, struct canvas *frame,
                 const struct canvas *scene, int x, int y);

#endif
