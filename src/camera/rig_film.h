/* Liquid lying on something, for the simulated leaks: a height field that is added to blob by blob
 * and then lit as what it is: coloured or clear liquid, damp, or salt.
 *
 * Ownership: film_finish frees the field and takes a zeroed struct. One thread at a time.
 */
#ifndef CAMERA_RIG_FILM_H
#define CAMERA_RIG_FILM_H

#include "camera/rig_layout.h"

struct film {
    const struct layout *layout; /* borrowed */
    uint8_t *cover;              /* borrowed; NULL, or where film_paint notes how much it covers */
    float *height;               /* [canvas height][canvas width], units */
    struct pixel_range dirty;    /* where `height` is not 0 */
};

MUST_CHECK bool film_init(struct film *film, const struct canvas *canvas,
                          const struct layout *layout, struct error *err);
void film_finish(struct film *film);

/* An uneven puddle seen at a slant: `half_width` across, flattened by the layout's slant. Blobs
 * that touch flow together. */
void film_add_puddle(struct film *film, const struct canvas *canvas, struct point center,
                     float half_width, float depth, uint32_t seed);

/* A bead or a thread of liquid. */
void film_add_shape(struct film *film, const struct canvas *canvas, const struct shape *shape,
                    float depth);

/* Counts a shape that is painted otherwise (a drop in the air) as cover, if anybody asks. */
void film_cover_shape(struct film *film, const struct canvas *canvas, const struct shape *shape);

/* What lies there. On the floor, only where that is bare, and with the mirror image of what stands
 * on it. Its colours come from the frame's lighting. */
enum look { LOOK_LIQUID, LOOK_CLEAR, LOOK_STAIN, LOOK_CRUST };
struct coat {
    enum look look;
    enum liquid liquid;
    bool on_floor;
};

/* Lights the film onto the frame and empties it. */
void film_paint(struct film *film, struct canvas *frame, const struct canvas *scene,
                const struct coat *coat);

#endif
