/* The sets: which scenes and cases "quick" and "full" consist of. */
#ifndef SPILLS_SETS_H
#define SPILLS_SETS_H

#include "plan.h"

/* "tiny" is for the tests of this program. */
enum set_name { SET_TINY, SET_QUICK, SET_FULL, SET_COUNT };
extern const char *const set_names[SET_COUNT];

MUST_CHECK bool set_name_parse(const char *text, enum set_name *ret_name);

/* Ownership: the caller calls plan_finish, also after a failure. ERROR_CONFIG when the split has
 * too few seeds, or no rig. */
MUST_CHECK bool set_plan(enum set_name set, enum split_name name, const struct split *split,
                         struct plan *ret_plan, struct error *err);

#endif
