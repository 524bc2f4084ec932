/* Regions of evidence → who is believed. Inference thread.
 *
 * Regions are matched by their boxes: what lies over a candidate's box of the frame before is that
 * candidate. One that is not found again for a few seconds is forgotten. Time in which nothing can
 * be said moves all `since_s` on, so that nobody grows older by it.
 */
#include "score/scene_candidates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MARGIN_PX = 4 };

static const double AREA_LEAST = 4.5e-5; /* of the frame; less is a digit of a display */
static const double SUDDEN_AREA = 0.012; /* of the frame, within SETTLE_SECONDS */
static const double BASE_SECONDS = 2.0;  /* that any candidate waits, */
static const double PATIENCE = 0.0020;   /* and this many seconds per inverse share of the frame */
static const double SETTLE_SECONDS = 4.0;
static const double VISIT_SECONDS = 45.0; /* then what came with a visit has come to stay */
static const double GROWTH = 1.6; /* of what came with a visit: then it is a leak after all */
static const double GROWTH_LEAST = 3e-4; /* of the frame */
static const double LOST_SECONDS = 4.0;
static const float STRONG = 2.0f; /* thresholds */

struct entry {
    struct scene_candidate candidate;
    double last_seen_s;
    bool is_settled;
};

struct scene_candidates {
    struct scene_size size;
    struct blob_finder *finder;
    int count;
    struct entry entries[CANDIDATES_MAX];
    struct scene_candidate list[CANDIDATES_MAX];
    double now_s;
};

struct scene_candidates *scene_candidates_create(struct scene_size size, struct error *err)
{
    struct scene_candidates *candidates = calloc(1, sizeof *candidates);
    if (!candidates) {
        error_set(err, ERROR_MEMORY, "no memory for candidates");
        return NULL;
    }
    candidates->size = size;
    candidates->finder = blob_finder_create(size.width, size.height, err);
    if (candidates->finder)
        return candidates;
    free(candidates);
    return NULL;
}

void scene_candidates_destroy(struct scene_candidates *candidates)
{
    if (!candidates)
        return;
    blob_finder_destroy(candidates->finder);
    free(candidates);
}

void scene_candidates_forget(struct scene_candidates *candidates)
{
    candidates->count = 0;
}

void scene_candidates_wait(struct scene_candidates *candidates, double now_s)
{
    double step = now_s - candidates->now_s;
    for (int i = 0; i < candidates->count; i++) {
        candidates->entries[i].candidate.since_s += step;
        candidates->entries[i].last_seen_s += step;
    }
    candidates->now_s = now_s;
}

static bool touch(struct rect a, struct rect b)
{
    return a.x < b.x + b.width + MARGIN_PX && b.x < a.x + a.width + MARGIN_PX &&
           a.y < b.y + b.height + MARGIN_PX && b.y < a.y + a.height + MARGIN_PX;
}

/* The oldest entry that the blob lies over; several that have flowed together become one. */
static struct entry *find_entry(struct scene_candidates *candidates, struct rect box)
{
    struct entry *found = NULL;
    for (int i = 0; i < candidates->count; i++) {
        struct entry *entry = &candidates->entries[i];
        if (touch(entry->candidate.box, box) &&
            (!found || entry->candidate.since_s < found->candidate.since_s))
            found = entry;
    }
    return found;
}

static struct entry *new_entry(struct scene_candidates *candidates, bool visited)
{
    if (candidates->count == CANDIDATES_MAX)
        return NULL;
    struct entry *entry = &candidates->entries[candidates->count++];
    *entry =
        (struct entry){.candidate = {.since_s = candidates->now_s, .came_with_visit = visited}};
    return entry;
}

static double share_of(const struct scene_candidates *candidates, int area_px)
{
    return (double)area_px / (double)scene_pixels(candidates->size);
}

static void judge(const struct scene_candidates *candidates, struct entry *entry)
{
    struct scene_candidate *candidate = &entry->candidate;
    double age_s = candidates->now_s - candidate->since_s;
    double share = share_of(candidates, candidate->area_px);
    if (!entry->is_settled && age_s <= SETTLE_SECONDS && share >= SUDDEN_AREA)
        candidate->came_with_visit = true;
    if (!entry->is_settled && age_s >= SETTLE_SECONDS) {
        entry->is_settled = true;
        candidate->area_at_rest_px = candidate->area_px;
    }
    bool grows =
        entry->is_settled && candidate->area_px > GROWTH * candidate->area_at_rest_px &&
        share_of(candidates, candidate->area_px - candidate->area_at_rest_px) > GROWTH_LEAST;
    candidate->path = ALARM_PATH_NONE;
    candidate->scene_changed = false;
    if (candidate->came_with_visit && !grows) {
        candidate->scene_changed = age_s >= VISIT_SECONDS;
        return;
    }
    if (share >= AREA_LEAST && age_s >= BASE_SECONDS + PATIENCE / (share * 100.0))
        candidate->path = candidate->peak >= STRONG ? ALARM_PATH_STRONG
                          : grows                   ? ALARM_PATH_GROWING
                                                    : ALARM_PATH_LASTING;
}

static void drop_lost(struct scene_candidates *candidates)
{
    int kept = 0;
    for (int i = 0; i < candidates->count; i++)
        if (candidates->now_s - candidates->entries[i].last_seen_s <= LOST_SECONDS)
            candidates->entries[kept++] = candidates->entries[i];
    candidates->count = kept;
}

static struct rect both(struct rect a, struct rect b)
{
    int left = a.x < b.x ? a.x : b.x, top = a.y < b.y ? a.y : b.y;
    int right = a.x + a.width > b.x + b.width ? a.x + a.width : b.x + b.width;
    int bottom = a.y + a.height > b.y + b.height ? a.y + a.height : b.y + b.height;
    return (struct rect){left, top, right - left, bottom - top};
}

/* A film is often seen in pieces. */
static void add_blob(struct scene_candidate *candidate, const struct blob *blob)
{
    candidate->box = candidate->seen ? both(candidate->box, blob->box) : blob->box;
    candidate->area_px = candidate->seen ? candidate->area_px + blob->area_px : blob->area_px;
    candidate->peak = candidate->seen ? fmaxf(candidate->peak, blob->peak) : blob->peak;
    candidate->seen = true;
}

int scene_candidates_follow(struct scene_candidates *candidates, const float *strength,
                            double now_s, bool visited, const struct scene_candidate **ret_list)
{
    candidates->now_s = now_s;
    for (int i = 0; i < candidates->count; i++)
        candidates->entries[i].candidate.seen = false;
    const struct blob_list *blobs = blobs_find(candidates->finder, strength, 1.0f, 8, 3);
    for (int i = 0; i < blobs->count; i++) {
        const struct blob *blob = &blobs->blobs[i];
        struct entry *entry = find_entry(candidates, blob->box);
        if (!entry)
            entry = new_entry(candidates, visited);
        if (entry)
            add_blob(&entry->candidate, blob);
        if (entry)
            entry->last_seen_s = now_s;
    }
    drop_lost(candidates);
    int count = 0;
    for (int i = 0; i < candidates->count; i++) {
        if (!candidates->entries[i].candidate.seen)
            continue;
        judge(candidates, &candidates->entries[i]);
        candidates->list[count++] = candidates->entries[i].candidate;
    }
    *ret_list = candidates->list;
    return count;
}
