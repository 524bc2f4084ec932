/* Removing old evidence: records thread, from monitor/room.c.
 *
 * A pass reads the names of the folder, remembers the SWEEP oldest stamps, removes what may go of
 * them, and reads again for the next ones, so memory is bounded and each sweep begins behind the
 * last: it ends even when nothing can be removed. The surprising thing: bytes are counted from the
 * files and not asked of the disk, because some file systems give room back only seconds later,
 * and asking them would remove far too much.
 */
#include "sink/retention.h"

#include "platform/clock.h"
#include "platform/folder.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { SWEEP = 256 };
static_assert((int)RETENTION_KEPT_SETS <= (int)SWEEP, "a list holds them");

/* Stamps of local time may lie ahead of another zone's or a replay's by this much. */
#define AHEAD_MS (26 * 3600 * INT64_C(1000))

/* The `most` oldest stamps of those seen, in order; or, with `newest`, the newest, the very newest
 * first. */
struct stamp_list {
    size_t count, most;
    bool newest;
    char stamps[SWEEP][EVIDENCE_STAMP_SIZE];
};

/* What one reading of the folder looks for: only behind `after` and up to `until`, where given. */
struct sweep {
    struct stamp_list list;
    const char *after, *until;
};

struct pass {
    const char *folder;
    const struct retention_rules *rules;
    struct retention_result *result;
    char expired[CLOCK_TEXT_SIZE];       /* older ones may go for age; "" = none */
    char ahead[CLOCK_TEXT_SIZE];         /* later ones are of a clock that was wrong */
    char kept_from[EVIDENCE_STAMP_SIZE]; /* the oldest of the newest that stay */
    int64_t written_utc_ms;              /* the newest file of the set that is looked at */
};

/* Where in the list the stamp is or belongs. */
static size_t place_of(const struct stamp_list *list, const char *stamp, bool *ret_there)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = evidence_stamp_compare(stamp, list->stamps[middle]);
        if (order == 0) {
            *ret_there = true;
            return middle;
        }
        if ((order < 0) != list->newest)
            high = middle;
        else
            low = middle + 1;
    }
    *ret_there = false;
    return low;
}

static void stamp_list_offer(struct stamp_list *list, const char *stamp)
{
    bool there;
    size_t place = place_of(list, stamp, &there);
    if (there || place == list->most)
        return;
    size_t moved = (list->count < list->most ? list->count : list->most - 1) - place;
    memmove(list->stamps[place + 1], list->stamps[place], moved * sizeof list->stamps[0]);
    memcpy(list->stamps[place], stamp, strlen(stamp) + 1);
    if (list->count < list->most)
        list->count++;
}

static bool look_at_name(void *context, const char *name, enum file_kind kind)
{
    struct sweep *sweep = context;
    char stamp[EVIDENCE_STAMP_SIZE];
    if (kind == FILE_REGULAR && evidence_name_stamp(name, stamp) &&
        (*sweep->after == '\0' || evidence_stamp_compare(stamp, sweep->after) > 0) &&
        (*sweep->until == '\0' || evidence_stamp_compare(stamp, sweep->until) <= 0))
        stamp_list_offer(&sweep->list, stamp);
    return true;
}

static bool find_newest(struct pass *pass, struct error *err)
{
    struct sweep sweep = {
        .list = {.most = RETENTION_KEPT_SETS, .newest = true}, .after = "", .until = pass->ahead};
    if (!folder_visit(pass->folder, look_at_name, &sweep, err))
        return false;
    if (sweep.list.count > 0)
        memcpy(pass->kept_from, sweep.list.stamps[sweep.list.count - 1], EVIDENCE_STAMP_SIZE);
    return true;
}

/* ---- one set */

/* Calls `act` for each regular file that the set can have. */
static void for_each_file(struct pass *pass, const char *stamp,
                          void (*act)(struct pass *pass, const char *path,
                                      const struct file_extent *extent))
{
    for (enum evidence_kind kind = 0; kind < EVIDENCE_KIND_COUNT; kind++) {
        int numbers = evidence_kind_is_numbered(kind) ? CONTEXT_FRAMES_MAX : 1;
        for (int number = 1; number <= numbers; number++) {
            char name[EVIDENCE_NAME_SIZE], path[PATH_SIZE];
            struct file_extent extent;
            evidence_name_make(kind, stamp, number, name);
            if (path_join(path, sizeof path, pass->folder, name, NULL) &&
                file_measure(path, &extent, NULL))
                act(pass, path, &extent);
        }
    }
}

