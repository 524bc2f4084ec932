/* The recorded sequences below a folder, and the normal pictures that each is judged by.
 *
 * Any folder at most SET_DEPTH below the dataset that holds case.json is a sequence; its frames are
 * the pictures in it, in byte order of their names. Its normals: the nearest folder above it, up to
 * the dataset itself, that has pictures in `normal/` or `train/good/`; that folder is its scene.
 * Links are followed while they stay in the dataset; those that lead out are refused. Sequences are
 * in byte order of their paths, name by name. Ownership: sequence_set_finish frees; read-only
 * otherwise, from any thread. Errors: ERROR_INPUT, no such folder, no sequence in it, a link out of
 * it; ERROR_FORMAT, more than SEQUENCES_MOST, a name that is no plain text, another number of
 * pictures than areas, and what sequence_case_read says. Nothing is left out silently.
 */
#ifndef EVALUATE_SEQUENCE_SET_H
#define EVALUATE_SEQUENCE_SET_H

#include "evaluate/sequence_case.h"
#include "platform/file.h"

enum { SET_DEPTH = 4, SEQUENCES_MOST = 20000 };

struct sequence_scene {
    char path[SEQUENCE_NAME_SIZE]; /* below the dataset; "." = the dataset itself */
    char normal_folder[PATH_SIZE];
};

struct sequence {
    char path[SEQUENCE_NAME_SIZE]; /* below the dataset */
    char folder[PATH_SIZE];
    int scene; /* index, or -1: nothing above it has normal pictures */
    struct sequence_case truth;
    struct name_list frames; /* [truth.frame_count] */
};

struct sequence_set {
    char root[PATH_SIZE];
    size_t count;
    struct sequence *sequences;
    size_t scene_count; /* those that have sequences */
    struct sequence_scene *scenes;
};

/* Only sequences whose kind begins with `kind`; NULL = all. */
MUST_CHECK bool sequence_set_load(const char *folder, const char *kind,
                                  struct sequence_set *ret_set, struct error *err);
void sequence_set_finish(struct sequence_set *set);

/* The mask of a frame: mask/<the frame's name>.png. `ret_there` false: it has none. */
MUST_CHECK bool sequence_mask_find(const struct sequence_set *set, const struct sequence *sequence,
                                   size_t frame, char ret_path[PATH_SIZE], bool *ret_there,
                                   struct error *err);

/* Is this the layout of MVTec AD: pictures in train/good, and a folder test? */
bool sequence_set_is_pictures(const char *folder);

#endif
