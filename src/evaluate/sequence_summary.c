/* Recall, delays, false alarms: each figure of struct sequences_summary in a function of its own.
 *
 * Sequences count, not frames: a leak is found once or it is missed. Delays are of found sequences
 * only and always stand beside how many those are. Scores of different scenes are made comparable
 * by their own thresholds before they are ranked together.
 */
#include "evaluate/sequence_summary.h"

#include "evaluate/ranking.h"
#include "score/error_map.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONFIDENCE 0.95
#define SECONDS_PER_DAY 86400.0
#define MEDIAN_PERCENT 50.0
#define TAIL_PERCENT 95.0

static const struct {
    const char *name;
    double below; /* fraction of the picture */
} size_classes[SIZE_CLASSES] = {{"< 0.02 %", 0.0002},
                                {"0.02-0.05 %", 0.0005},
                                {"0.05-0.1 %", 0.001},
                                {"0.1-0.5 %", 0.005},
                                {">= 0.5 %", INFINITY}};

static size_t size_class_of(double fraction)
{
    size_t class = 0;
    while (fraction >= size_classes[class].below)
        class ++;
    return class;
}

/* ---- groups of sequences with a leak */

struct selection {
    const struct sequence_result *results;
    size_t count;
    const char *kind; /* NULL = all */
    int size_class;   /* -1 = all */
};

static bool is_selected(const struct selection *selection, const struct sequence_result *result)
{
    return sequence_has_leak(result) &&
           (!selection->kind || strcmp(selection->kind, result->kind) == 0) &&
           (selection->size_class < 0 ||
            size_class_of(result->largest_fraction) == (size_t)selection->size_class);
}

static struct sequence_share share_of(size_t hits, size_t total)
{
    return (struct sequence_share){hits, total, wilson_interval(hits, total, CONFIDENCE)};
}

static struct sequence_delays delays_of(double *delays, size_t count)
{
    if (count == 0)
        return (struct sequence_delays){0, NAN, NAN};
    return (struct sequence_delays){count, percentile_of(delays, count, MEDIAN_PERCENT),
                                    percentile_of(delays, count, TAIL_PERCENT)};
}

/* `scratch`: room for twice as many numbers as there are sequences. */
static struct sequence_group group_of(const struct selection *selection, const char *name,
                                      double *scratch)
{
    struct sequence_group group;
    double *onset = scratch, *visible = scratch + selection->count;
    size_t total = 0, found = 0, localised = 0, visible_count = 0;
    for (size_t i = 0; i < selection->count; i++) {
        const struct sequence_result *result = &selection->results[i];
        if (!is_selected(selection, result))
            continue;
        total++;
        if (result->found_frame < 0)
            continue;
        onset[found++] = result->delay_onset_s;
        localised += result->localised;
        if (!isnan(result->delay_visible_s))
            visible[visible_count++] = result->delay_visible_s;
    }
    snprintf(group.name, sizeof group.name, "%s", name);
    group.found = share_of(found, total);
    group.localised = share_of(localised, total);
    group.from_onset = delays_of(onset, found);
    group.from_visible = delays_of(visible, visible_count);
    return group;
}

/* ---- kinds, in byte order */