static void note_age(struct pass *pass, const char *path, const struct file_extent *extent)
{
    (void)path;
    if (extent->written_utc_ms > pass->written_utc_ms)
        pass->written_utc_ms = extent->written_utc_ms;
}

/* The stamp of a replay's picture is as old as the film. Its file is not. */
static bool has_expired(struct pass *pass, const char *stamp)
{
    if (*pass->expired == '\0' || evidence_stamp_compare(stamp, pass->expired) >= 0)
        return false;
    pass->written_utc_ms = INT64_MIN;
    for_each_file(pass, stamp, note_age);
    return pass->written_utc_ms < pass->rules->now_utc_ms - pass->rules->keep_ms;
}

static void remove_one(struct pass *pass, const char *path, const struct file_extent *extent)
{
    struct retention_result *result = pass->result;
    struct error err = {0};
    if (file_remove(path, &err)) {
        result->files++;
        result->bytes += extent->freed_bytes;
    } else if (result->refused.code == ERROR_NONE) {
        result->refused = err;
    }
}

/* True when something of the set is gone. */
static bool remove_set(struct pass *pass, const char *stamp)
{
    struct retention_result *result = pass->result;
    size_t files_before = result->files;
    for_each_file(pass, stamp, remove_one);
    if (result->files == files_before)
        return false;
    if (*result->oldest == '\0')
        memcpy(result->oldest, stamp, strlen(stamp) + 1);
    memcpy(result->newest, stamp, strlen(stamp) + 1);
    return true;
}

/* ---- a pass */

static bool wants_room(const struct pass *pass)
{
    return pass->result->bytes < pass->rules->wanted_bytes;
}

static bool is_kept(const struct pass *pass, const char *stamp)
{
    return *pass->kept_from != '\0' && evidence_stamp_compare(stamp, pass->kept_from) >= 0 &&
           evidence_stamp_compare(stamp, pass->ahead) <= 0;
}

/* False when neither this set nor any behind it may go. */
static bool judge(struct pass *pass, const char *stamp)
{
    const char *open_since = pass->rules->open_since;
    if (*open_since != '\0' && evidence_stamp_compare(stamp, open_since) >= 0)
        return false;
    if (has_expired(pass, stamp)) {
        pass->result->sets_for_age += remove_set(pass, stamp);
        return true;
    }
    if (wants_room(pass) && !is_kept(pass, stamp))
        pass->result->sets_for_room += remove_set(pass, stamp);
    bool may_expire = *pass->expired != '\0' && evidence_stamp_compare(stamp, pass->expired) < 0;
    return wants_room(pass) || may_expire;
}

static bool run_sweeps(struct pass *pass, struct error *err)
{
    char after[EVIDENCE_STAMP_SIZE] = "";
    for (;;) {
        struct sweep sweep = {.list = {.most = SWEEP}, .after = after, .until = ""};
        if (!folder_visit(pass->folder, look_at_name, &sweep, err))
            return false;
        const struct stamp_list *list = &sweep.list;
        for (size_t i = 0; i < list->count; i++)
            if (!judge(pass, list->stamps[i]))
                return true;
        if (list->count < SWEEP)
            return true;
        memcpy(after, list->stamps[SWEEP - 1], sizeof after);
    }
}

bool retention_prune(const char *folder, const struct retention_rules *rules,
                     struct retention_result *ret_result, struct error *err)
{
    *ret_result = (struct retention_result){0};
    struct pass pass = {.folder = folder, .rules = rules, .result = ret_result};
    clock_format_stamp(rules->now_utc_ms + AHEAD_MS, false, pass.ahead);
    if (rules->keep_ms > 0)
        clock_format_stamp(rules->now_utc_ms - rules->keep_ms, false, pass.expired);
    if (file_is_missing(folder))
        return true;
    return (rules->wanted_bytes == 0 || find_newest(&pass, err)) && run_sweeps(&pass, err);
}
