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

enum { MARGIN_PX = 4, THICKNESS_LEAST_PX = 3 };

static const double AREA_LEAST = 4.5e-5; /* of the frame; less is a digit of a display */
static const double SUDDEN_AREA = 0.012; /* of the frame, of all that came within SUDDEN_SECONDS */
static const double SUDDEN_SECONDS = 6.0;
static const double LIGHT_AREA = 2e-4; /* of the frame, at the age of */
static const double LIGHT_SECONDS = 12.0;
static const double SHINE_SECONDS = 120.0; /* after it: small patches of light are light, too */
static const double BASE_SECONDS = 2.0;    /* that any candidate waits, */
static const double PATIENCE = 0.0020;     /* and this long, divided by its share of the frame */
static const double REST_SECONDS = 15.0;   /* evidence of its faint parts gathers until then */
static const double VISIT_SECONDS = 45.0;  /* then what came with a visit has come to stay */
static const double NORMAL_SECONDS = 5.0;  /* that light and what is learned must look like it */
static const double GROWTH = 1.6; /* of what came with a visit: then it is a leak after all */
static const double GROWTH_LEAST = 3e-4; /* of the frame */
static const double LOST_SECONDS = 4.0;
static const float STRONG = 2.0f; /* thresholds */

struct entry {
    struct scene_candidate candidate;
    double last_seen_s, strange_s; /* when it was seen last, and did not look normal */
    bool seen, is_settled, came_with_visit, came_as_light;
    int area_at_rest_px; /* what growth is counted from */
};

struct scene_candidates {
    struct scene_size size;
    struct blob_finder *finder;
    int count;
    struct entry entries[CANDIDATES_MAX];
    struct scene_candidate list[CANDIDATES_MAX];
    double now_s, light_until_s;
};

struct scene_candidates *scene_candidates_create(struct scene_size size, struct error *err)
{
    struct scene_candidates *candidates = calloc(1, sizeof *candidates);
    if (!candidates) {
        error_set(err, ERROR_MEMORY, "no memory for candidates");
        return NULL;
    }
    candidates->size = size;
    candidates->light_until_s = -INFINITY;
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
        candidates->entries[i].strange_s += step;
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
    *entry = (struct entry){.candidate = {.since_s = candidates->now_s},
                            .strange_s = candidates->now_s,
                            .came_with_visit = visited};
    return entry;
}

static double share_of(const struct scene_candidates *candidates, int area_px)
{
    return (double)area_px / (double)scene_pixels(candidates->size);
}

static double age_of(const struct scene_candidates *candidates, const struct entry *entry)
{
    return candidates->now_s - entry->candidate.since_s;
}

/* A leak begins at one place and is small at first. */
static void find_sudden(struct scene_candidates *candidates)
{
    int area_px = 0;
    for (int i = 0; i < candidates->count; i++) {
        const struct entry *entry = &candidates->entries[i];
        if (entry->seen && age_of(candidates, entry) <= SUDDEN_SECONDS)
            area_px += entry->candidate.area_px;
    }
    if (share_of(candidates, area_px) < SUDDEN_AREA)
        return;
    for (int i = 0; i < candidates->count; i++)
        if (age_of(candidates, &candidates->entries[i]) <= SUDDEN_SECONDS)
            candidates->entries[i].came_with_visit = true;
}

static bool has_grown(const struct scene_candidates *candidates, const struct entry *entry)
{
    int growth_px = entry->candidate.area_px - entry->area_at_rest_px;
    return entry->is_settled && entry->candidate.area_px > GROWTH * entry->area_at_rest_px &&
           share_of(candidates, growth_px) > GROWTH_LEAST;
}

/* Evidence lags behind: what looks normal for a while is. */
static bool is_normal(const struct scene_candidates *candidates, struct entry *entry,
                      enum region_look look)
{
    bool light = look == REGION_LIGHT && (entry->came_as_light || entry->came_with_visit);
    if (look != REGION_LEARNED && !light)
        entry->strange_s = candidates->now_s;
    return candidates->now_s - entry->strange_s >= NORMAL_SECONDS;
}

