/* Writes a plan as folders of pictures, taking up where an earlier run was killed.
 *
 *     OUT/<scene>/normal/000000.jpg …     the normals
 *     OUT/<scene>/scene.json              written when all normals are there
 *     OUT/<scene>/<case>/000000.jpg …     the frames, mask/000000.png where there is a leak
 *     OUT/<scene>/<case>/case.json        written last, whole: the case is complete
 *
 * A folder whose .json names the same recipe is left alone; any other is emptied and made anew.
 */
#ifndef SPILLS_MAKER_H
#define SPILLS_MAKER_H

#include "plan.h"

struct maker_settings {
    const char *out;   /* folder, made when missing */
    const char *scene; /* only this one; NULL = all */
    int jobs;          /* threads */
    bool is_quiet;     /* no progress on stderr */
};

struct maker_counts {
    int64_t made, found; /* cases and sets of normals */
};

/* ERROR_SPACE before anything is written when the disk has less room than the rest needs. */
MUST_CHECK bool plan_make(const struct plan *plan, const struct maker_settings *settings,
                          struct maker_counts *ret_counts, struct error *err);

/* Bytes that the whole plan takes on the disk, by rule of thumb. */
uint64_t plan_bytes(const struct plan *plan, const char *scene);

#endif
