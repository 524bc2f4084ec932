/* Anti-aliased drawing for the simulated rig, in linear light and in scene units.
 *
 * The scene is drawn for 1280x720 units; a canvas of another size shows the same scene scaled and
 * centred, with more of wall and bench at its sides. Two kinds of canvas share the drawing code:
 *
 * - the scene canvas, painted once: planes of albedo, of how much of each tank's liquid shows, of
 *   the two lights' brightness, and of where the tray's floor is bare;
 * - the frame canvas, painted anew for each frame: three planes of light that reaches the camera.
 *   What is painted on it is lit by `lighting` at once.
 *
 * Ownership: canvas_finish frees the planes and takes a zeroed struct. One thread per canvas.
 */
#ifndef CAMERA_RIG_CANVAS_H
#define CAMERA_RIG_CANVAS_H

#include "base/error.h"
#include "camera/rig_shape.h"

#include <stddef.h>
#include <stdint.h>

#define RIG_SCENE_WIDTH 1280
#define RIG_SCENE_HEIGHT 720

enum plane {
    PLANE_RED,
    PLANE_GREEN,
    PLANE_BLUE,
    FRAME_PLANE_COUNT,
    PLANE_POSITIVE = FRAME_PLANE_COUNT, /* share of the positive tank's liquid colour */
    PLANE_NEGATIVE,
    PLANE_ROOM, /* brightness of the room's light, shadows included */
    PLANE_LAMP,
    PLANE_FLOOR, /* 1 where the tray's floor is seen, 0 where something stands on it */
    SCENE_PLANE_COUNT
};

/* The light of one moment: gains by colour for the two lights, and the two liquids' colours. */
struct lighting {
    float room[3];
    float lamp[3];
    float liquid[2][3];
    float sun[3]; /* of the patch of sunlight, if there is one */
};

/* Where the two lights of a laboratory come from, and the lens that looks at it. Directions point
 * to the light: x right, y down, z to the viewer. */
struct optics {
    float to_room[3], to_lamp[3];
    float highlight[3]; /* half way from to_room to the viewer */
    /* The room's brightness over the picture: constant, x, y, x2, y2, both from -1 to 1. */
    float room[5];
    struct point lamp_center; /* of the lamp's pool of light, and its size */
    float lamp_width, lamp_height;
    float room_shadow, lamp_shadow; /* how far to the right shadows fall, in their reach */
    float lens_blur_px;
};

/* What is drawn in `local` units appears at local = scene * factor + offset. */
struct placement {
    struct point factor, offset;
};

/* The camera is turned about the picture's middle and shifted, in units. */
struct pose {
    bool moved;
    float cosine, sine;
    struct point shift;
};

struct canvas {
    int width, height; /* px */
    int plane_count;
    float scale;                     /* px per unit */
    float left, top;                 /* scene position of the picture's corner */
    const struct optics *optics;     /* borrowed */
    const struct lighting *lighting; /* of a frame canvas; NULL for the scene */
    struct placement placement;      /* of what is painted next */
    struct pose pose;
    float *planes[SCENE_PLANE_COUNT];
};

/* How a surface is bent towards the viewer, for shading: not at all; about a vertical axis; about
 * the line of a stroke; like a ball. */
enum relief { RELIEF_FLAT, RELIEF_COLUMN, RELIEF_TUBE, RELIEF_DOME };

enum liquid { LIQUID_NONE, LIQUID_POSITIVE, LIQUID_NEGATIVE };

/* All zero is flat, matt, opaque and black. */
struct brush {
    uint32_t srgb;      /* 0xRRGGBB */
    enum liquid liquid; /* takes its colour from a tank instead */
    enum relief relief;
    float gloss;        /* brightness of the highlight */
    float grain;        /* relative amplitude of a fine random texture */
    float transparency; /* 0 opaque .. 1 invisible */
    float softness;     /* width of the edge beyond that of the lens, units */
    float floor;        /* written to PLANE_FLOOR */
};

MUST_CHECK bool canvas_init(struct canvas *canvas, int width, int height, int plane_count,
                            const struct optics *optics, struct error *err);
void canvas_finish(struct canvas *canvas);

/* What is drawn round `reference` from now on appears round `at`, larger by the two scales (0 means
 * 1). canvas_place_back ends that. */
void canvas_place(struct canvas *canvas, struct point reference, struct point at, float scale_x,
                  float scale_y);
void canvas_place_back(struct canvas *canvas);

/* Turns the camera by `turn_rad` and shifts it. */
void canvas_move_camera(struct canvas *canvas, float turn_rad, struct point shift);

/* The pixels that a shape, as placed, grown by `margin` units may touch: half-open, clipped to the
 * canvas. */
struct pixel_range {
    int left, top, right, bottom;
};
struct pixel_range canvas_range(const struct canvas *canvas, const struct shape *shape,
                                float margin);
struct point canvas_point(const struct canvas *canvas, int x, int y); /* of a pixel's centre */

/* The pixel that shows a point of the scene; it may lie outside of the picture. */
struct point canvas_pixel(const struct canvas *canvas, struct point p);

/* 0..1: how much of a pixel lies inside, `distance` units from the outline. */
float canvas_coverage(const struct canvas *canvas, float distance, float softness);

void canvas_paint(struct canvas *canvas, const struct shape *shape, const struct brush *brush);

/* Multiplies one plane by up to 1 - strength; on a frame canvas PLANE_ROOM stands for all colours,
 * and PLANE_LAMP for none. */
void canvas_shade(struct canvas *canvas, enum plane plane, const struct shape *shape,
                  float softness, float strength);

/* Adds light of its own (lamps, displays) to a frame canvas. */
void canvas_glow(struct canvas *canvas, const struct shape *shape, float softness,
                 const float light[3]);

/* The colour of the still life at pixel i with this moment's liquids, and the light that comes from
 * it. */
static inline float canvas_albedo(const struct canvas *scene, const struct lighting *lighting,
                                  int color, size_t i)
{
    return scene->planes[color][i] + scene->planes[PLANE_POSITIVE][i] * lighting->liquid[0][color] +
           scene->planes[PLANE_NEGATIVE][i] * lighting->liquid[1][color];
}

static inline float canvas_lit(const struct canvas *scene, const struct lighting *lighting,
                               int color, size_t i)
{
    return canvas_albedo(scene, lighting, color, i) *
           (scene->planes[PLANE_ROOM][i] * lighting->room[color] +
            scene->planes[PLANE_LAMP][i] * lighting->lamp[color]);
}

/* Brightness of the two lights on a surface that faces the viewer. */
float light_room_at(const struct optics *optics, struct point p);
float light_lamp_at(const struct optics *optics, struct point p);

void color_from_srgb(uint32_t srgb, float ret_linear[3]);

#endif