static bool is_believed(const struct scene_candidates *candidates, const struct entry *entry)
{
    const struct scene_candidate *candidate = &entry->candidate;
    double share = share_of(candidates, candidate->area_px);
    return share >= AREA_LEAST && candidate->box.width >= THICKNESS_LEAST_PX &&
           candidate->box.height >= THICKNESS_LEAST_PX &&
           age_of(candidates, entry) >= BASE_SECONDS + PATIENCE / share;
}

static void judge(struct scene_candidates *candidates, struct entry *entry, enum region_look look)
{
    struct scene_candidate *candidate = &entry->candidate;
    double age_s = age_of(candidates, entry), share = share_of(candidates, candidate->area_px);
    bool shines = candidates->now_s < candidates->light_until_s;
    if (look == REGION_LIGHT && (shines || (age_s <= LIGHT_SECONDS && share >= LIGHT_AREA))) {
        entry->came_as_light = true;
        candidates->light_until_s = candidates->now_s + SHINE_SECONDS;
    }
    if (!entry->is_settled && age_s >= REST_SECONDS) {
        entry->is_settled = true;
        entry->area_at_rest_px = candidate->area_px;
    }
    bool grown = has_grown(candidates, entry);
    candidate->outcome = CANDIDATE_WAITS;
    candidate->path = ALARM_PATH_NONE;
    if (is_normal(candidates, entry, look))
        candidate->outcome = CANDIDATE_NORMAL;
    else if (look == REGION_LEARNED || (look == REGION_LIGHT && entry->came_as_light))
        return;
    else if (entry->came_with_visit && !grown)
        candidate->outcome = age_s >= VISIT_SECONDS ? CANDIDATE_CHANGED : CANDIDATE_WAITS;
    else if (is_believed(candidates, entry)) {
        candidate->outcome = CANDIDATE_LEAKS;
        candidate->path = candidate->peak >= STRONG ? ALARM_PATH_STRONG
                          : grown                   ? ALARM_PATH_GROWING
                                                    : ALARM_PATH_LASTING;
    }
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
static void add_blob(struct entry *entry, const struct blob *blob, double now_s)
{
    struct scene_candidate *candidate = &entry->candidate;
    candidate->box = entry->seen ? both(candidate->box, blob->box) : blob->box;
    candidate->area_px = entry->seen ? candidate->area_px + blob->area_px : blob->area_px;
    candidate->peak = entry->seen ? fmaxf(candidate->peak, blob->peak) : blob->peak;
    entry->seen = true;
    entry->last_seen_s = now_s;
}

int scene_candidates_follow(struct scene_candidates *candidates, const float *strength,
                            double now_s, bool visited, struct region_viewer viewer,
                            const struct scene_candidate **ret_list)
{
    candidates->now_s = now_s;
    for (int i = 0; i < candidates->count; i++)
        candidates->entries[i].seen = false;
    const struct blob_list *blobs = blobs_find(candidates->finder, strength, 1.0f, 8, 3);
    for (int i = 0; i < blobs->count; i++) {
        struct entry *entry = find_entry(candidates, blobs->blobs[i].box);
        if (!entry)
            entry = new_entry(candidates, visited);
        if (entry)
            add_blob(entry, &blobs->blobs[i], now_s);
    }
    drop_lost(candidates);
    find_sudden(candidates);
    int count = 0;
    for (int i = 0; i < candidates->count; i++) {
        struct entry *entry = &candidates->entries[i];
        if (!entry->seen)
            continue;
        judge(candidates, entry, viewer.look(viewer.context, entry->candidate.box));
        candidates->list[count++] = entry->candidate;
    }
    *ret_list = candidates->list;
    return count;
}
