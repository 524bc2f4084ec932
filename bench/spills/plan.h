/* What a set consists of, before a pixel is made: scenes, and the cases of each.
 *
 * A plan is a pure function of (set, split): the same cases with the same seeds in the same order
 * on every machine. Everything in a picture follows from its scene_plan, its case_plan and its
 * number. Clips that are missing are found out when pictures are made, so that seeds stay.
 */
#ifndef SPILLS_PLAN_H
#define SPILLS_PLAN_H

#include "camera/rig.h"
#include "leak.h"
#include "nuisance.h"
#include "split.h"

#include <stddef.h>

enum { PLAN_NAME_SIZE = 64, KIND_SIZE = 32, CASE_NUISANCES_MAX = 10 };

enum scene_source { SCENE_RIG, SCENE_FOOTAGE };

struct scene_plan {
    char name[PLAN_NAME_SIZE]; /* its folder */
    enum scene_source source;
    int rig;                            /* of SCENE_RIG */
    char footage[SPLIT_FILE_NAME_SIZE]; /* of SCENE_FOOTAGE */
    int width, height;                  /* px */
    uint64_t seed;
    int normals; /* pictures, 1.5 s apart */
};

enum leak_origin { LEAK_NONE, LEAK_OF_RIG, LEAK_PAINTED };

struct case_plan {
    char name[PLAN_NAME_SIZE]; /* its folder, unique within the scene */
    char kind[KIND_SIZE];      /* of case.json */
    char expect[KIND_SIZE];    /* a fault kind, "scene_changed", or "" */
    size_t scene;              /* index */
    uint64_t seed;
    int frames, onset; /* onset -1: no leak */
    double interval_s; /* between two frames */
    double start_s;    /* the rig's age at frame 0 */
    bool is_normal;    /* these are the normals of the scene */
    bool has_visits;   /* of footage: with the people, or cars, that it has */
    enum leak_origin leak;
    enum scenario scenario;             /* the rig's own */
    double rig_amount, rig_rate;        /* of what leaks there */
    struct leak_settings leak_settings; /* of LEAK_PAINTED */
    struct nuisance nuisances[CASE_NUISANCES_MAX];
    int nuisance_count;
};

struct plan {
    enum split_name split;
    struct scene_plan *scenes;
    size_t scene_count;
    struct case_plan *cases;
    size_t case_count;
};

void plan_finish(struct plan *plan);

/* Room for one more; NULL without memory. */
struct scene_plan *plan_add_scene(struct plan *plan);
struct case_plan *plan_add_case(struct plan *plan);

/* The normals of a scene, as a case. */
struct case_plan plan_normals(const struct scene_plan *scene);

/* Puts a nuisance into the case, or changes the amount of one that is there. */
void case_set_nuisance(struct case_plan *plan, enum nuisance_kind kind, double amount,
                       double from_s);

/* What the normals of the scene have too. */
void case_set_usual(struct case_plan *plan, const struct scene_plan *scene);

/* Of all cases. */
int64_t plan_frames(const struct plan *plan);
/* The same with the normals. */
int64_t plan_pictures(const struct plan *plan);

#endif
