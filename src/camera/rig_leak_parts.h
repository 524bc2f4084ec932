/* What the painters of the simulated leaks share. Under rig_leak.c. */
#ifndef CAMERA_RIG_LEAK_PARTS_H
#define CAMERA_RIG_LEAK_PARTS_H

#include "camera/rig.h"
#include "camera/rig_film.h"

/* What the painters of one moment need. */
struct leak {
    struct canvas *frame;
    const struct canvas *scene;
    struct film *film;
    const struct rig_settings *settings;
    const struct layout *layout;
    double since_s; /* the onset */
    double grown_s; /* the same at the leak's own pace */
    float size;     /* lengths, by the amount */
};

/* rig_drops.c */
void leak_paint_drops(const struct leak *leak);

#endif
