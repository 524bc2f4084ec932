/* What a set consists of, before a pixel is made: scenes, and the cases of each.
 *
 * A plan is a pure function of (set, split): the same cases with the same seeds in the same order
 * on every machine. Everything in a picture follows from its case_plan and its number.
 */
#ifndef SPILLS_PLAN_H
#define SPILLS_PLAN_H

#include "camera/rig.h"
#include "split.h"

#include <stddef.h>

enum { PLAN_NAME_SIZE = 48, KIND_SIZE = 24 };

enum scene_source { SCENE_RIG, SCENE_FOOTAGE };

struct scene_plan {
    char name[PLAN_NAME_SIZE]; /* its folder */
    enum scene_source source;
    int rig;                            /* of SCENE_RIG */
    char footage[SPLIT_FILE_NAME_SIZE]; /* of SCENE_FOOTAGE */
    int width, height;                  /* px; 0 for footage: as the file has it */
    uint64_t seed;
    int normals; /* pictures, 1.5 s apart */
};

enum leak_origin { LEAK_NONE, LEAK_OF_RIG };

struct case_plan {
    char name[PLAN_NAME_SIZE];     /* its folder, unique within the scene */
    char kind[KIND_SIZE];          /* of case.json */
    char expect[KIND_SIZE];        /* a fault kind, "scene_changed", or "" */
    char nuisance[PLAN_NAME_SIZE]; /* for people */
    size_t scene;                  /* index */
    uint64_t seed;
    int frames, onset; /* onset -1: no leak */
    double interval_s; /* between two frames */
    int jpeg_quality;
    double start_s; /* the rig's age at frame 0 */
    enum leak_origin leak;
    enum scenario scenario; /* the rig's own */
};

struct plan {
    enum split_name split;
    struct scene_plan *scenes;
    size_t scene_count;
    struct case_plan *cases;
    size_t case_count;
};

void plan_finish(struct plan *plan);

/* Room for one more, zeroed; NULL without memory. */
struct scene_plan *plan_add_scene(struct plan *plan);
struct case_plan *plan_add_case(struct plan *plan);

/* Of all cases. */
int64_t plan_frames(const struct plan *plan);
/* The same with the normals. */
int64_t plan_pictures(const struct plan *plan);

#endif
