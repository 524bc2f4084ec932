/* Frames of real static cameras (../shared/data, CC BY 4.0), kept in memory as backgrounds.
 *
 * Nothing of it is committed. Ownership: footage_destroy takes NULL. Read-only after loading: any
 * number of threads.
 */
#ifndef SPILLS_FOOTAGE_H
#define SPILLS_FOOTAGE_H

#include "base/error.h"

#include <stdint.h>

enum { FOOTAGE_RANGES_MAX = 5, FOOTAGE_ROW_COUNT = 3 };

/* 0-based frame numbers of the clip, inclusive; {0, 0} after the last. */
struct frame_range {
    int first, last;
};

struct footage_row {
    const char *file, *scene;
    int width, height;       /* px, as used: 1080p is halved */
    int frame_count, stride; /* frames per second, rounded */
    struct frame_range
        normals[FOOTAGE_RANGES_MAX];              /* nobody there; the normals are made of these */
    struct frame_range clean[FOOTAGE_RANGES_MAX]; /* nobody there either; sequences */
};
extern const struct footage_row footage_rows[FOOTAGE_ROW_COUNT];

/* NULL for a name that is in no row. */
const struct footage_row *footage_find(const char *file);

struct footage;

/* ERROR_INPUT when the file is missing, ERROR_FORMAT when it is another clip than the row says. */
struct footage *footage_load(const char *folder, const struct footage_row *row, struct error *err);
void footage_destroy(struct footage *footage);

const struct footage_row *footage_row_of(const struct footage *footage);

/* Packed RGB; clean frames and every `stride`-th of the clip are kept, NULL for others. */
const uint8_t *footage_frame(const struct footage *footage, int number);

#endif
