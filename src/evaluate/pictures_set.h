/* The files of a dataset in the layout of MVTec AD: which pictures there are to test with, and what
 * their masks say. Nothing is decoded until it is asked for.
 *
 * Layout and what is left out: evaluate/pictures.h. "good" comes first, so that all that is normal
 * has been seen before the first abnormal picture. Ownership: pictures_set_finish frees, and takes
 * a zeroed struct. One thread. Errors of loading: ERROR_INPUT, ERROR_FORMAT, ERROR_MEMORY.
 */
#ifndef EVALUATE_PICTURES_SET_H
#define EVALUATE_PICTURES_SET_H

#include "model/picture_list.h"

enum { PICTURE_PIXELS_MOST = 1 << 24 };

struct pictures_folder {
    char *name;           /* the kind, as the folder is called */
    bool anomalous;       /* not "good" */
    bool has_masks;       /* is there a folder for them? */
    char path[PATH_SIZE]; /* the dataset's included */
    struct picture_list list;
};

struct pictures_set {
    const char *dataset; /* borrowed */
    int width, height;   /* px, of all pictures */
    size_t folder_count;
    struct pictures_folder *folders;
    size_t picture_count;  /* in all folders */
    size_t left_out_count; /* files and folders, each said */
};

MUST_CHECK bool pictures_set_load(const char *dataset, const struct picture_listener *listener,
                                  struct pictures_set *ret_set, struct error *err);
void pictures_set_finish(struct pictures_set *set);

/* The mask of a picture of `folder`: `ret_mask` [height][width] 0 or 1; abnormal where a channel is
 * 128 or more. After a failure its contents are undefined; the error names the file. ERROR_INPUT,
 * there is none; ERROR_FORMAT, another size or not to be read. */
MUST_CHECK bool pictures_set_read_mask(const struct pictures_set *set,
                                       const struct pictures_folder *folder, const char *name,
                                       uint8_t *ret_mask, struct error *err);

#endif
