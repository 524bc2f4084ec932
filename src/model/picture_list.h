/* The pictures of a folder that can be used together: names and headers, nothing decoded yet.
 *
 * Names in byte order. Files that cannot be used are left out, each with a warning that names file
 * and reason: unreadable or damaged (see frame/image.h), of another size or colour kind than most,
 * not a picture by its name, and links that lead out of the folder. Folders in the folder are
 * passed over. A picture may still turn out to be damaged when it is decoded. Ownership:
 * picture_list_finish frees, also after a failure, and takes a zeroed struct. Thread: any. Errors:
 * ERROR_INPUT, no folder or no pictures; ERROR_FORMAT, more than PICTURES_MOST, or none that fits.
 */
#ifndef MODEL_PICTURE_LIST_H
#define MODEL_PICTURE_LIST_H

#include "frame/image.h"
#include "platform/file.h"

#include <stddef.h>
#include <stdint.h>

enum { PICTURES_MOST = 20000 };

/* Who wants to hear how it goes; each may be NULL. */
struct picture_listener {
    void (*warn)(void *context, const char *sentence);
    void *context;
    /* Before each picture is decoded; false stops (ERROR_CANCELLED). Many take minutes. */
    bool (*progress)(void *context, size_t done, size_t total);
};

/* Which sizes are of use. `fits` NULL = all; of those that fit, the most frequent kind is taken.
 * `wanted` says in an error what would fit: "320x180 px, which the model was trained on". */
struct picture_rule {
    bool (*fits)(void *context, const struct image_header *header);
    void *context;
    const char *wanted;
};

struct picture_list {
    size_t count, skipped;
    struct image_header kind; /* of all of them */
    const char **names;
    struct name_list folder; /* private: holds the names */
};

MUST_CHECK bool picture_list_load(const char *folder, struct picture_rule rule,
                                  struct picture_listener listener, struct picture_list *ret_list,
                                  struct error *err);
void picture_list_finish(struct picture_list *list);

/* Tells the listener, if there is one, that a picture is left out, and why. */
void picture_left_out(const struct picture_listener *listener, const char *reason);

/* " (2 files left out)" for a sentence; nothing when none was. */
enum { PICTURE_SKIPPED_TEXT = 48 };
void picture_skipped_text(size_t skipped, char ret_text[PICTURE_SKIPPED_TEXT]);

/* Decodes one of them; `kind` is the list's. ERROR_FORMAT too when the file was exchanged for one
 * of another kind since. Ownership: image_finish. */
MUST_CHECK bool picture_read(const char *folder, const char *name, const struct image_header *kind,
                             struct image *ret_image, struct error *err);

/* `wanted` of `count` indices in rising order, evenly spread from the first to the last; of one,
 * the last. 1 <= wanted <= count. */
void picture_choose_even(size_t count, size_t wanted, size_t *ret_indices);
/* Each subset of that size is equally likely; the same seed chooses the same. */
void picture_choose_random(size_t count, size_t wanted, uint64_t seed, size_t *ret_indices);

#endif
