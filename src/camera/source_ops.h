/* What a kind of source implements; private to camera/.
 *
 * A kind is one `const struct source_ops` and one struct whose first member is `struct source`:
 *
 *     struct folder_source { struct source head; struct name_list names; … };
 *
 * source.c does everything that is alike: dispatch, frame window, interval, pacing, pool, stamps,
 * counting what had no room. A kind only walks its frames (`next`) and paints the one it stands on
 * (`fill`); frames that are not due are never painted.
 *
 *     init → [open → (next, fill when due) … → close] any number of times → finish
 *
 * Thread: one at a time, the one that owns the source.
 */
#ifndef CAMERA_SOURCE_OPS_H
#define CAMERA_SOURCE_OPS_H

#include "camera/gate.h"
#include "camera/source.h"

#include <stddef.h>

/* What `next` reports as a frame's time. */
enum source_clock {
    SOURCE_CLOCK_MEDIA,    /* from 0 at each open; a source without end is paced by source.c, which
                              turns it into monotonic time */
    SOURCE_CLOCK_MONOTONIC /* CLOCK_MONOTONIC, as a camera's driver stamps it */
};

/* The frame that a source stands on. */
struct source_stamp {
    int64_t number;  /* the source's own, from 0, strictly rising */
    int64_t time_ns; /* by the kind's clock, strictly rising */
};

struct source_ops {
    const char *kind; /* one word for messages: "folder" */
    size_t size;      /* of the kind's struct */
    enum source_clock clock;

    /* The struct is zeroed but for the head's `ops` and `settings`; checks and takes apart the
     * spec, sets `head.finite`, touches no device. After a failure `finish` is called. */
    bool (*init)(struct source *source, struct error *err);
    /* Frees what init made; may be NULL. The source is closed by then. */
    void (*finish)(struct source *source);

    /* Fills width, height, frame_count (-1 when unknown) and name. After a failure `close` is
     * called. */
    bool (*open)(struct source *source, struct source_info *ret_info, struct error *err);
    /* Safe on half-open and on closed sources. */
    void (*close)(struct source *source);

    /* Steps to the next frame. SOURCE_NONE: the deadline passed (only sources without end look at
     * it), or something was unusable: then it is in `counts` and `err` says what. */
    enum source_result (*next)(struct source *source, int64_t deadline_ns,
                               struct source_stamp *ret_stamp, struct error *err);
    /* Paints the frame that `next` stepped to into `ret_rgb` (width x height of the info, packed).
     * Called at most once per frame. SOURCE_NONE as above: this frame is passed over. */
    enum source_result (*fill)(struct source *source, uint8_t *ret_rgb, struct error *err);
};

/* The head that each kind embeds as its first member. A kind sets `finite` in init, adds to
 * `counts.damaged` and `counts.skipped`, reads `settings`, and leaves the rest to source.c. */
struct source {
    const struct source_ops *ops;
    struct source_settings settings;
    struct source_counts counts;
    bool finite;

    bool is_open;
    int width, height; /* px, as opened */
    struct gate gate;
    bool has_pending; /* `pending` was found due, but its time had not come yet */
    struct source_stamp pending;
    bool has_anchor;
    int64_t anchor_ns; /* monotonic time of media time 0, for sources that are paced */
};

/* The name for people in `info`: cut at a whole character, and always valid UTF-8 without control
 * characters, because it goes into records. */
void source_info_set_name(struct source_info *info, const char *format, ...) PRINTF_LIKE(2, 3);

/* The last part of a path: "clip.mp4" of "a/b/clip.mp4", "b" of "a/b/". Borrows from `path`. */
const char *source_short_path(const char *path);

extern const struct source_ops folder_source_ops;
extern const struct source_ops video_source_ops;
extern const struct source_ops device_source_ops;
extern const struct source_ops simulated_source_ops;

/* Which kind a spec means; NULL with ERROR_USAGE or ERROR_INPUT when none. Looks at the disk to
 * tell a folder from a file. */
const struct source_ops *source_ops_for_spec(const char *spec, struct error *err);

#endif
