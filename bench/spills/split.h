/* Which rigs, footage and seeds the detector is designed on, and which only judge it: split.txt.
 *
 * The file is read strictly: a rig or a clip in both splits, overlapping seeds, or a word that
 * means nothing is an error, because a slip here would make every published figure worthless.
 */
#ifndef SPILLS_SPLIT_H
#define SPILLS_SPLIT_H

#include "base/error.h"

#include <stdint.h>

enum split_name { SPLIT_DESIGN, SPLIT_FINAL, SPLIT_COUNT };
extern const char *const split_names[SPLIT_COUNT];

enum { SPLIT_RIGS_MAX = 32, SPLIT_FOOTAGE_MAX = 16, SPLIT_FILE_NAME_SIZE = 64 };

struct split {
    int rigs[SPLIT_RIGS_MAX];
    int rig_count;
    char footage[SPLIT_FOOTAGE_MAX][SPLIT_FILE_NAME_SIZE]; /* file names without a folder */
    int footage_count;
    uint64_t seed_first, seed_last; /* inclusive */
};

/* `ret_splits`: both, by name. ERROR_FORMAT names the line. */
MUST_CHECK bool splits_read(const char *path, struct split ret_splits[SPLIT_COUNT],
                            struct error *err);

bool split_has_rig(const struct split *split, int rig);
bool split_has_footage(const struct split *split, const char *file);

/* "design" or "final". */
MUST_CHECK bool split_name_parse(const char *text, enum split_name *ret_name);

#endif