static int compare_kinds(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The kinds of sequences with (or without) a leak, each once; `names` has room for all. */
static size_t list_kinds(const struct sequence_result *results, size_t count, bool leaks,
                         const char **names)
{
    size_t all = 0, kept = 0;
    for (size_t i = 0; i < count; i++)
        if (sequence_has_leak(&results[i]) == leaks)
            names[all++] = results[i].kind;
    if (all > 1)
        qsort(names, all, sizeof *names, compare_kinds);
    for (size_t i = 0; i < all; i++)
        if (kept == 0 || strcmp(names[kept - 1], names[i]) != 0)
            names[kept++] = names[i];
    return kept;
}

static struct sequence_quiet_group quiet_group_of(const struct sequence_result *results,
                                                  size_t count, const char *kind)
{
    struct sequence_quiet_group group = {.sequence_count = 0};
    snprintf(group.name, sizeof group.name, "%s", kind);
    for (size_t i = 0; i < count; i++) {
        const struct sequence_result *result = &results[i];
        if (sequence_has_leak(result) || strcmp(result->kind, kind) != 0)
            continue;
        group.sequence_count++;
        group.disturbed_count += result->false_alarm_count > 0;
        group.false_alarm_count += result->false_alarm_count;
        group.expected_count += *result->expect != '\0';
        group.met_count += result->expectation_met;
    }
    return group;
}

static bool summarise_groups(const struct sequence_result *results, size_t count,
                             struct sequences_summary *summary, const char **names, double *scratch,
                             struct error *err)
{
    struct selection selection = {results, count, NULL, -1};
    summary->all = group_of(&selection, "all", scratch);
    for (int class = 0; class < SIZE_CLASSES; class ++) {
        selection.size_class = class;
        summary->sizes[class] = group_of(&selection, size_classes[class].name, scratch);
    }
    selection.size_class = -1;
    summary->kind_count = list_kinds(results, count, true, names);
    summary->kinds = calloc(summary->kind_count + 1, sizeof *summary->kinds);
    for (size_t i = 0; summary->kinds && i < summary->kind_count; i++) {
        selection.kind = names[i];
        summary->kinds[i] = group_of(&selection, names[i], scratch);
    }
    summary->quiet_kind_count = list_kinds(results, count, false, names);
    summary->quiet_kinds = calloc(summary->quiet_kind_count + 1, sizeof *summary->quiet_kinds);
    for (size_t i = 0; summary->quiet_kinds && i < summary->quiet_kind_count; i++)
        summary->quiet_kinds[i] = quiet_group_of(results, count, names[i]);
    return (summary->kinds && summary->quiet_kinds) ||
           error_set(err, ERROR_MEMORY, "no memory for a summary");
}

/* ---- what is counted over all frames */

static struct false_alarm_rate rate_of(size_t alarms, double quiet_s)
{
    struct false_alarm_rate rate = {
        .count = alarms, .quiet_s = quiet_s, .per_day = NAN, .day_interval = {NAN, NAN}};
    const double days = quiet_s / SECONDS_PER_DAY;
    if (days <= 0)
        return rate;
    const struct interval interval = poisson_interval(alarms, CONFIDENCE);
    rate.per_day = (double)alarms / days;
    rate.day_interval = (struct interval){interval.low / days, interval.high / days};
    return rate;
}

static void count_all(const struct sequence_result *results, size_t count,
                      struct sequences_summary *summary)
{
    size_t false_alarms = 0;
    double quiet_s = 0;
    for (size_t i = 0; i < count; i++) {
        const struct sequence_result *result = &results[i];
        summary->frame_count += result->frame_count;
        summary->quiet_frames += result->quiet_frames;
        summary->expected_count += *result->expect != '\0';
        summary->met_count += result->expectation_met;
        summary->unexpected_count += result->unexpected_count;
        summary->masked_count += result->masked;
        false_alarms += result->false_alarm_count;
        quiet_s += (double)result->quiet_frames * result->interval_s;
    }
    summary->leak_frames = summary->frame_count - summary->quiet_frames;
    summary->false_alarms = rate_of(false_alarms, quiet_s);
}

/* ---- how well scores rank frames */

static bool is_quiet_frame(const struct sequence_result *result, size_t frame)
{
    return frame < result->quiet_frames;
}

static bool is_visible_leak(const struct sequence_result *result, size_t frame)
{
    return sequence_has_leak(result) && result->visible_frame >= 0 &&
           (int64_t)frame >= result->visible_frame &&
           (double)result->frames[frame].area_px >=
               VISIBLE_FRACTION * (double)result->width * result->height;
}

static size_t add_scores(const struct sequence_result *result, struct ranked_score *scores)
{
    size_t count = 0;
    for (size_t frame = 0; frame < result->frame_count; frame++) {
        const double ratio = result->frames[frame].score / result->frames[frame].threshold;
        const bool leak = is_visible_leak(result, frame);
        if ((leak || is_quiet_frame(result, frame)) && isfinite(ratio))
            scores[count++] = (struct ranked_score){ratio, leak};
    }
    return count;
}

static bool rank_frames(const struct sequence_result *results, size_t count,
                        struct sequences_summary *summary, struct error *err)
{
    struct ranking ranking = {0};
    struct ranked_score *scores = calloc(summary->frame_count + 1, sizeof *scores);
    size_t score_count = 0;
    if (!scores)
        return error_set(err, ERROR_MEMORY, "no memory to rank %zu frames", summary->frame_count);
    for (size_t i = 0; i < count; i++)
        score_count += add_scores(&results[i], scores + score_count);
    const bool good = ranking_create(scores, score_count, &ranking, err);
    if (good)
        summary->frame_auroc = ranking_auroc(&ranking);
    ranking_finish(&ranking);
    free(scores);
    return good;
}

/* ---- the smallest area that is found */

static int compare_areas(const void *a, const void *b)
{
    const struct area_outcome *left = a, *right = b;
    return (left->area > right->area) - (left->area < right->area);
}

struct block {
    double area; /* smallest in it */
    double found, count;
};

/* All outcomes of one area from `first` on: their order says nothing. */
static struct block block_of_equals(const struct area_outcome *outcomes, size_t first, size_t count)
{
    struct block block = {.area = outcomes[first].area};
    for (size_t i = first; i < count && outcomes[i].area <= block.area; i++) {
        block.found += outcomes[i].found;
        block.count++;
    }
    return block;
}

static bool falls(const struct block *last, const struct block *next)
{
    return last->found * next->count >= next->found * last->count;
}

bool smallest_area_at(double recall, struct area_outcome *outcomes, size_t count, double *ret_area,
                      struct error *err)
{
    struct block *blocks = calloc(count + 1, sizeof *blocks);
    size_t block_count = 0;
    if (!blocks)
        return error_set(err, ERROR_MEMORY, "no memory for %zu areas", count);
    if (count > 1)
        qsort(outcomes, count, sizeof *outcomes, compare_areas);
    for (size_t i = 0; i < count;) {
        struct block next = block_of_equals(outcomes, i, count);
        i += (size_t)next.count;
        while (block_count > 0 && falls(&blocks[block_count - 1], &next)) {
            const struct block *last = &blocks[--block_count];
            next = (struct block){last->area, last->found + next.found, last->count + next.count};
        }
        blocks[block_count++] = next;
    }
    double area = NAN;
    for (size_t i = block_count; i-- > 0 && blocks[i].found >= recall * blocks[i].count;)
        area = blocks[i].area;
    free(blocks);
    *ret_area = area;
    return true;
}

static bool find_smallest(const struct sequence_result *results, size_t count,
                          struct sequences_summary *summary, struct error *err)
{
    struct area_outcome *outcomes = calloc(count + 1, sizeof *outcomes);
    size_t leaks = 0, hits = 0, total = 0;
    if (!outcomes)
        return error_set(err, ERROR_MEMORY, "no memory for %zu areas", count);
    for (size_t i = 0; i < count; i++)
        if (sequence_has_leak(&results[i]))
            outcomes[leaks++] =
                (struct area_outcome){results[i].largest_fraction, results[i].found_frame >= 0};
    const bool good =
        smallest_area_at(RECALL_WANTED, outcomes, leaks, &summary->smallest_area_fraction, err);
    for (size_t i = 0; good && i < leaks; i++) {
        if (!(outcomes[i].area >= summary->smallest_area_fraction))
            continue;
        total++;
        hits += outcomes[i].found;
    }
    summary->at_least = share_of(hits, total);
    free(outcomes);
    return good;
}

bool sequences_summarise(const struct sequence_result *results, size_t count,
                         struct sequences_summary *ret_summary, struct error *err)
{
    struct sequences_summary summary = {.frame_auroc = NAN};
    const char **names = calloc(count + 1, sizeof *names);
    double *scratch = calloc(2 * count + 1, sizeof *scratch);
    bool good = (names && scratch) || error_set(err, ERROR_MEMORY, "no memory for a summary");
    if (good) {
        count_all(results, count, &summary);
        good = summarise_groups(results, count, &summary, names, scratch, err) &&
               rank_frames(results, count, &summary, err) &&
               find_smallest(results, count, &summary, err);
    }
    free(names);
    free(scratch);
    if (good)
        *ret_summary = summary;
    else
        sequences_summary_finish(&summary);
    return good;
}
