/* The simulated laboratories: what stands where, made of what, lit and seen how. Eight tables, no
 * code: the painters, the moving parts and the leaks take all places from here.
 *
 * Positions are in scene units (rig_canvas.h). Layout 0 is the oldest; its pictures are pinned by
 * tests. Which of them a detector may be designed on is written in bench/spills/split.txt, and the
 * tables are in two files accordingly.
 */
#ifndef CAMERA_RIG_LAYOUT_H
#define CAMERA_RIG_LAYOUT_H

#include "camera/rig.h"
#include "camera/rig_canvas.h"

enum { RIG_TUBE_POINTS = 33, CIRCUITS_MAX = 3, CABLES_MAX = 3, PUDDLE_PLACES_MAX = 3 };

/* Back to front as they usually stand. */
enum piece_kind {
    PIECE_WALL,
    PIECE_TILES,
    PIECE_DUCT,
    PIECE_PROTOCOL,
    PIECE_SIGN,
    PIECE_WINDOW,
    PIECE_SHELF,
    PIECE_CUPBOARD,
    PIECE_SASH,
    PIECE_BENCH,
    PIECE_WOOD,
    PIECE_FLOOR_TILES,
    PIECE_TRAY,
    PIECE_TISSUE,
    PIECE_SUPPLY,
    PIECE_WASH_BOTTLE,
    PIECE_BOTTLE,
    PIECE_BEAKER,
    PIECE_TANK,
    PIECE_STACK,
    PIECE_PUMP,
    PIECE_KIND_COUNT
};

/* One thing. It stands on (or hangs from) `at` and is `scale` times its usual size, 0 meaning 1;
 * what the colours are for is told by its painter, 0 meaning the usual ones. */
struct piece {
    enum piece_kind kind;
    struct point at;
    float scale_x, scale_y;
    enum liquid liquid;
    uint32_t srgb[3];
    int variant;
};

/* The tubes of one pump: stack → tank, tank → pump, fitting under the stack → pump. */
struct circuit {
    enum liquid liquid;
    struct point back[4], suction[4], feed[4]; /* Bézier control points */
};

struct cable {
    struct point control[4];
    uint32_t srgb;
};

/* How this camera sees. */
struct eye {
    float exposure_target; /* of the automatic exposure, 0..1 before the tone curve */
    float noise;           /* in units of a usual webcam's */
    float vignette;        /* loss in the corners */
    int jpeg_quality;
};

struct leak_places {
    enum liquid drop_liquid; /* of puddles too */
    struct point drop_start, drop_landing;
    int trickle_circuit;
    float trickle_end;  /* how far down the feed tube it comes, 0..1 */
    float trickle_side; /* 1 or -1: on which side of the tube */
    struct point trickle_landing;
    /* One of them by the seed, and up to `puddle_spread` beside it. */
    struct point puddles[PUDDLE_PLACES_MAX];
    int puddle_count;
    struct point puddle_spread;
    float puddle_half_width_max;
    int crust_circuit;
};

struct layout {
    const char *text; /* for people */
    float turn_rad;   /* how askew the camera hangs */
    struct optics optics;
    struct eye eye;
    float room_color[3], lamp_color[3];
    float lamp_always;      /* the desk lamp's gain while nobody touches it */
    uint32_t liquids[2][2]; /* positive and negative, discharged and charged */
    float slant;            /* height by width of a circle that lies on the floor */
    float mirror_line;      /* where most things stand */
    float wall_line;        /* where the wall meets the bench */
    struct piece forgotten; /* what somebody leaves behind */
    const struct piece *pieces;
    int piece_count;
    struct cable cables[CABLES_MAX];
    int cable_count;
    struct circuit circuits[CIRCUITS_MAX];
    int circuit_count;
    float tube_radius;
    struct leak_places leaks;
};

extern const struct layout *const rig_layouts[RIG_LAYOUT_COUNT];

#define PIECES(array) .pieces = (array), .piece_count = sizeof(array) / sizeof((array)[0])

/* The tube from the fitting under the stack to the pump. */
void layout_feed_tube(const struct layout *layout, int circuit,
                      struct point ret_points[RIG_TUBE_POINTS]);

#endif
