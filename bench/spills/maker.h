/* Writes a plan as folders of pictures (case_folder.h), taking up where an earlier run was killed.
 *
 * A folder whose .json names the same recipe is left alone; any other is emptied and made anew.
 * Scenes whose footage is missing are left out, and said so on stderr.
 */
#ifndef SPILLS_MAKER_H
#define SPILLS_MAKER_H

#include "plan.h"

struct maker_settings {
    const char *out;     /* folder, made when missing */
    const char *footage; /* folder of the clips */
    const char *scene;   /* only this one; NULL = all */
    int jobs;            /* threads */
    bool is_quiet;       /* no progress on stderr */
};

struct maker_counts {
    int64_t made, found; /* folders: cases and sets of normals */
    int64_t left_out;    /* for want of footage */
};

/* ERROR_SPACE before anything is written when the disk has less room than the rest needs. */
MUST_CHECK bool plan_make(const struct plan *plan, const struct maker_settings *settings,
                          struct maker_counts *ret_counts, struct error *err);

/* Bytes that the plan, or one scene of it, takes on the disk, by rule of thumb. */
uint64_t plan_bytes(const struct plan *plan, const char *scene);

#endif
